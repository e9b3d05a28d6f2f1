import { evictPod } from '../act/evict.ts';
import { ClusterIndex } from '../decide/rebalancing/cluster-index.ts';
import { type CycleInput, rebalanceCycle, type StepAnswer } from '../decide/rebalancing/cycle.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import { warningsBefore } from '../decide/rebalancing/warnings.ts';
import type { Api } from '../kube/api.ts';
import { takingTurns } from '../kube/event-loop.ts';
import type { ClusterFacts, CycleSummary, Eviction, RebalanceEntry } from '../model/rebalancing.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../model/time.ts';
import { blind, findOpenFence, type GuardParts, type RunLease, type Stop, takeRunLease } from './rebalance-guards.ts';

export interface RebalanceParts {
  readonly api: Api;
  readonly clock: Clock;
  /** A name for this process that no other process has. */
  readonly identity: string;
  /** Gives the facts of this moment: a list for a single run, the reflectors' copy inside the controller. */
  observe(policy: RebalancePolicy, signal: AbortSignal): Promise<ClusterFacts>;
  /** Hears of every eviction, warning and stop, and of the end. */
  record(entry: RebalanceEntry): void;
  /** Stops the run before its next eviction. */
  readonly signal: AbortSignal;
  /** Takes down why pods stay or go; absent when nobody asked. */
  readonly explain?: CycleInput['explain'];
}

export interface RebalanceOptions {
  /** Decide and report; evict nothing, hold no Lease. */
  readonly dryRun: boolean;
  /** Where the Lease `evenkeel-rebalance` lives. */
  readonly leaseNamespace: string;
  /** Have the defects of descheduler v0.36.0 too: for comparisons. */
  readonly referenceDefects?: boolean;
}

/** One rebalance pass, from the Lease to the summary. Rejects only when the cluster cannot be read at all. */
export async function rebalanceOnce(parts: RebalanceParts, policy: RebalancePolicy, options: RebalanceOptions): Promise<CycleSummary> {
  const guards: GuardParts = { ...parts, namespace: options.leaseNamespace, warn: (because) => parts.record({ kind: 'warning', because }) };
  const lease = options.dryRun ? undefined : await unlessStopped(parts, takeRunLease(guards));
  if (lease !== undefined && 'cause' in lease) return finish(parts, options, nothingDone(lease));
  try {
    const fence = await fenceAtStart(guards, options);
    // A read that the signal cut short has found nothing out.
    const stop = fence === undefined ? undefined : (stopped(parts) ?? fence);
    return finish(parts, options, stop === undefined ? await runCycle(parts, policy, { options, lease }) : nothingDone(stop));
  } finally {
    // The Lease runs out by itself; failing to give it back early is no reason to fail the run.
    await lease?.release().catch((error: unknown) => guards.warn(`The Lease was not given back: ${String(error)}`));
  }
}

async function fenceAtStart(guards: GuardParts, { dryRun }: RebalanceOptions): Promise<Stop | undefined> {
  const found = await findOpenFence(guards);
  if (found === 'notInstalled') guards.warn('The CustomResourceDefinition nodefences.evenkeel.dev is not installed: this run cannot tell whether a node is being fenced, and goes on');
  if (found === undefined || found === 'notInstalled') return undefined;
  if (!dryRun) return found;
  guards.warn(`A real run would stop here: ${found.because}`);
  return undefined;
}

interface RunContext {
  readonly options: RebalanceOptions;
  readonly lease: RunLease | undefined;
}

/** Drives the step machine: everything that touches the cluster happens between two of its steps. */
async function runCycle(parts: RebalanceParts, policy: RebalancePolicy, { options, lease }: RunContext): Promise<CycleSummary> {
  const { dryRun } = options;
  const facts = await unlessStopped(parts, parts.observe(policy, parts.signal));
  if ('cause' in facts) return nothingDone(facts);
  for (const warning of warningsBefore(facts)) parts.record(warning);
  const trying: Trying = { policy, dryRun, lease, patience: longestWait };
  const cycle = rebalanceCycle({
    index: new ClusterIndex(facts),
    policy,
    now: parts.clock.now().wall,
    afterEviction: dryRun ? 'gone' : 'terminating',
    referenceDefects: options.referenceDefects ?? false,
    ...(parts.explain === undefined ? {} : { explain: parts.explain }),
  });
  const turn = takingTurns(parts.clock);
  let step = cycle.next();
  while (step.done !== true) {
    // A dry run waits for nothing else, and a real one may be at a limit for thousands of steps.
    await turn();
    const { kind, eviction } = step.value;
    let answer: StepAnswer;
    if (kind === 'limited') parts.record({ ...step.value, dryRun });
    else answer = await tryEviction(parts, eviction, trying);
    step = cycle.next(answer);
  }
  return step.value;
}

