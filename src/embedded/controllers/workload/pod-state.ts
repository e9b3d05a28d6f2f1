import { type Duration, type Instant, after, between, parseRfc3339, seconds } from '../../../model/time.ts';
import type { Condition, Pod } from './objects.ts';

export const conditionOf = (pod: Pod, type: string): Condition | undefined => pod.status?.conditions?.find((each) => each.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** All containers have ended for good. */
export const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Counts as a replica: neither over nor on its way out. */
export const isActive = (pod: Pod): boolean => !isOver(pod) && !isTerminating(pod);

/** Ready for `minReadySeconds` without a break. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Instant): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseRfc3339(ready.lastTransitionTime);
  return since !== undefined && between(since, now) >= seconds(minReadySeconds);
}

/** Time until the next ready pod becomes available; undefined when none is on its way. */
export function untilNextAvailable(pods: readonly Pod[], minReadySeconds: number, now: Instant): Duration | undefined {
  let soonest: Duration | undefined;
  for (const pod of pods) {
    const since = isReady(pod) && !isAvailable(pod, minReadySeconds, now) ? parseRfc3339(conditionOf(pod, 'Ready')?.lastTransitionTime) : undefined;
    if (since === undefined) continue;
    const wait = between(now, after(since, seconds(minReadySeconds)));
    if (soonest === undefined || wait < soonest) soonest = wait;
  }
  return soonest;
}
