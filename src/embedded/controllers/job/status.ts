import { formatInstant } from '../../../model/time.ts';
import type { Condition } from '../workload/objects.ts';
import { isActive, isOver, isReady, isTerminating } from '../workload/pod-state.ts';
import { withoutZeros } from '../workload/status.ts';
import type { Job, JobStatus } from './objects.ts';
import type { Turn, Verdict } from './verdict.ts';

/** `isOverNow`: the verdict is final, because no pod is left that is ending. */
export function statusOf({ parts, job, pods, succeeded, failed }: Turn, verdict: Verdict | undefined, isOverNow: boolean): JobStatus {
  const now = formatInstant(parts.clock.now().wall);
  const active = pods.filter(isActive);
  const conditions = conditionsOf(job, now, verdict, isOverNow);
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : now);
  return {
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(startTime === undefined ? {} : { startTime }),
    ...(isOverNow && verdict?.type === 'Complete' ? { completionTime: now } : {}),
    ...withoutZeros({ active: active.length, succeeded, failed }),
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isTerminating(pod) && !isOver(pod)).length,
    uncountedTerminatedPods: {},
  };
}

/** First a condition that says how it will end, and when the last pod has ended the one that says that it has. */
function conditionsOf({ status }: Job, now: string, verdict: Verdict | undefined, isOverNow: boolean): readonly Condition[] {
  const before = status?.conditions ?? [];
  if (verdict === undefined) return before;
  const { type, reason, message } = verdict;
  const wanted = [type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', ...(isOverNow ? [type] : [])];
  const missing = wanted.filter((each) => !before.some((condition) => condition.type === each));
  return [...before, ...missing.map((each): Condition => ({ type: each, status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message }))];
}
