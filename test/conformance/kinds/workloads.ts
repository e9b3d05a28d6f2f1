import type { Resource } from '../../../src/kube/paths.ts';
import type { Random } from '../generate/random.ts';
import { type Change, type Specimen, conditionOf, metadataFields, usual } from './specimen.ts';

const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });
const labels = { app: 'search' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] } };
const otherTemplate = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/app:2' }] } };
const templateFields = ['spec.template.metadata.labels', 'spec.template.spec.containers[].name', 'spec.template.spec.containers[].image', 'spec.template.spec.restartPolicy', 'spec.template.spec.tolerations', 'spec.template.spec.terminationGracePeriodSeconds'];

/** What all of them refuse. */
const templateFaults = {
  'no selector': { spec: { selector: null } },
  'empty selector': { spec: { selector: { matchLabels: null } } },
  'selector of others': { spec: { selector: { matchLabels: { app: 'other' } } } },
  'selector operator': { spec: { selector: { matchExpressions: [{ key: 'app', operator: 'Like', values: ['search'] }] } } },
  'no containers': { spec: { template: { spec: { containers: [] } } } },
  'restart policy': { spec: { template: { spec: { restartPolicy: 'Never' } } } },
  name: { metadata: { name: 'Not_A_Name' } },
  label: { metadata: { labels: { color: 'not a value' } } },
};
const replicaFaults = { 'negative replicas': { spec: { replicas: -1 } } };

const scaled = (random: Random): Change => ({ spec: { replicas: random.below(5) } });
const newImage = (): Change => ({ spec: { template: otherTemplate } });

export const statefulsets: Specimen = {
  ...usual,
  resource: apps('statefulsets'),
  kind: 'StatefulSet',
  status: true,
  scale: true,
  body: (random) => ({
    spec: {
      serviceName: 'search', selector: { matchLabels: labels }, template, ...(random.chance(0.8) ? { replicas: random.below(4) } : {}),
      ...(random.chance(0.3) ? { podManagementPolicy: 'Parallel' } : {}),
      ...(random.chance(0.3) ? { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } } }] } : {}),
    },
  }),
  faults: { ...templateFaults, ...replicaFaults, 'management policy': { spec: { podManagementPolicy: 'Sometimes' } } },
  changes: (random) => random.pick([scaled, newImage])(random),
  refused: { selector: { spec: { selector: { matchLabels: { app: 'search', more: 'x' } } } }, service: { spec: { serviceName: 'other' } }, 'management policy': { spec: { podManagementPolicy: 'Sometimes' } }, ...replicaFaults },
  statusChanges: (random) => ({ status: { replicas: random.between(2, 4), readyReplicas: random.below(2), currentReplicas: 1, updatedReplicas: 1, availableReplicas: 0, currentRevision: 'search-1', updateRevision: 'search-1', observedGeneration: 1 } }),
  refusedStatus: { 'negative replicas': { status: { replicas: -1 } } },
  declared: [
    ...metadataFields, ...templateFields, 'spec.replicas', 'spec.serviceName', 'spec.selector', 'spec.podManagementPolicy', 'spec.updateStrategy', 'spec.persistentVolumeClaimRetentionPolicy', 'spec.volumeClaimTemplates[].metadata.name',
    'spec.volumeClaimTemplates[].spec', 'status',
  ],
};

export const deployments: Specimen = {
  ...usual,
  resource: apps('deployments'),
  kind: 'Deployment',
  status: true,
  scale: true,
  body: (random) => ({ spec: { selector: { matchLabels: labels }, template, ...(random.chance(0.8) ? { replicas: random.below(4) } : {}), ...(random.chance(0.3) ? { strategy: { type: 'Recreate' } } : {}) } }),
  faults: { ...templateFaults, ...replicaFaults, strategy: { spec: { strategy: { type: 'Sometimes' } } } },
  changes: (random) => random.pick([scaled, newImage, () => ({ spec: { paused: true } }), () => ({ spec: { minReadySeconds: 3 } })])(random),
  refused: { selector: { spec: { selector: { matchLabels: { app: 'search', more: 'x' } } } }, 'restart policy': templateFaults['restart policy'], ...replicaFaults },
  statusChanges: (random) => ({ status: { replicas: 2, readyReplicas: random.below(2), updatedReplicas: 1, availableReplicas: 0, unavailableReplicas: 2, observedGeneration: 1, conditions: [conditionOf('Available', random.pick(['True', 'False']), 'Counted')] } }),
  refusedStatus: { 'negative replicas': { status: { replicas: -1 } }, 'more ready than there are': { status: { replicas: 1, readyReplicas: 2 } } },
  declared: [...metadataFields, ...templateFields, 'spec.replicas', 'spec.selector', 'spec.strategy', 'spec.paused', 'spec.minReadySeconds', 'spec.revisionHistoryLimit', 'spec.progressDeadlineSeconds', 'status'],
};

