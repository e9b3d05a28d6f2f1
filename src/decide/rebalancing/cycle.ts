import { selects } from '../../model/labels.ts';
import type { CycleSummary, Eviction, EvictionAnswer, Limit, StopCause, StrategySummary, Tally } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import type { AfterEviction, ClusterIndex } from './cluster-index.ts';
import { Limits } from './limits.ts';
import { Shapes } from './node-choice.ts';
import { byText } from './order.ts';
import type { Profile, RebalancePolicy, StrategyInUse } from './policy.ts';
import { type Proposal, type ProposalOutcome, type Proposals, StrategyFailure } from './strategy.ts';
import { type Cycle, type EngineExplainer, FilteredView, isReady } from './view.ts';

/** What the engine asks of its driver, one at a time: to try an eviction, or to take note of one that a limit forbids. */
export type Step =
  | { readonly kind: 'evict'; readonly eviction: Eviction }
  | { readonly kind: 'limited'; readonly eviction: Eviction; readonly limit: Limit; readonly because: string };

/** The driver's answer; the one to a `limited` step is not looked at. `stop` ends the cycle before the next eviction. */
export type StepAnswer = EvictionAnswer | { readonly kind: 'stop'; readonly cause: StopCause; readonly because: string } | undefined;

export interface CycleInput {
  readonly index: ClusterIndex;
  readonly policy: RebalancePolicy;
  readonly now: Instant;
  /** What an eviction does to the view that later strategies have: `gone` in a dry run, like the reference. */
  readonly afterEviction: AfterEviction;
  /** Do what descheduler v0.36.0 does where its documentation says otherwise (spec §17): for comparisons. */
  readonly referenceDefects?: boolean;
  /** Takes down why pods stay or go, strategy by strategy; absent when nobody asked. */
  readonly explain?: (by: By) => EngineExplainer;
}

/** Whose decision it is. */
export interface By {
  readonly profile: string;
  readonly strategy: string;
}

/**
 * One rebalance cycle as a step machine: pure, so the same facts and answers give the same steps, and the driver alone
 * touches the cluster. Deschedule strategies of all profiles run first, then the balance strategies.
 */
export function* rebalanceCycle(input: CycleInput): Generator<Step, CycleSummary, StepAnswer> {
  const { index, policy, now } = input;
  const nodes = index.nodes.filter((node) => isReady(node) && selects(policy.nodeSelector, node.labels));
  const cycle: Cycle = { index, nodes, now, shapes: new Shapes(), referenceDefects: input.referenceDefects === true };
  const run: Run = { input, cycle, limits: new Limits(policy.limits), strategies: [], stopped: undefined };
  if (nodes.length < 2) run.stopped = { cause: 'tooFewNodes', because: `rebalancing needs at least two ready nodes that the policy's nodeSelector chooses; there ${nodes.length === 1 ? 'is 1' : 'are 0'}` };
  for (const [profile, strategy] of inOrder(policy)) if (run.stopped === undefined) yield* runStrategy(run, profile, strategy);
  return { nodes: nodes.length, pods: index.podCount, totals: sum(run.strategies), strategies: run.strategies, stopped: run.stopped };
}

const inOrder = ({ profiles }: RebalancePolicy): [Profile, StrategyInUse][] =>
  (['deschedule', 'balance'] as const).flatMap((point) => profiles.flatMap((profile) => profile[point].map((strategy): [Profile, StrategyInUse] => [profile, strategy])));

interface Run {
  readonly input: CycleInput;
  readonly cycle: Cycle;
  readonly limits: Limits;
  readonly strategies: StrategySummary[];
  stopped: CycleSummary['stopped'];
}

function* runStrategy(run: Run, profile: Profile, strategy: StrategyInUse): Generator<Step, void, StepAnswer> {
  const by: By = { profile: profile.name, strategy: strategy.name };
  const view = new FilteredView(run.cycle, profile.evictor, run.input.explain?.(by));
  const tally: Counts = { evicted: 0, blocked: 0, gone: 0, failed: 0, limited: 0 };
  const end = yield* runProposals({ run, by, tally, explain: view.explain }, strategy.propose(view));
  run.strategies.push({ ...by, tally, refused: Object.fromEntries([...view.refused].toSorted(([left], [right]) => byText(left, right))), ...end });
}

