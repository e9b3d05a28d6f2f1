import { type Duration, type Instant, between, milliseconds, parseRfc3339 } from '../../../model/time.ts';
import { type PodObject, conditionOf, isOver, withCondition } from '../node-and-pod.ts';
import type { Timings } from '../timings.ts';

/** How long until a DisruptionTarget without a deletion is stale, 0 when it is; undefined when the pod has none that could be. */
export function staleIn(pod: PodObject, now: Instant, { staleDisruptionTimeout }: Timings): Duration | undefined {
  const target = conditionOf(pod, 'DisruptionTarget');
  if (pod.metadata.deletionTimestamp !== undefined || isOver(pod) || target?.status !== 'True') return undefined;
  // The kubelet's own takes as long as it takes.
  if (target.reason === 'TerminationByKubelet') return undefined;
  const since = parseRfc3339(target.lastTransitionTime) ?? now;
  return milliseconds(Math.max(0, staleDisruptionTimeout - between(since, now)));
}

export const clearStaleTarget = (pod: PodObject, at: string): PodObject => withCondition(pod, { type: 'DisruptionTarget', status: 'False' }, at);