export const replicasets: Specimen = {
  ...usual,
  resource: apps('replicasets'),
  kind: 'ReplicaSet',
  status: true,
  scale: true,
  body: (random) => ({ spec: { selector: { matchLabels: labels }, template, ...(random.chance(0.8) ? { replicas: random.below(4) } : {}) } }),
  faults: { ...templateFaults, ...replicaFaults },
  changes: (random) => random.pick([scaled, newImage])(random),
  refused: { selector: { spec: { selector: { matchLabels: { app: 'search', more: 'x' } } } }, 'restart policy': templateFaults['restart policy'], ...replicaFaults },
  statusChanges: (random) => ({ status: { replicas: 2, readyReplicas: random.below(2), fullyLabeledReplicas: 1, availableReplicas: 0, observedGeneration: 1 } }),
  refusedStatus: { 'negative replicas': { status: { replicas: -1 } }, 'more ready than there are': { status: { replicas: 1, readyReplicas: 2 } } },
  declared: [...metadataFields, ...templateFields, 'spec.replicas', 'spec.selector', 'spec.minReadySeconds', 'status'],
};

export const daemonsets: Specimen = {
  ...usual,
  resource: apps('daemonsets'),
  kind: 'DaemonSet',
  status: true,
  body: (random) => ({ spec: { selector: { matchLabels: labels }, template, ...(random.chance(0.3) ? { updateStrategy: { type: 'OnDelete' } } : {}) } }),
  faults: { ...templateFaults, 'update strategy': { spec: { updateStrategy: { type: 'Sometimes' } } } },
  changes: (random) => random.pick<(random: Random) => Change>([newImage, () => ({ spec: { minReadySeconds: random.below(5) } })])(random),
  refused: { selector: { spec: { selector: { matchLabels: { app: 'search', more: 'x' } } } }, 'restart policy': templateFaults['restart policy'] },
  statusChanges: (random) => ({ status: { currentNumberScheduled: 1, desiredNumberScheduled: 2, numberMisscheduled: 0, numberReady: random.below(2), updatedNumberScheduled: 1, numberAvailable: 0, numberUnavailable: 1, observedGeneration: 1 } }),
  refusedStatus: { 'negative number': { status: { currentNumberScheduled: -1 } } },
  declared: [...metadataFields, ...templateFields, 'spec.selector', 'spec.updateStrategy', 'spec.minReadySeconds', 'spec.revisionHistoryLimit', 'status'],
};

const jobTemplate = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.example/job:1' }] } };

export const jobs: Specimen = {
  ...usual,
  resource: { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true },
  kind: 'Job',
  status: true,
  fieldSelectors: ['metadata.name=a', 'status.successful=0'],
  body: (random) => ({ spec: { template: jobTemplate, ...(random.chance(0.5) ? { completions: 2, parallelism: random.between(1, 2) } : {}), ...(random.chance(0.3) ? { backoffLimit: 1 } : {}), ...(random.chance(0.2) ? { suspend: true } : {}) } }),
  faults: {
    'no restart policy': { spec: { template: { spec: { restartPolicy: null } } } },
    'restart policy': { spec: { template: { spec: { restartPolicy: 'Always' } } } },
    'negative parallelism': { spec: { parallelism: -1 } },
    'negative completions': { spec: { completions: -1 } },
    'negative backoff limit': { spec: { backoffLimit: -1 } },
    'no containers': { spec: { template: { spec: { containers: [] } } } },
    'selector of one\'s own': { spec: { selector: { matchLabels: { app: 'search' } } } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<() => Change>([() => ({ spec: { parallelism: random.between(1, 2) } }), () => ({ spec: { ttlSecondsAfterFinished: random.between(100, 200) } }), () => ({ spec: { activeDeadlineSeconds: 60 } })])(),
  refused: { 'negative parallelism': { spec: { parallelism: -1 } }, completions: { spec: { completions: 7 } }, template: { spec: { template: { spec: { containers: [{ name: 'main', image: 'registry.example/job:2' }] } } } } },
  statusChanges: (random) => ({ status: { active: random.below(3), ready: 0 } }),
  refusedStatus: { 'negative active': { status: { active: -1 } }, 'negative ready': { status: { ready: -1 } } },
  declared: [
    ...metadataFields, ...templateFields, 'spec.completions', 'spec.parallelism', 'spec.backoffLimit', 'spec.suspend', 'spec.selector', 'spec.completionMode', 'spec.ttlSecondsAfterFinished', 'spec.activeDeadlineSeconds',
    'spec.podReplacementPolicy', 'status',
  ],
};
