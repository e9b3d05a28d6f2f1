import { resources } from '../../../src/kube/paths.ts';
import type { Random } from '../generate/random.ts';
import { type Change, type Specimen, conditionOf, longAgo, metadataFields, usual } from './specimen.ts';

const container = { name: 'main', image: 'registry.example/app:1' };
const toleration = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 };

export const pods: Specimen = {
  ...usual,
  resource: resources.pods,
  kind: 'Pod',
  status: true,
  fieldSelectors: ['metadata.name=a', 'spec.nodeName={{tag}}-a', 'spec.nodeName=', 'status.phase=Running', 'status.phase!=Running', 'spec.nodeName!={{tag}}-a,status.phase=Pending'],
  body: (random) => ({
    spec: {
      containers: [random.chance(0.5) ? container : { ...container, resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1' } } }, ...(random.chance(0.2) ? [{ name: 'side', image: 'side' }] : [])],
      ...(random.chance(0.5) ? { nodeName: '{{tag}}-a' } : {}),
      ...(random.chance(0.3) ? { tolerations: [toleration] } : {}),
      ...(random.chance(0.3) ? { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'a' } }, { name: 'tmp', emptyDir: {} }] } : {}),
      ...(random.chance(0.3) ? { terminationGracePeriodSeconds: random.pick([0, 1, 60]) } : {}),
      ...(random.chance(0.2) ? { restartPolicy: random.pick(['Never', 'OnFailure']) } : {}),
      ...(random.chance(0.2) ? { initContainers: [{ name: 'before', image: 'before', restartPolicy: 'Always' }] } : {}),
      ...(random.chance(0.2) ? { nodeSelector: { disk: 'fast' } } : {}),
    },
  }),
  faults: {
    'no containers': { spec: { containers: [] } },
    'container without image': { spec: { containers: [{ name: 'main' }] } },
    'container without name': { spec: { containers: [{ image: 'x' }] } },
    'containers of one name': { spec: { containers: [container, container] } },
    'restart policy': { spec: { restartPolicy: 'Sometimes' } },
    'toleration operator': { spec: { tolerations: [{ key: 'a', operator: 'Like' }] } },
    'toleration seconds without NoExecute': { spec: { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 3 }] } },
    'toleration without key': { spec: { tolerations: [{ operator: 'Equal', value: 'x' }] } },
    'more requested than allowed': { spec: { containers: [{ ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] } },
    'volume without claim name': { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: '' } }] } },
    'volumes of one name': { spec: { volumes: [{ name: 'data', emptyDir: {} }, { name: 'data', emptyDir: {} }] } },
    name: { metadata: { name: 'Not_A_Name' } },
    label: { metadata: { labels: { color: 'not a value' } } },
    'node name': { spec: { nodeName: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<(random: Random) => Change>([
    () => ({ metadata: { labels: { color: random.pick(['red', 'blue']) } } }),
    () => ({ spec: { activeDeadlineSeconds: 5 } }),
    () => ({ metadata: { annotations: { 'evenkeel.dev/note': String(random.below(9)) } } }),
  ])(random),
  refused: {
    'restart policy': { spec: { restartPolicy: 'Sometimes' } },
    'node name': { spec: { nodeName: 'elsewhere' } },
    containers: { spec: { containers: [{ name: 'other', image: 'x' }] } },
    'host network': { spec: { hostNetwork: true } },
    'scheduler name': { spec: { schedulerName: 'another' } },
    label: { metadata: { labels: { color: 'not a value' } } },
    'node selector': { spec: { nodeSelector: { disk: 'slow' } } },
  },
  statusChanges: (random) => random.pick<() => Change>([
    () => ({ status: { phase: random.pick(['Running', 'Running', 'Pending', 'Failed', 'Succeeded']), conditions: [conditionOf('Ready', random.pick(['True', 'False']), 'Looked')] } }),
    () => ({ status: { conditions: [conditionOf('DisruptionTarget', 'True', 'DeletionByPodGC'), conditionOf('Ready', 'False', 'Gone')] } }),
    () => ({ status: { phase: 'Running', startTime: longAgo, podIP: '10.64.0.7', podIPs: [{ ip: '10.64.0.7' }], hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.1' }] } }),
    () => ({ status: { containerStatuses: [{ name: 'main', image: 'x', imageID: 'x', ready: true, restartCount: random.below(3), started: true, containerID: 'containerd://1', state: { running: { startedAt: longAgo } } }] } }),
  ])(),
  refusedStatus: { 'quality of service': { status: { qosClass: 'Guaranteed' } }, 'pod address': { status: { podIP: 'nowhere', podIPs: [{ ip: 'nowhere' }] } } },
  declared: [
    ...metadataFields, 'spec.nodeName', 'spec.priority', 'spec.priorityClassName', 'spec.preemptionPolicy', 'spec.tolerations', 'spec.nodeSelector', 'spec.affinity', 'spec.topologySpreadConstraints',
    'spec.terminationGracePeriodSeconds', 'spec.restartPolicy', 'spec.schedulerName', 'spec.activeDeadlineSeconds', 'spec.containers[].name', 'spec.containers[].image', 'spec.containers[].resources',
    'spec.initContainers[].name', 'spec.initContainers[].restartPolicy', 'spec.overhead', 'spec.volumes[].name', 'spec.volumes[].persistentVolumeClaim', 'status.phase', 'status.conditions', 'status.qosClass', 'status.reason',
    'status.startTime', 'status.podIP', 'status.hostIP', 'status.containerStatuses[].name', 'status.containerStatuses[].restartCount', 'status.containerStatuses[].ready', 'status.containerStatuses[].state',
    'status.containerStatuses[].containerID',
  ],
};
