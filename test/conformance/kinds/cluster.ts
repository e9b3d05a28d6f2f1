import { resources } from '../../../src/kube/paths.ts';
import type { Random } from '../generate/random.ts';
import { type Change, type Specimen, longAgo, longAgoMicro, metadataFields, usual } from './specimen.ts';

export const namespaces: Specimen = {
  ...usual,
  resource: resources.namespaces,
  kind: 'Namespace',
  status: true,
  fieldSelectors: ['metadata.name={{tag}}-a', 'status.phase=Active', 'status.phase!=Active'],
  body: () => ({}),
  faults: {
    name: { metadata: { name: 'Not_A_Name' } },
    'name with a dot': { metadata: { name: '{{tag}}.x' } },
    label: { metadata: { labels: { color: 'not a value' } } },
    finalizer: { spec: { finalizers: ['not a finalizer'] } },
  },
  changes: (random) => ({ metadata: { labels: { team: random.pick(['search', 'shop']) } } }),
  refused: { label: { metadata: { labels: { color: 'not a value' } } }, 'label key': { metadata: { labels: { 'not a key': 'x' } } } },
  statusChanges: (random) => ({ status: { conditions: [{ type: 'NamespaceContentRemaining', status: random.pick(['True', 'False']), reason: 'Looked', message: '', lastTransitionTime: longAgo }] } }),
  refusedStatus: { 'terminating without a deletion': { status: { phase: 'Terminating' }, metadata: { labels: { color: 'not a value' } } } },
  declared: [...metadataFields, 'spec.finalizers', 'status.phase', 'status.conditions'],
};

export const leases: Specimen = {
  ...usual,
  resource: resources.leases,
  kind: 'Lease',
  createdByPut: true,
  needsVersion: true,
  body: (random) => ({ spec: { holderIdentity: random.pick(['one', 'two']), leaseDurationSeconds: 15, acquireTime: longAgoMicro, renewTime: longAgoMicro, leaseTransitions: random.below(3) } }),
  faults: {
    duration: { spec: { leaseDurationSeconds: 0 } },
    'negative duration': { spec: { leaseDurationSeconds: -1 } },
    transitions: { spec: { leaseTransitions: -1 } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<(random: Random) => Change>([
    () => ({ spec: { renewTime: `2020-02-02T02:02:0${random.below(9)}.000000Z` } }),
    () => ({ spec: { holderIdentity: random.pick(['one', 'two', 'three']), leaseTransitions: random.below(9) } }),
    () => ({ spec: { holderIdentity: null } }),
  ])(random),
  refused: { duration: { spec: { leaseDurationSeconds: 0 } }, transitions: { spec: { leaseTransitions: -2 } } },
  declared: [...metadataFields, 'spec.holderIdentity', 'spec.leaseDurationSeconds', 'spec.acquireTime', 'spec.renewTime', 'spec.leaseTransitions'],
};

export const events: Specimen = {
  ...usual,
  resource: resources.events,
  kind: 'Event',
  createdByPut: true,
  fieldSelectors: ['involvedObject.name=worker-1', 'involvedObject.kind=Node', 'reason=FencingStarted', 'type=Warning', 'type!=Normal', 'reportingComponent=evenkeel'],
  body: (random) => ({
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: '{{tag}}', name: random.pick(['worker-1', 'worker-2']), uid: 'uid-1' },
    reason: random.pick(['FencingStarted', 'FencingHeld']), message: 'It began', type: random.pick(['Normal', 'Warning']), count: 1,
    source: { component: 'evenkeel' }, reportingComponent: 'evenkeel', reportingInstance: 'evenkeel-0', firstTimestamp: longAgo, lastTimestamp: longAgo, action: 'Fence',
  }),
  faults: {
    'namespace of the object': { involvedObject: { namespace: 'elsewhere' } },
    'no namespace of the object': { involvedObject: { namespace: null } },
  },
  changes: (random) => ({ count: random.between(2, 9), lastTimestamp: '2020-02-02T02:03:00Z', message: `Seen ${random.below(9)} times` }),
  refused: { 'namespace of the object': { involvedObject: { namespace: 'elsewhere' } } },
  declared: [
    ...metadataFields, 'involvedObject', 'reason', 'message', 'type', 'count', 'source', 'reportingComponent', 'reportingInstance', 'firstTimestamp', 'lastTimestamp', 'eventTime', 'action', 'related', 'series',
  ],
};

export const priorityclasses: Specimen = {
  ...usual,
  resource: resources.priorityclasses,
  kind: 'PriorityClass',
  fieldSelectors: ['metadata.name={{tag}}-a'],
  body: (random) => ({ value: random.pick([1_000, -5, 0]), description: 'For a test', ...(random.chance(0.5) ? { preemptionPolicy: 'Never' } : {}) }),
  faults: {
    'too high': { value: 1_000_000_001 },
    'reserved name': { metadata: { name: 'system-{{tag}}' } },
    'preemption policy': { preemptionPolicy: 'Sometimes' },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => ({ description: `Changed ${random.below(9)} times` }),
  refused: { value: { value: 77 }, 'preemption policy': { preemptionPolicy: 'Sometimes' } },
  declared: [...metadataFields, 'value', 'globalDefault', 'description', 'preemptionPolicy'],
};
