import { type Resource, resources } from '../../../src/kube/paths.ts';

/** A Kubernetes object as far as it is looked at here. */
export interface Seen {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace?: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A kind whose changes are compared. */
export interface Track {
  readonly resource: Resource;
  /** Only in this namespace. */
  readonly namespace?: string;
  /** What counts of it, by the name of the aspect; each aspect's values form a sequence of their own. */
  aspects(object: Seen): Readonly<Record<string, string>>;
  /**
   * Numbers that controllers may write in fewer or more steps, as they happen to look: only the last value of each step of a
   * situation is compared.
   */
  readonly settled?: true;
}

const named = (group: string, plural: string): Resource => ({ group, version: 'v1', plural, namespaced: true });

export const tracks: readonly Track[] = [
  { resource: resources.nodes, aspects: nodeAspects },
  { resource: resources.pods, namespace: 'story', aspects: podAspects },
  { resource: resources.volumeattachments, aspects: ({ status, metadata }) => ({ attached: status?.['attached'] === true ? 'true' : 'false', ...deletion(metadata), finalizers: (metadata.finalizers ?? []).join(' ') }) },
  { resource: resources.leases, namespace: 'kube-node-lease', aspects: () => ({}) },
  { resource: resources.csinodes, aspects: () => ({}) },
  { resource: resources.poddisruptionbudgets, namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']) }) },
  { resource: named('apps', 'statefulsets'), namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas']) }) },
  { resource: named('apps', 'deployments'), namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'updatedReplicas']) }) },
  { resource: named('apps', 'replicasets'), namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['replicas', 'readyReplicas', 'availableReplicas', 'fullyLabeledReplicas']) }) },
  { resource: named('apps', 'daemonsets'), namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['currentNumberScheduled', 'desiredNumberScheduled', 'numberReady', 'numberAvailable', 'numberUnavailable', 'numberMisscheduled']) }) },
  { resource: named('batch', 'jobs'), namespace: 'story', settled: true, aspects: ({ status }) => ({ counts: numbers(status, ['active', 'ready', 'succeeded', 'failed', 'terminating']) }) },
];

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

const conditions = (object: Seen): readonly Condition[] => (object.status?.['conditions'] ?? []) as readonly Condition[];

function nodeAspects(node: Seen): Record<string, string> {
  const taints = (node.spec?.['taints'] ?? []) as readonly { key: string; effect: string }[];
  const volumes = (name: 'volumesInUse' | 'volumesAttached'): string => ((node.status?.[name] ?? []) as readonly (string | { name: string })[]).map((each) => (typeof each === 'string' ? each : each.name).replace(/^.*\^/u, '')).sort().join(' ');
  const pressure = conditions(node).filter(({ type }) => type.endsWith('Pressure')).map(({ status }) => status);
  return {
    Ready: conditions(node).filter(({ type }) => type === 'Ready').map(({ status, reason = '' }) => `${status} ${reason}`).join(' '),
    pressure: [...new Set(pressure)].sort().join(' '),
    taints: taints.map(({ key, effect }) => `${key}:${effect}`).sort().join(' '),
    volumesInUse: volumes('volumesInUse'),
    volumesAttached: volumes('volumesAttached'),
  };
}

function podAspects(pod: Seen): Record<string, string> {
  const condition = (type: string, part: (found: Condition) => string): string => conditions(pod).filter((each) => each.type === type).map(part).join(' ');
  return {
    node: text(pod.spec?.['nodeName']),
    phase: text(pod.status?.['phase']),
    Ready: condition('Ready', ({ status }) => status),
    DisruptionTarget: condition('DisruptionTarget', ({ status, reason = '' }) => `${status} ${reason}`),
    scheduled: condition('PodScheduled', ({ status, reason = '' }) => `${status} ${reason}`.trim()),
    finalizers: (pod.metadata.finalizers ?? []).join(' '),
    ...deletion(pod.metadata),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether it is to be deleted, and in how many seconds. */
const deletion = ({ deletionTimestamp, deletionGracePeriodSeconds }: Seen['metadata']): { deleting: string } => ({ deleting: deletionTimestamp === undefined ? '' : `in ${deletionGracePeriodSeconds ?? 0} s` });

const numbers = (status: Seen['status'], names: readonly string[]): string => names.map((name) => `${name}=${Number(status?.[name] ?? 0)}`).join(' ');
