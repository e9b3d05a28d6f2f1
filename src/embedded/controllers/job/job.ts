import { resources } from '../../../kube/paths.ts';
import type { RunController } from '../controller.ts';
import { inDeletionOrder } from '../replicaset/deletion-order.ts';
import { type Timings, realTimings } from '../timings.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Pod } from '../workload/objects.ts';
import { nameOf } from '../workload/owner.ts';
import { createPod, deletePod } from '../workload/pod-control.ts';
import { isActive, isOver, isTerminating } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { writeStatus } from '../workload/status.ts';
import { JobBackoff } from './backoff.ts';
import { type Job, isFinished, trackingFinalizer } from './objects.ts';
import { statusOf } from './status.ts';
import { isLost, isTracked, untrack } from './tracking.ts';
import { type Turn, type Verdict, deadlineLeft, verdictOf } from './verdict.ts';

/**
 * The Job controller, for Jobs without indices. Not modelled: Indexed completion (an Event says so), pod failure policies,
 * success policies, `ttlSecondsAfterFinished`, and the statuses between two turns (`uncountedTerminatedPods`): here
 * counting a pod and letting it go is one turn.
 */
export function jobController(timings: Timings = realTimings): RunController {
  return (parts, signal) => {
    const backoff = new JobBackoff(timings, parts.clock);
    const of = { resource: builtInResources.jobs, kind: 'Job', children: resources.pods, component: 'job-controller' };
    return runOwner(of, parts, signal, { sync: (all, key) => sync(all, key, backoff) });
  };
}

function sync(parts: OwnerParts, key: string, backoff: JobBackoff): void {
  const { store, record } = parts;
  const job = store.get<Job>(builtInResources.jobs, nameOf(key));
  if (job === undefined || isFinished(job)) return;
  if (job.spec.completionMode === 'Indexed') {
    record(job, 'Warning', 'UnknownCompletionMode', 'Skipped Job sync because the embedded cluster does not model indexed Jobs');
    return;
  }
  const pods = podsOf(parts, job);
  const done = pods.filter((pod) => isTracked(pod) && pod.status?.phase === 'Succeeded');
  const lost = pods.filter((pod) => isTracked(pod) && isLost(job, pod));
  // A pod that was told to end has not failed by itself: its successor need not wait.
  backoff.count(job.metadata.uid, done.length, lost.filter((pod) => !isTerminating(pod)).length);
  const turn: Turn = { parts, job, pods, succeeded: (job.status?.succeeded ?? 0) + done.length, failed: (job.status?.failed ?? 0) + lost.length };
  const left = deadlineLeft(turn);
  if (left !== undefined && left > 0) parts.queue.after(key, left);
  settle(turn, key, [...done, ...lost], backoff);
}

const podsOf = ({ store, orphans }: OwnerParts, job: Job): readonly Pod[] => claimChildren<Pod>(store, job, { resource: resources.pods, selector: job.spec.selector, orphans });

/** Goes on, or ends the Job: one that has failed gives up all its pods, which then count as failed, too. */
function settle(turn: Turn, key: string, counted: readonly Pod[], backoff: JobBackoff): void {
  const { parts, job, pods } = turn;
  const verdict = verdictOf(turn);
  if (verdict === undefined) {
    if (job.metadata.deletionTimestamp === undefined) manage(turn, key, backoff);
    write(turn, counted, undefined);
    return;
  }
  const given = verdict.type === 'Failed' ? pods.filter(isActive) : [];
  for (const pod of given) deletePod(parts, job, pod);
  write({ ...turn, failed: turn.failed + given.filter(isTracked).length }, counted, verdict);
  backoff.forget(job.metadata.uid);
}

/** Creates the pods that are missing, unless it has to wait after failures; deletes those that are too many. */
function manage({ parts, job, pods, succeeded }: Turn, key: string, backoff: JobBackoff): void {
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
  const { parts, job } = turn;
  const pods = podsOf(parts, job);
  // As long as pods are ending, the Job is not over, so that no successor gets in their way (KEP-3939).
  const isOverNow = verdict !== undefined && !pods.some((pod) => isTerminating(pod) && !isOver(pod));
  const written = writeStatus(parts.store, builtInResources.jobs, job, statusOf({ ...turn, pods }, verdict, isOverNow));
  for (const pod of verdict === undefined ? counted : pods.filter(isTracked)) untrack(parts.store, pod);
  if (!isOverNow) return;
  if (verdict.type === 'Complete') parts.record(written, 'Normal', 'Completed', 'Job completed');
  else parts.record(written, 'Warning', verdict.reason, verdict.message);
}