/** A run that is told to stop while it reads the cluster has not failed. */
async function unlessStopped<Facts>(parts: RebalanceParts, reading: Promise<Facts>): Promise<Facts | Stop> {
  try {
    return await reading;
  } catch (error) {
    const stop = stopped(parts);
    if (stop === undefined) throw error;
    return stop;
  }
}

interface Trying {
  readonly policy: RebalancePolicy;
  readonly dryRun: boolean;
  readonly lease: RunLease | undefined;
  /** How long this run may still wait altogether because the server says Retry-After. */
  patience: Duration;
}

/** A budget whose status is being written asks for 10 s. One run waits three of those, not ten for each pod. */
const longestWait = seconds(30);

async function tryEviction(parts: RebalanceParts, eviction: Eviction, trying: Trying): Promise<StepAnswer> {
  const answer = trying.dryRun ? (stopAnswer(stopped(parts)) ?? ({ kind: 'evicted' } as const)) : await evictPatiently(parts, eviction, trying);
  if (answer.kind !== 'stop') parts.record({ kind: 'eviction', eviction, answer, dryRun: trying.dryRun });
  return answer;
}

const stopAnswer = (stop: Stop | undefined): ({ readonly kind: 'stop' } & Stop) | undefined => (stop === undefined ? undefined : { kind: 'stop', ...stop });

/**
 * Waits where the server asks for it and the run can afford it, and looks again before it asks again. It waits in place: a
 * strategy that was told "blocked" has chosen another pod by then, and coming back would evict one too many.
 */
async function evictPatiently(parts: RebalanceParts, eviction: Eviction, trying: Trying): Promise<NonNullable<StepAnswer>> {
  for (;;) {
    const stop = stopAnswer(await mayNot(parts, trying.lease));
    if (stop !== undefined) return stop;
    const asked = await evictPod(eviction, { api: parts.api, gracePeriodSeconds: trying.policy.gracePeriodSeconds });
    // It may have been the last one that a limit allows.
    if (asked.kind === 'unknown') return { kind: 'stop', ...blind(`whether ${eviction.pod.namespace}/${eviction.pod.name} was evicted`, asked.because) };
    if (asked.kind !== 'later') return asked;
    if (asked.after > trying.patience) return { kind: 'blocked', because: asked.because };
    trying.patience = milliseconds(trying.patience - asked.after);
    await parts.clock.sleep(asked.after, parts.signal);
  }
}

/** Asked before each eviction: told to stop, Lease lost, a fence opened since? */
async function mayNot(parts: RebalanceParts, lease: RunLease | undefined): Promise<Stop | undefined> {
  try {
    const reason = stopped(parts) ?? (await lease?.check());
    if (reason !== undefined) return reason;
  } catch (error) {
    return blind('whether the Lease is still ours', error);
  }
  const fence = await findOpenFence(parts);
  return stopped(parts) ?? (fence === 'notInstalled' ? undefined : fence);
}

/** Whoever aborts may say why: a `Stop` as the signal's reason. */
function stopped({ signal }: RebalanceParts): Stop | undefined {
  if (!signal.aborted) return undefined;
  const reason: unknown = signal.reason;
  return isStop(reason) ? reason : { cause: 'signal', because: 'it was told to stop' };
}

const isStop = (reason: unknown): reason is Stop => typeof reason === 'object' && reason !== null && 'cause' in reason && 'because' in reason;

function nothingDone(stop: Stop): CycleSummary {
  return { nodes: 0, pods: 0, totals: { evicted: 0, blocked: 0, gone: 0, failed: 0, limited: 0 }, strategies: [], stopped: stop };
}

function finish({ record }: RebalanceParts, { dryRun }: RebalanceOptions, summary: CycleSummary): CycleSummary {
  if (summary.stopped !== undefined) record({ kind: 'stopped', ...summary.stopped, dryRun });
  record({ kind: 'finished', summary, dryRun });
  return summary;
}