interface StrategyRun {
  readonly run: Run;
  readonly by: By;
  readonly tally: Counts;
  readonly explain: EngineExplainer | undefined;
}

type End = Pick<StrategySummary, 'ended' | 'failed'>;

/** Takes proposals until there are no more, a limit or the driver ends them, or the strategy says why it cannot go on. */
function* runProposals({ run, by, tally, explain }: StrategyRun, proposals: Proposals): Generator<Step, End, StepAnswer> {
  const closed: Closed = { groups: new Set(), passes: new Set(), everything: false };
  try {
    let next = proposals.next();
    while (next.done !== true) {
      const proposal = next.value;
      const outcome = isClosed(closed, proposal) ? passedOver : yield* attempt(run, proposal, by);
      if (outcome === 'stop') break;
      explain?.outcome?.(proposal, outcome);
      if (outcome.kind in tally) tally[outcome.kind as keyof Tally] += 1;
      if (outcome.kind === 'limited') close(closed, proposal, outcome.limit);
      if (closed.everything) break;
      next = proposals.next(outcome);
    }
    if (next.done === true) return told(next.value, explain);
    proposals.return();
    return {};
  } catch (error) {
    if (error instanceof StrategyFailure) return { failed: error.message };
    throw error;
  }
}

function told(ended: string | void, explain: EngineExplainer | undefined): End {
  if (ended === undefined) return {};
  explain?.strategy(ended);
  return { ended };
}

/** One proposal, from its limits to what became of it. */
function* attempt(run: Run, { pod, because }: Proposal, by: By): Generator<Step, ProposalOutcome | 'stop', StepAnswer> {
  if (!run.cycle.referenceDefects && run.cycle.index.wasEvicted(pod)) return { kind: 'repeated', because: 'it was already evicted in this cycle' };
  if (pod.uid === '') return { kind: 'failed', because: 'the pod has no UID, so the eviction could not be bound to it' };
  const eviction: Eviction = { pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid }, node: pod.node, ...by, because };
  const reached = run.limits.reachedFor(pod);
  if (reached !== undefined) {
    yield { kind: 'limited', eviction, ...reached };
    return { kind: 'limited', ...reached };
  }
  const answer = yield { kind: 'evict', eviction };
  if (answer === undefined) throw new Error('The driver of a rebalance cycle must answer every eviction');
  if (answer.kind === 'stop') {
    run.stopped = { cause: answer.cause, because: answer.because };
    return 'stop';
  }
  if (answer.kind === 'evicted') {
    run.limits.count(pod);
    run.cycle.index.settle(pod, run.input.afterEviction);
  }
  return answer;
}

/** What limits have ended so far within one strategy. */
interface Closed {
  readonly groups: Set<string>;
  readonly passes: Set<string>;
  everything: boolean;
}

const passedOver: ProposalOutcome = { kind: 'skipped', because: 'a limit was reached for its group' };

const isClosed = ({ groups, passes }: Closed, { group, pass }: Proposal): boolean => (group !== undefined && groups.has(group)) || (pass !== undefined && passes.has(pass));

/** How strategies react to limits (spec §6.3), in one place: what a strategy says of its proposals decides. */
function close(closed: Closed, { group, pass }: Proposal, limit: Limit): void {
  switch (limit) {
    case 'maxNoOfPodsToEvictTotal':
      if (pass === undefined) closed.everything = true;
      else closed.passes.add(pass);
      return;
    case 'maxNoOfPodsToEvictPerNode':
      if (group !== undefined) closed.groups.add(group);
      return;
    case 'maxNoOfPodsToEvictPerNamespace':
      return; // Pods of other namespaces may still go.
    default:
      limit satisfies never;
  }
}

type Counts = { -readonly [Key in keyof Tally]: Tally[Key] };

function sum(strategies: readonly StrategySummary[]): Tally {
  const total: Counts = { evicted: 0, blocked: 0, gone: 0, failed: 0, limited: 0 };
  for (const { tally } of strategies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}
