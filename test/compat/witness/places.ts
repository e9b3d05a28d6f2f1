import { rankOf } from '../../../src/decide/rebalancing/eviction-order.ts';
import type { PodRecord } from '../../../src/model/cluster.ts';
import type { Key } from './keys.ts';
import { createdAt } from './pod-life-time.ts';
import { keysOf } from './remove-duplicates.ts';
import { restartsOf } from './too-many-restarts.ts';

export interface Place {
  readonly place: string;
  readonly key: Key;
}

const anyOrder = (pod: PodRecord): Place => ({ place: pod.node, key: [] });
const byRank = (pod: PodRecord): Place => ({ place: pod.node, key: rankOf(pod) });

/** Where the strategies visit a pod in one go with others, and its rank there. `undefined`: it may be visited more than once. */
export const places: Readonly<Record<string, (pod: PodRecord, args: object) => Place | undefined>> = {
  PodLifeTime: (pod) => ({ place: 'the cluster', key: [createdAt(pod)] }),
  RemoveFailedPods: anyOrder,
  RemovePodsHavingTooManyRestarts: (pod, args) => ({ place: pod.node, key: [-restartsOf(pod, args)] }),
  RemovePodsViolatingInterPodAntiAffinity: byRank,
  RemovePodsViolatingNodeAffinity: (pod, args) => ((args as { nodeAffinityType?: readonly string[] }).nodeAffinityType?.length === 1 ? anyOrder(pod) : undefined),
  RemovePodsViolatingNodeTaints: anyOrder,
  RemoveDuplicates: (pod) => (pod.owners.length === 1 ? { place: `${keysOf(pod)[0]} on ${pod.node}`, key: [] } : undefined),
  LowNodeUtilization: byRank,
  HighNodeUtilization: byRank,
};
