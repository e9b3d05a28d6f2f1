import type { PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts, CycleSummary } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import { type Decision, type Ending, Explanation } from './explanation.ts';
import { type NodeReport, reportNodes } from './node-report.ts';
import { planRebalance } from './plan.ts';
import type { RebalancePolicy } from './policy.ts';

/** Why a rebalance run would evict one pod, or leave it. */
export interface PodVerdict {
  readonly pod: string;
  readonly verdict: 'would be evicted' | 'would stay';
  /** What decided, in one sentence. */
  readonly because: string;
  /** Strategy by strategy, in the order of the cycle; one that never came to the pod is left out. */
  readonly decisions: readonly Decision[];
  /** Strategies that did not say anything of the pod. */
  readonly silent: readonly { readonly profile: string; readonly strategy: string }[];
  /** What strategies say of the cycle as a whole. */
  readonly said: readonly Ending[];
  readonly node?: NodeReport;
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
  const explanation = new Explanation((each) => each.uid === pod.uid);
  const { summary } = planRebalance({ ...input, explain: explanation.by });
  const decisions = explanation.pods.get(`${namespace}/${name}`) ?? [];
  const node = reportNodes(facts, policy, explanation, new Set([pod.node]))[0];
  return {
    pod: `${namespace}/${name}`,
    verdict: decisions.some(({ decision }) => decision === 'evicted') ? 'would be evicted' : 'would stay',
    because: inOneSentence(pod, { node, decisions, summary }),
    decisions,
    silent: summary.strategies.filter((each) => !decisions.some((said) => said.profile === each.profile && said.strategy === each.strategy)).map(({ profile, strategy }) => ({ profile, strategy })),
    said: [...summary.strategies.flatMap(({ profile, strategy, failed }) => (failed === undefined ? [] : [{ profile, strategy, because: `it could not work: ${failed}` }])), ...explanation.strategies],
    ...(node === undefined ? {} : { node }),
  };
}

function inOneSentence(pod: PodRecord, { node, decisions, summary }: { node: NodeReport | undefined; decisions: readonly Decision[]; summary: CycleSummary }): string {
  if (summary.stopped !== undefined) return summary.stopped.because;
  const decisive = decisions.find(({ decision }) => decision === 'evicted') ?? decisions.at(-1);
  if (decisive !== undefined) return decisive.because;
  if (pod.node === '') return 'it is bound to no node, and strategies look at the pods of nodes';
  if (node === undefined) return `its node ${pod.node} does not exist`;
  if (node.leftOut !== undefined) return `strategies do not work on ${node.name}: ${node.leftOut}`;
  if (summary.strategies.length === 0) return 'no profile of the policy enables a strategy';
  return "no strategy came to it: the pod's phase, or the namespaces and labels of their args, leave it out";
}
