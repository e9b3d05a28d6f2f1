/** Which fields are kept: all of a value, or these of each object; a list is kept item by item. */
type Mask = true | { readonly [field: string]: Mask } | ((map: object) => object);

const identity = { name: true, namespace: true, uid: true, resourceVersion: true } as const satisfies Mask;

/** Annotations are free text, `kubectl apply` puts whole manifests there: only those that decide something are kept. */
const readAnnotations = (map: object): object => Object.fromEntries(Object.entries(map).filter(([key]) => key.startsWith('descheduler.alpha.kubernetes.io/') || key.startsWith('kubernetes.io/config.')));

const container = { name: true, image: true, resources: { requests: true, limits: true }, restartPolicy: true } as const satisfies Mask;
const containerStatus = { name: true, restartCount: true, state: { waiting: { reason: true }, running: { startedAt: true }, terminated: { reason: true, exitCode: true } } } as const satisfies Mask;
const condition = { type: true, status: true, reason: true, lastTransitionTime: true } as const satisfies Mask;

const pod: Mask = {
  metadata: { ...identity, labels: true, annotations: readAnnotations, ownerReferences: true, finalizers: true, creationTimestamp: true, deletionTimestamp: true },
  spec: {
    nodeName: true,
    priority: true,
    tolerations: true,
    nodeSelector: true,
    affinity: true,
    topologySpreadConstraints: true,
    resources: { requests: true },
    overhead: true,
    resourceClaims: { name: true },
    containers: container,
    initContainers: container,
    volumes: { name: true, persistentVolumeClaim: { claimName: true }, hostPath: {}, emptyDir: {} },
  },
  status: { phase: true, reason: true, qosClass: true, startTime: true, conditions: condition, containerStatuses: containerStatus, initContainerStatuses: containerStatus, ephemeralContainerStatuses: containerStatus },
};

const node: Mask = {
  metadata: { ...identity, labels: true, creationTimestamp: true, deletionTimestamp: true },
  spec: { unschedulable: true, taints: true },
  status: { allocatable: true, capacity: true, conditions: condition },
};

const masks: Readonly<Record<string, Mask>> = {
  Node: node,
  Pod: pod,
  PodDisruptionBudget: { metadata: identity, spec: { selector: true } },
  Namespace: { metadata: { ...identity, labels: true } },
  PersistentVolumeClaim: { metadata: identity, spec: { storageClassName: true } },
  PriorityClass: { metadata: identity, value: true },
};

/** What a rebalance run reads of an object, and nothing else: no environment, no arguments, no messages. */
export const pruned = (kind: string, object: unknown): object => keep(object, masks[kind] ?? { metadata: identity }) as object;

function keep(value: unknown, mask: Mask): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return mask === true ? value : undefined;
  if (Array.isArray(value)) return value.map((each: unknown) => keep(each, mask) ?? {});
  if (typeof mask === 'function') return mask(value);
  const kept: [string, unknown][] = [];
  for (const [field, inner] of Object.entries(mask)) {
    const raw = Object.hasOwn(value, field) ? keep((value as Record<string, unknown>)[field], inner) : undefined;
    if (raw !== undefined) kept.push([field, raw]);
  }
  return Object.fromEntries(kept);
}
