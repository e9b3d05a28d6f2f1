import { alike, anything, flag, labels, listOf, message, quantities, schema, text, texts, time, whole } from './schema.ts';
import type { Schema } from './wire.ts';

/*
 * The fields of a Pod that src/kube/records/pod.ts reads, by their numbers in k8s.io/api/core/v1/generated.proto. Field numbers
 * of a released API never change.
 */

const labelSelector = message(schema({
  matchLabels: [1, labels],
  matchExpressions: [2, listOf(message(schema({ key: [1, text], operator: [2, text], values: [3, texts] })))],
}));

const nodeRequirements = listOf(message(schema({ key: [1, text], operator: [2, text], values: [3, texts] })));
const nodeTerm = message(schema({ matchExpressions: [1, nodeRequirements], matchFields: [2, nodeRequirements] }));
const nodeAffinity = message(schema({
  requiredDuringSchedulingIgnoredDuringExecution: [1, message(schema({ nodeSelectorTerms: [1, listOf(nodeTerm)] }))],
  preferredDuringSchedulingIgnoredDuringExecution: [2, listOf(message(schema({ weight: [1, whole], preference: [2, nodeTerm] })))],
}));

const podTerm = message(schema({ labelSelector: [1, labelSelector], namespaces: [2, texts], topologyKey: [3, text], namespaceSelector: [4, labelSelector], matchLabelKeys: [5, texts], mismatchLabelKeys: [6, texts] }));
const podAffinity = message(schema({
  requiredDuringSchedulingIgnoredDuringExecution: [1, listOf(podTerm)],
  preferredDuringSchedulingIgnoredDuringExecution: [2, listOf(message(schema({ weight: [1, whole], podAffinityTerm: [2, podTerm] })))],
}));

const spreadConstraint = alike(schema({
  maxSkew: [1, whole],
  topologyKey: [2, text],
  whenUnsatisfiable: [3, text],
  labelSelector: [4, labelSelector],
  minDomains: [5, whole],
  nodeAffinityPolicy: [6, text],
  nodeTaintsPolicy: [7, text],
  matchLabelKeys: [8, texts],
}));

const resources = message(schema({ limits: [1, quantities], requests: [2, quantities] }));
const container = alike(schema({ name: [1, text], image: [2, text], resources: [8, resources], restartPolicy: [24, text] }));

const volumeSource = schema({ hostPath: [1, anything], emptyDir: [2, anything], persistentVolumeClaim: [10, message(schema({ claimName: [1, text] }))] });
const volume = alike([undefined, undefined, { name: 'volumeSource', type: { kind: 'inline', of: volumeSource } }]);

const toleration = alike(schema({ key: [1, text], operator: [2, text], value: [3, text], effect: [4, text], tolerationSeconds: [5, whole] }));
const owner = alike(schema({ kind: [1, text], name: [3, text], uid: [4, text], apiVersion: [5, text], controller: [6, flag] }));

const state = message(schema({ waiting: [1, message(schema({ reason: [1, text] }))], terminated: [3, message(schema({ exitCode: [1, whole], reason: [3, text] }))] }));
const containerStatuses = listOf(message(schema({ name: [1, text], state: [2, state], restartCount: [5, whole] })));
const conditions = listOf(message(schema({ type: [1, text], status: [2, text], lastTransitionTime: [4, time], reason: [5, text] })));

const metadata = message(schema({
  name: [1, text],
  namespace: [3, text],
  uid: [5, text],
  resourceVersion: [6, text],
  creationTimestamp: [8, time],
  deletionTimestamp: [9, time],
  labels: [11, labels],
  annotations: [12, labels],
  ownerReferences: [13, listOf(owner)],
  finalizers: [14, texts],
}));

const spec = message(schema({
  volumes: [1, listOf(volume)],
  containers: [2, listOf(container)],
  nodeSelector: [7, labels],
  nodeName: [10, text],
  affinity: [18, alike(schema({ nodeAffinity: [1, nodeAffinity], podAffinity: [2, podAffinity], podAntiAffinity: [3, podAffinity] }))],
  initContainers: [20, listOf(container)],
  tolerations: [22, listOf(toleration)],
  priority: [25, whole],
  overhead: [32, quantities],
  topologySpreadConstraints: [33, listOf(spreadConstraint)],
  resourceClaims: [39, listOf(anything)],
  resources: [40, resources],
}));

const status = message(schema({
  phase: [1, text],
  conditions: [2, conditions],
  reason: [4, text],
  startTime: [7, time],
  containerStatuses: [8, containerStatuses],
  qosClass: [9, text],
  initContainerStatuses: [10, containerStatuses],
  ephemeralContainerStatuses: [13, containerStatuses],
}));

/** Gives the object that JSON would give, without the fields that no record keeps. */
export const podSchema: Schema = schema({ metadata: [1, metadata], spec: [2, spec], status: [3, status] });
