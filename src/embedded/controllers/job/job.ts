import { resources } from '../../../kube/paths.ts';
import { type Duration, after, between, formatInstant, parseRfc3339, seconds } from '../../../model/time.ts';
import type { RunController } from '../controller.ts';
import { type Timings, realTimings } from '../timings.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Condition, Pod } from '../workload/objects.ts';
import { nameOf } from '../workload/owner.ts';
import { createPod, deletePod } from '../workload/pod-control.ts';
import { isActive, isOver, isReady, isTerminating } from '../workload/pod-state.ts';
import { workloads } from '../workload/resources.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { inDeletionOrder } from '../replicaset/deletion-order.ts';
import { withoutZeros, writeStatus } from '../workload/status.ts';
import { JobBackoff } from './backoff.ts';
import { type Job, type JobStatus, isFinished, trackingFinalizer } from './objects.ts';
import { isLost, isTracked, untrack } from './tracking.ts';

/**
 * The Job controller, for Jobs without indices. Not modelled: Indexed completion (501 in an Event), pod failure policies,
 * success policies, `ttlSecondsAfterFinished`, and the statuses between two turns (`uncountedTerminatedPods`, the
 * interim conditions): here counting a pod and letting it go is one turn.
 */
export function jobController(timings: Timings = realTimings): RunController {
  return (parts, signal) => {
    const backoff = new JobBackoff(timings, parts.clock);
    const of = { resource: workloads.jobs, kind: 'Job', children: resources.pods, component: 'job-controller' };
    return runOwner(of, parts, signal, { sync: (all, key) => sync(all, key, backoff) });
  };
}

interface Turn {
  readonly parts: OwnerParts;
  readonly key: string;
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
}

function sync(parts: OwnerParts, key: string, backoff: JobBackoff): void {
  const { store, orphans, record } = parts;
  const job = store.get<Job>(workloads.jobs, nameOf(key));
  if (job === undefined || isFinished(job)) return;
  if (job.spec.completionMode === 'Indexed') {
    record(job, 'Warning', 'UnknownCompletionMode', 'Skipped Job sync because the embedded cluster does not model indexed Jobs');
    return;
  }
  const pods = claimChildren<Pod>(store, job, { resource: resources.pods, selector: job.spec.selector, orphans });
  const tracked = pods.filter(isTracked);
  const done = tracked.filter(({ status }) => status?.phase === 'Succeeded');
  const lost = tracked.filter((pod) => isLost(job, pod));
  const turn: Turn = { parts, key, job, pods, succeeded: (job.status?.succeeded ?? 0) + done.length, failed: (job.status?.failed ?? 0) + lost.length };
  backoff.count(job.metadata.uid, done.length, lost.length);
  const verdict = verdictOf(turn);
  const given = verdict?.type === 'Failed' ? pods.filter(isActive) : [];
  for (const pod of given) deletePod(parts, job, pod);
  if (verdict === undefined && job.metadata.deletionTimestamp === undefined) manage(turn, backoff);
  write({ ...turn, failed: turn.failed + given.filter(isTracked).length }, [...done, ...lost], verdict);
  if (verdict !== undefined) backoff.forget(job.metadata.uid);
}

interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

