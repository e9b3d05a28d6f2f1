import { resources } from '../../../src/kube/paths.ts';
import { type Change, type Specimen, longAgo, metadataFields, usual } from './specimen.ts';

export const poddisruptionbudgets: Specimen = {
  ...usual,
  resource: resources.poddisruptionbudgets,
  kind: 'PodDisruptionBudget',
  status: true,
  needsVersion: true,
  body: (random) => ({
    spec: {
      selector: random.pick([{ matchLabels: { app: 'guarded' } }, { matchExpressions: [{ key: 'app', operator: 'In', values: ['guarded'] }] }]),
      ...(random.chance(0.5) ? { minAvailable: random.pick([1, '50%']) } : { maxUnavailable: random.pick([1, '30%']) }),
    },
  }),
  faults: {
    both: { spec: { minAvailable: 1, maxUnavailable: 1 } },
    negative: { spec: { minAvailable: -1, maxUnavailable: null } },
    percentage: { spec: { minAvailable: '101%', maxUnavailable: null } },
    'no percentage': { spec: { minAvailable: 'many', maxUnavailable: null } },
    'eviction policy': { spec: { unhealthyPodEvictionPolicy: 'Sometimes' } },
    'selector operator': { spec: { selector: { matchLabels: null, matchExpressions: [{ key: 'app', operator: 'Like' }] } } },
  },
  changes: (random) => random.pick<() => Change>([() => ({ spec: { minAvailable: random.below(3), maxUnavailable: null } }), () => ({ spec: { unhealthyPodEvictionPolicy: random.pick(['AlwaysAllow', 'IfHealthyBudget']) } })])(),
  refused: { both: { spec: { minAvailable: 1, maxUnavailable: 1 } }, negative: { spec: { minAvailable: -1, maxUnavailable: null } }, 'eviction policy': { spec: { unhealthyPodEvictionPolicy: 'Sometimes' } } },
  statusChanges: (random) => ({ status: { observedGeneration: random.pick([1, 2, 9]), disruptionsAllowed: random.below(3), currentHealthy: 2, desiredHealthy: 1, expectedPods: 3 } }),
  refusedStatus: { 'negative number': { status: { disruptionsAllowed: -1, currentHealthy: -1 } } },
  declared: [...metadataFields, 'spec', 'status.observedGeneration', 'status.disruptionsAllowed', 'status.currentHealthy', 'status.desiredHealthy', 'status.expectedPods', 'status.disruptedPods', 'status.conditions'],
};

const status = {
  phase: 'Held', reason: 'GracePeriod', conditions: [], evidence: { class: 'none', items: [] }, level: 0, leaderEpoch: 3, policy: { methods: [] },
  identity: { systemUUID: 'system-1', machineID: 'machine-1', leaseRenewTime: '' }, before: { labels: {}, taints: [] }, displaced: [], timeline: [],
};
const entry = { time: longAgo, step: 'Opened', outcome: 'done' };
const taint = { key: 'evenkeel.dev/fencing', effect: 'NoExecute', timeAdded: longAgo };

export const nodefences: Specimen = {
  ...usual,
  resource: resources.nodefences,
  kind: 'NodeFence',
  status: true,
  strategic: false,
  needsVersion: true,
  fieldSelectors: ['metadata.name={{tag}}-a', 'spec.nodeName=worker-1', 'status.phase=Held', 'status.phase!=Succeeded', 'spec.nodeName=worker-1,status.phase=Fencing'],
  body: (random) => ({
    spec: {
      nodeName: random.pick(['worker-1', 'worker-2']), nodeUID: 'uid-1', bootID: random.pick(['boot-1', '']), machineID: 'machine-1', attempt: random.below(3), reason: 'It was silent', requestedBy: 'controller',
      ...(random.chance(0.3) ? { method: 'openstack' } : {}),
    },
  }),
  faults: {
    'no node name': { spec: { nodeName: null } },
    'no attempt': { spec: { attempt: null } },
    'node name': { spec: { nodeName: 'Not_A_Name' } },
    'empty UID': { spec: { nodeUID: '' } },
    'negative attempt': { spec: { attempt: -1 } },
    'attempt in words': { spec: { attempt: 'first' } },
    'long boot': { spec: { bootID: 'b'.repeat(129) } },
    'no spec': { spec: null },
    'confirmed for too long': { spec: { confirmedOff: { by: 'ann', at: '2020-01-01T00:00:00Z', expires: '2020-01-03T00:00:00Z' } } },
    'confirmed backwards': { spec: { confirmedOff: { by: 'ann', at: '2020-01-01T00:00:00Z', expires: '2019-01-03T00:00:00Z' } } },
    'confirmed at no time': { spec: { confirmedOff: { by: 'ann', at: 'yesterday', expires: '2020-01-03T00:00:00Z' } } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<() => Change>([
    () => ({ spec: { confirmedOff: { by: 'ann', at: '2020-01-01T00:00:00Z', expires: '2020-01-01T01:00:00Z' } } }),
    () => ({ spec: { cancelled: true } }),
    () => ({ metadata: { labels: { color: random.pick(['red', 'blue']) } } }),
  ])(),
  refused: { node: { spec: { nodeName: 'worker-9' } }, attempt: { spec: { attempt: 9 } }, boot: { spec: { bootID: 'boot-9' } }, 'empty UID': { spec: { nodeUID: '' } }, 'no machine': { spec: { machineID: null } } },
  statusChanges: (random) => ({
    status: {
      ...status, phase: random.pick(['Held', 'Fencing', 'Verifying']), level: random.below(3), timeline: Array.from({ length: random.below(3) }, () => entry), before: { labels: { a: 'b' }, taints: random.chance(0.5) ? [taint] : [] },
      ...(random.chance(0.3) ? { command: { action: 'off', method: 'openstack', by: 'evenkeel-0', epoch: 3, at: longAgo, limit: 60_000, outcome: random.pick(['intended', 'claimed']) } } : {}),
    },
  }),
  refusedStatus: { phase: { status: { ...status, phase: 'Asleep' } }, 'no evidence': { status: { ...status, evidence: null } }, 'negative level': { status: { ...status, level: -1 } }, reason: { status: { ...status, reason: 'two words' } } },
  declared: [...metadataFields, 'spec', 'status'],
};
