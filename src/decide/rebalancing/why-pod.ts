import type { PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts, CycleSummary, StrategySummary } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import { isActive } from './cluster-index.ts';
import type { By } from './cycle.ts';
import { type Decision, type Ending, Explanation, wouldEvict } from './explanation.ts';
import { type NodeReport, reportNodes } from './node-report.ts';
import { planRebalance } from './plan.ts';
import type { RebalancePolicy } from './policy.ts';

/** Why a rebalance run would evict one pod, or leave it. */
export interface PodVerdict {
  readonly pod: string;
  readonly verdict: 'would be evicted' | 'would stay';
  /** What decided, in one sentence. */
  readonly because: string;
  /** What each strategy that ran made of the pod, in the order of the run. */
  readonly strategies: readonly StrategyVerdict[];
  /** The whole chain: a strategy may decide about a pod more than once, or not at all. */
  readonly decisions: readonly Decision[];
  /** What strategies say of the cycle as a whole. */
  readonly said: readonly Ending[];
  readonly node?: NodeReport;
}

export interface StrategyVerdict extends By, Partial<Pick<Decision, 'decision' | 'filter'>> {
  /** What decided, or why the strategy decided nothing about the pod. */
  readonly because: string;
}

export interface PodQuestion {
  readonly namespace: string;
  readonly name: string;
  readonly facts: ClusterFacts;
  readonly policy: RebalancePolicy;
  readonly now: Instant;
  readonly referenceDefects?: boolean;
}

/** Plays a whole dry run and keeps the chain of this pod; `undefined` when there is no such pod. */
export function whyPod({ namespace, name, ...input }: PodQuestion): PodVerdict | undefined {
  const { facts, policy } = input;
  const pod = facts.pods.find((each) => each.namespace === namespace && each.name === name);
  if (pod === undefined) return undefined;
  const explanation = new Explanation((each) => each.uid === pod.uid, { dryRun: true });
  const { summary } = planRebalance({ ...input, explain: explanation.by });
  const decisions = explanation.pods.get(`${namespace}/${name}`) ?? [];
  const node = reportNodes(facts, policy, explanation, new Set([pod.node]))[0];
  const evicts = decisions.find(({ decision }) => decision === wouldEvict);
  const evictsAt = evicts === undefined ? Infinity : summary.strategies.findIndex(isOf(evicts));
  const strategies = summary.strategies.map((each, at) => verdictOf(each, decisions) ?? { ...by(each), because: at > evictsAt ? 'it would be gone by then' : whySilent(pod, each, node) });
  return {
    pod: `${namespace}/${name}`,
    verdict: evicts === undefined ? 'would stay' : 'would be evicted',
    because: inOneSentence(strategies, summary),
    strategies,
    decisions,
    said: explanation.strategies,
    ...(node === undefined ? {} : { node }),
  };
}

/** What decided within one strategy; `undefined` when it decided nothing about the pod. */
function verdictOf(strategy: StrategySummary, decisions: readonly Decision[]): StrategyVerdict | undefined {
  const mine = decisions.filter(isOf(strategy));
  return mine.find(({ decision }) => decision === wouldEvict) ?? mine.at(-1);
}

/** Why a strategy decided nothing about the pod. */
function whySilent(pod: PodRecord, strategy: StrategySummary, node: NodeReport | undefined): string {
  const { failed, ended, tally } = strategy;
  if (failed !== undefined) return `it could not work: ${failed}`;
  if (pod.node === '') return 'the pod is bound to no node, and strategies look at the pods of nodes';
  if (node === undefined) return `its node ${pod.node} does not exist`;
  if (node.leftOut !== undefined) return `strategies do not work on ${node.name}: ${node.leftOut}`;
  const known = node.strategies.find(isOf(strategy))?.podsStay ?? ended;
  if (known !== undefined && isActive(pod)) return known;
  const phase = isActive(pod) ? '' : `its phase (${pod.phase}), or `;
  return `${tally.limited > 0 ? 'a limit was reached before it came to the pod, or ' : ''}${phase}the namespaces or labels of its args leave the pod out`;
}

function inOneSentence(strategies: readonly StrategyVerdict[], { stopped }: CycleSummary): string {
  if (stopped !== undefined) return stopped.because;
  const decided = strategies.filter(({ decision }) => decision !== undefined);
  const decisive = decided.find(({ decision }) => decision === wouldEvict) ?? decided.at(-1);
  if (decisive !== undefined) return decisive.because;
  const reasons = new Map(strategies.map(({ strategy, because }) => [because, strategy]));
  if (reasons.size === 0) return 'no profile of the policy enables a strategy';
  return reasons.size === 1 ? [...reasons.keys()].join('') : [...reasons].map(([because, strategy]) => `${strategy}: ${because}`).join('; ');
}

const by = ({ profile, strategy }: By): By => ({ profile, strategy });

const isOf = ({ profile, strategy }: By) => (by: By): boolean => by.profile === profile && by.strategy === strategy;