function verdictOf({ job, pods, succeeded, failed, parts, key }: Turn): Verdict | undefined {
  const { backoffLimit = 6, completions, activeDeadlineSeconds } = job.spec;
  const interim = job.status?.conditions?.find(({ type, status }) => (type === 'FailureTarget' || type === 'SuccessCriteriaMet') && status === 'True');
  if (interim !== undefined) return { type: interim.type === 'FailureTarget' ? 'Failed' : 'Complete', reason: interim.reason ?? '', message: interim.message ?? '' };
  if (failed > backoffLimit) return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const left = deadlineLeft(parts, job);
  if (left !== undefined && left <= 0) return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  if (left !== undefined && activeDeadlineSeconds !== undefined) parts.queue.after(key, left);
  const active = pods.filter((pod) => isActive(pod)).length;
  if (active > 0 || (completions === undefined ? succeeded === 0 : succeeded < completions)) return undefined;
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function deadlineLeft({ clock }: OwnerParts, { spec, status }: Job): Duration | undefined {
  const start = parseRfc3339(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend === true) return undefined;
  return between(clock.now().wall, after(start, seconds(spec.activeDeadlineSeconds)));
}

/** Creates the pods that are missing, unless it has to wait after failures; deletes those that are too many. */
function manage({ parts, key, job, pods, succeeded }: Turn, backoff: JobBackoff): void {
  const active = pods.filter(isActive);
  const wanted = wantedActive(job, active.length, succeeded);
  if (active.length > wanted) {
    for (const pod of inDeletionOrder(active, new Map(), parts.clock.now().wall).slice(0, active.length - wanted)) deletePod(parts, job, pod);
    return;
  }
  const ending = job.spec.podReplacementPolicy === 'Failed' ? pods.filter((pod) => isTerminating(pod) && !isOver(pod)).length : 0;
  const missing = Math.min(500, wanted - active.length - ending);
  if (missing <= 0) return;
  const wait = backoff.left(job.metadata.uid);
  if (wait > 0) {
    parts.queue.after(key, wait);
    return;
  }
  const { template } = job.spec;
  const finalizers = [...(template.metadata?.finalizers ?? []), trackingFinalizer];
  for (let count = 0; count < missing; count += 1) createPod(parts, job, { ...template, metadata: { ...template.metadata, finalizers } });
}

function wantedActive({ spec }: Job, active: number, succeeded: number): number {
  const { parallelism = 1, completions } = spec;
  if (spec.suspend === true) return 0;
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** The counted pods are in the status before they are let go, so that a restart in between counts none of them twice. */
function write(turn: Turn, counted: readonly Pod[], verdict: Verdict | undefined): void {
  const { parts: { store, record, orphans }, job } = turn;
  const now = claimChildren<Pod>(store, job, { resource: resources.pods, selector: job.spec.selector, orphans });
  const ending = now.filter((pod) => isTerminating(pod) && !isOver(pod)).length;
  // As long as pods are ending, the Job is not over, so that no successor gets in their way (KEP-3939).
  const final = verdict !== undefined && ending === 0;
  const status = writeStatus(store, workloads.jobs, job, statusOf(turn, now, verdict, final));
  for (const pod of verdict === undefined ? counted : now.filter(isTracked)) untrack(store, pod);
  if (!final) return;
  if (verdict.type === 'Complete') record(status, 'Normal', 'Completed', 'Job completed');
  else record(status, 'Warning', verdict.reason, verdict.message);
}

function statusOf({ parts, job, succeeded, failed }: Turn, pods: readonly Pod[], verdict: Verdict | undefined, final: boolean): JobStatus {
  const now = formatInstant(parts.clock.now().wall);
  const active = pods.filter(isActive);
  const interim: Condition['type'] = verdict?.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const types = verdict === undefined ? [] : [interim, ...(final ? [verdict.type] : [])];
  const others = (job.status?.conditions ?? []).filter(({ type }) => !types.includes(type));
  const kept = (job.status?.conditions ?? []).filter(({ type }) => types.includes(type));
  const added = types.filter((type) => !kept.some((each) => each.type === type)).map((type): Condition => ({
    type, status: 'True', lastProbeTime: now, lastTransitionTime: now, reason: verdict?.reason ?? '', message: verdict?.message ?? '',
  }));
  const conditions = [...others, ...kept, ...added];
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : now);
  return {
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(startTime === undefined ? {} : { startTime }),
    ...(final && verdict?.type === 'Complete' ? { completionTime: now } : {}),
    ...withoutZeros({ active: active.length, succeeded, failed }),
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isTerminating(pod) && !isOver(pod)).length,
    uncountedTerminatedPods: {},
  };
}
