import { type Duration, after, between, parseRfc3339, seconds } from '../../../model/time.ts';
import type { Pod } from '../workload/objects.ts';
import { isActive } from '../workload/pod-state.ts';
import type { OwnerParts } from '../workload/run-owner.ts';
import type { Job } from './objects.ts';

/** A Job as one turn finds it. */
export interface Turn {
  readonly parts: OwnerParts;
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Counts with those pods that have just ended. */
  readonly succeeded: number;
  readonly failed: number;
}

export interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** How the Job ends; undefined while it goes on. A verdict stays while the last pods end. */
export function verdictOf(turn: Turn): Verdict | undefined {
  const { job, failed } = turn;
  const earlier = earlierVerdict(job);
  if (earlier !== undefined) return earlier;
  if (failed > (job.spec.backoffLimit ?? 6)) return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const left = deadlineLeft(turn);
  if (left !== undefined && left <= 0) return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  return hasEnough(turn) ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined;
}

function earlierVerdict({ status }: Job): Verdict | undefined {
  const interim = status?.conditions?.find((each) => (each.type === 'FailureTarget' || each.type === 'SuccessCriteriaMet') && each.status === 'True');
  return interim === undefined ? undefined : { type: interim.type === 'FailureTarget' ? 'Failed' : 'Complete', reason: interim.reason ?? '', message: interim.message ?? '' };
}

/** Without a number of completions one success is enough; in both cases no pod may be running any more. */
function hasEnough({ job: { spec }, pods, succeeded }: Turn): boolean {
  const enough = spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
  return enough && !pods.some(isActive);
}

/** Time until `activeDeadlineSeconds` are over; undefined when there is no such limit. */
export function deadlineLeft({ parts: { clock }, job: { spec, status } }: Turn): Duration | undefined {
  const start = parseRfc3339(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend === true) return undefined;
  return between(clock.now().wall, after(start, seconds(spec.activeDeadlineSeconds)));
}
