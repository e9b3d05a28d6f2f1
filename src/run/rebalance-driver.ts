import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { RebalancingSettings } from '../model/configuration.ts';
import type { CycleSummary, StopCause } from '../model/rebalancing.ts';
import { type Duration, elapsed, type Instant, minutes, seconds, type Tick } from '../model/time.ts';
import type { Trigger } from '../report/rebalance-events.ts';
import type { Cron } from './cron.ts';
import { type PassParts, rebalancePass, whyNot } from './rebalance-pass.ts';
import { type Recoveries, recoveries, type Recovery } from './recoveries.ts';
import { type Slots, slotsOf } from './slots.ts';

export interface DriverParts extends PassParts {
  readonly cron: Cron;
  readPolicy(file: string): Promise<RebalancePolicy | undefined>;
  /** When the shared Lease was last given back; `undefined` when it is held, or nobody has rebalanced yet. */
  lastRun(): Promise<Instant | undefined>;
}

const lookEvery: Duration = seconds(1);
/** Nodes that come back together are one recovery, and the watch has to show what was written last. */
const settleTime: Duration = seconds(3);
/** A pass that a budget, a limit or an incident cut short is followed by another, until this is over. */
const worthRepeating: Duration = minutes(30);
const repeatAfter: Duration = seconds(20);
const mostPasses = 10;

/**
 * Starts rebalance passes in this process: at the slots of the schedule, and after a fenced node has left its probation.
 * One loop, so there are never two at once; only while this replica leads; an incident has priority over both.
 */
export async function rebalanceWhenDue(parts: DriverParts, signal: AbortSignal): Promise<void> {
  const { clock } = parts;
  let state: State | undefined;
  while (!signal.aborted) {
    await clock.sleep(lookEvery, signal);
    if (signal.aborted || !parts.leading()) continue;
    state ??= { returned: recoveries({ now: clock.now().wall, lastRun: await parts.lastRun() }), slots: undefined, passes: 0, notBefore: clock.now().tick };
    await lookOnce(parts, state, signal);
  }
}

interface State {
  readonly returned: Recoveries;
  slots: { readonly schedule: string; readonly timeZone: string | undefined; readonly walk: Slots } | undefined;
  /** Passes for the recoveries that are owed now, and when the next one may begin. */
  passes: number;
  notBefore: Tick;
}

async function lookOnce(parts: DriverParts, state: State, signal: AbortSignal): Promise<void> {
  const { rebalancing } = parts.config();
  const owed = state.returned.owed(parts.observation.view.fences, parts.clock.now().tick);
  const due = scheduleDue(parts, state, rebalancing);
  if (rebalancing.policyFile === undefined || !rebalancing.afterRecovery) state.returned.settle(owed);
  else if (owed.length > 0) return afterRecovery(parts, state, { owed, due, file: rebalancing.policyFile }, signal);
  if (due && rebalancing.policyFile !== undefined) await onSchedule(parts, state, rebalancing.policyFile, signal);
}

function scheduleDue(parts: DriverParts, state: State, { schedule, timeZone }: RebalancingSettings): boolean {
  const now = parts.clock.now().wall;
  if (schedule === undefined) state.slots = undefined;
  else if (state.slots?.schedule !== schedule || state.slots.timeZone !== timeZone) state.slots = { schedule, timeZone, walk: slotsOf(parts.cron(schedule, timeZone), now) };
  const { due, missed } = state.slots?.walk.look(now) ?? { due: false, missed: 0 };
  if (missed > 0) parts.metrics.rebalanceSkipped.inc({ trigger: 'schedule', cause: 'late' }, missed);
  return due;
}

async function onSchedule(parts: DriverParts, state: State, file: string, signal: AbortSignal): Promise<void> {
  const no = whyNot(parts);
  if (no !== undefined) return skip(parts, 'schedule', no.cause);
  const policy = await parts.readPolicy(file);
  if (policy === undefined) return skip(parts, 'schedule', 'policy');
  const summary = await pass(parts, state, { policy, trigger: { kind: 'schedule' } }, signal);
  if (summary === 'failed') skip(parts, 'schedule', 'failed');
  else if (summary.stopped !== undefined) skip(parts, 'schedule', summary.stopped.cause);
}

interface Owed {
  readonly owed: readonly Recovery[];
  /** A slot of the schedule that came while a recovery has to be answered: one pass does for both. */
  readonly due: boolean;
  readonly file: string;
}

async function afterRecovery(parts: DriverParts, state: State, { owed, due, file }: Owed, signal: AbortSignal): Promise<void> {
  const now = parts.clock.now().tick;
  const waited = Math.max(...owed.map(({ since }) => elapsed(since, now)));
  const youngest = Math.min(...owed.map(({ since }) => elapsed(since, now)));
  const no = whyNot(parts);
  if (due && no !== undefined) skip(parts, 'schedule', no.cause);
  if (no !== undefined && waited > worthRepeating) return giveUp(parts, state, owed, no.cause);
  if (no !== undefined || youngest < settleTime || now < state.notBefore) return;
  const policy = await parts.readPolicy(file);
  if (policy === undefined) return giveUp(parts, state, owed, 'policy');
  const trigger: Trigger = { kind: 'recovery', fences: owed.map(({ fence }) => fence) };
  const summary = await pass(parts, state, { policy, trigger }, signal);
  state.passes += 1;
  const left = leftToDo(summary);
  if (left === undefined) return settle(state, owed);
  if (state.passes >= mostPasses || waited > worthRepeating) return giveUp(parts, state, owed, left);
  state.notBefore = (parts.clock.now().tick + repeatAfter) as Tick;
}

/** Why another pass may do what this one could not; `undefined` when it has done all there was. */
function leftToDo(summary: CycleSummary | 'failed'): SkipCause | undefined {
  if (summary === 'failed') return 'failed';
  if (summary.stopped !== undefined) return summary.stopped.cause;
  if (summary.totals.blocked > 0) return 'blocked';
  return summary.totals.limited > 0 ? 'limited' : undefined;
}

type SkipCause = StopCause | 'late' | 'running' | 'policy' | 'failed' | 'blocked' | 'limited';

async function pass(parts: DriverParts, state: State, { policy, trigger }: { policy: RebalancePolicy; trigger: Trigger }, signal: AbortSignal): Promise<CycleSummary | 'failed'> {
  const summary = await rebalancePass(parts, policy, trigger, signal);
  // What came due meanwhile is not made up for: the next slot is soon enough.
  const { due, missed } = state.slots?.walk.look(parts.clock.now().wall) ?? { due: false, missed: 0 };
  if (due || missed > 0) parts.metrics.rebalanceSkipped.inc({ trigger: 'schedule', cause: 'running' }, missed + (due ? 1 : 0));
  return summary;
}

const skip = ({ metrics }: DriverParts, trigger: Trigger['kind'], cause: SkipCause): void => metrics.rebalanceSkipped.inc({ trigger, cause });

function giveUp(parts: DriverParts, state: State, owed: readonly Recovery[], cause: SkipCause): void {
  skip(parts, 'recovery', cause);
  parts.log.warn({ cause }, `Rebalancing after the return of ${owed.map(({ fence }) => fence.spec.nodeName).join(', ')} is given up`);
  settle(state, owed);
}

function settle(state: State, owed: readonly Recovery[]): void {
  state.returned.settle(owed);
  state.passes = 0;
}
