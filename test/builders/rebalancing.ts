import { ClusterIndex } from '../../src/decide/rebalancing/cluster-index.ts';
import { type CycleInput, rebalanceCycle, type StepAnswer } from '../../src/decide/rebalancing/cycle.ts';
import { evictorSettings, readEvictorArgs } from '../../src/decide/rebalancing/evictor-args.ts';
import type { EvictorSettings } from '../../src/decide/rebalancing/evictor.ts';
import { type RebalancePolicy, use } from '../../src/decide/rebalancing/policy.ts';
import type { Explainer, Strategy } from '../../src/decide/rebalancing/strategy.ts';
import type { ClusterFacts, CycleSummary, Eviction } from '../../src/model/rebalancing.ts';
import { everything } from '../../src/model/selector.ts';
import { instant } from '../../src/model/time.ts';
import { nodes } from './node.ts';

/** Facts with nothing in them but what is given. */
export const facts = (given: Partial<ClusterFacts>): ClusterFacts => ({ nodes: [], pods: [], budgets: [], namespaces: [], claims: [], ...given });

/** DefaultEvictor with these `args`, as a policy writes them. */
export function anEvictor(args: object = {}): EvictorSettings {
  const read = readEvictorArgs(args);
  if (read.kind !== 'read' || read.problems.length > 0) throw new Error(JSON.stringify(read));
  return evictorSettings(read.args, read.args.priorityThreshold?.value);
}

export interface PolicyParts {
  readonly evictor?: object;
  readonly limits?: Partial<RebalancePolicy['limits']>;
  readonly policy?: Partial<RebalancePolicy>;
}

/** A policy with one profile that uses one strategy. */
export function aPolicy<Args>(strategy: Strategy<Args>, args: object = {}, { evictor, limits, policy }: PolicyParts = {}): RebalancePolicy {
  const read = strategy.parseArgs(args);
  if (read.kind !== 'read' || read.problems.length > 0) throw new Error(JSON.stringify(read));
  const inUse = use(strategy, read.args);
  const profile = { name: 'default', evictor: anEvictor(evictor), deschedule: [], balance: [], [strategy.extensionPoint]: [inUse] };
  return {
    nodeSelector: everything,
    limits: { perNode: undefined, perNamespace: undefined, total: undefined, ...limits },
    gracePeriodSeconds: undefined,
    evictionFailureEventNotification: false,
    metrics: { kubernetes: false, prometheus: undefined },
    profiles: [profile],
    ...policy,
  };
}

/** Runs a whole cycle; `answer` stands for the API server, which by default grants every eviction. */
export function runCycle(
  input: { readonly facts: ClusterFacts; readonly policy: RebalancePolicy } & Partial<CycleInput>,
  answer: (eviction: Eviction) => StepAnswer = () => ({ kind: 'evicted' }),
): { readonly evicted: Eviction[]; readonly tried: Eviction[]; readonly summary: CycleSummary } {
  const tried: Eviction[] = [];
  const evicted: Eviction[] = [];
  const cycle = rebalanceCycle({ index: new ClusterIndex(input.facts), now: instant(0), afterEviction: 'terminating', ...input });
  let step = cycle.next();
  while (step.done !== true) {
    const { kind, eviction } = step.value;
    const said = kind === 'evict' ? answer(eviction) : undefined;
    if (kind === 'evict') tried.push(eviction);
    if (said?.kind === 'evicted') evicted.push(eviction);
    step = cycle.next(said);
  }
  return { evicted, tried, summary: step.value };
}

/** A cluster and one strategy in it; by default two nodes, `n1` and `n2`, at the moment 0. */
export interface Case extends Partial<ClusterFacts> {
  readonly args?: object | undefined;
  readonly policy?: PolicyParts | undefined;
}

/** The names of the pods that the strategy evicts, in its order. */
export const evictedBy = <Args>(strategy: Strategy<Args>, given: Case): string[] => runCase(strategy, given).evicted.map(({ pod }) => pod.name);

/** How many evictions the strategy tried in vain because of a limit; those passed over together with them are not counted. */
export const limitedBy = <Args>(strategy: Strategy<Args>, given: Case): number => runCase(strategy, given).summary.totals.limited;

/** Why each pod stays, by its name, in the words that the strategy gives to those who ask. */
export function staysBecause<Args>(strategy: Strategy<Args>, given: Case): Record<string, string> {
  const stays: Record<string, string> = {};
  const explain = (): Explainer => ({ pod: ({ name }, because) => void (stays[name] = because), node: () => {}, strategy: (because) => void (stays['*'] = because) });
  runCase(strategy, given, { explain });
  return stays;
}

const runCase = <Args>(strategy: Strategy<Args>, { args, policy, ...given }: Case, more: Partial<CycleInput> = {}): ReturnType<typeof runCycle> =>
  runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), ...given }), policy: aPolicy(strategy, args, policy), ...more });

/** What is wrong with these `args`; none when the strategy takes them. */
export function problemsOf<Args>(strategy: Strategy<Args>, args: object): readonly string[] {
  const read = strategy.parseArgs(args);
  return read.kind === 'read' ? read.problems.map(({ says }) => says) : [read.because];
}

/** How many of them ran on each node. */
export const perNode = (evictions: readonly Eviction[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(evictions, ({ node }) => node)].map(([node, list]) => [node, list.length]));
