import { type Instant, between, parseRfc3339 } from '../../../model/time.ts';
import type { Pod } from '../workload/objects.ts';
import { conditionOf, isReady } from '../workload/pod-state.ts';

/**
 * Pods in the order in which Kubernetes gives them up (`ActivePodsWithRanks`): unbound, pending, not ready, cheap to delete,
 * on a node with many of its kind, ready for a short time, often restarted, young. Times count by powers of two only, so
 * that a rollout does not always hit the same ones; the UID settles the rest. `onNode` counts active pods of the kind.
 */
export function inDeletionOrder(pods: readonly Pod[], onNode: ReadonlyMap<string, number>, now: Instant): readonly Pod[] {
  const ranked = pods.map((pod) => ({ pod, rank: rank(pod, onNode, now) }));
  return ranked.sort((left, right) => compare(left, right)).map(({ pod }) => pod);
}

interface Ranked {
  readonly pod: Pod;
  /** Compared one by one; lower goes first. */
  readonly rank: readonly number[];
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

function rank(pod: Pod, onNode: ReadonlyMap<string, number>, now: Instant): readonly number[] {
  const node = pod.spec.nodeName ?? '';
  return [
    node === '' ? 0 : 1,
    phases[pod.status?.phase ?? ''] ?? 0,
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(onNode.get(node) ?? 0),
    isReady(pod) ? age(conditionOf(pod, 'Ready')?.lastTransitionTime, now) : 0,
    -restartsOf(pod),
    age(pod.metadata.creationTimestamp, now),
  ];
}

const deletionCost = ({ metadata }: Pod): number => Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;

const restartsOf = ({ status }: Pod): number => Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));

/** Whole powers of two of the nanoseconds since then. */
function age(since: string | undefined, now: Instant): number {
  const at = parseRfc3339(since);
  const passed = at === undefined ? 0 : between(at, now);
  return passed > 0 ? Math.floor(Math.log2(passed * 1_000_000)) : -1;
}

function compare(left: Ranked, right: Ranked): number {
  const at = left.rank.findIndex((value, index) => value !== right.rank[index]);
  if (at >= 0) return (left.rank[at] ?? 0) - (right.rank[at] ?? 0);
  return left.pod.metadata.uid < right.pod.metadata.uid ? -1 : 1;
}
