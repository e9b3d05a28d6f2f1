import { antiAffinityTerms } from '../../src/decide/rebalancing/anti-affinity.ts';
import { byEvictionOrder } from '../../src/decide/rebalancing/eviction-order.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { PodRecord } from '../../src/model/cluster.ts';
import { type AntiAffinityArgs, parseArgs } from './args.ts';
import { type Conflict, Partners } from './partners.ts';

/** Parts pods that must not be together and came to be: labels changed, or the scheduler could not know. */
export const removePodsViolatingInterPodAntiAffinity: Strategy<AntiAffinityArgs> = {
  name: 'RemovePodsViolatingInterPodAntiAffinity',
  summary: 'Evicts pods whose required anti-affinity another pod in the same place violates.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
};

function* propose(view: StrategyView, args: AntiAffinityArgs): Proposals {
  // Whether a pod may be evicted does not matter here: a protected one is in the way as well.
  const collected = view.nodes.map((node) => ({ node, pods: view.pods(node, { ...scopeOf(args), phases: 'active' }) }));
  const partners = new Partners(view.nodes, collected.values().flatMap(({ pods }) => pods));
  for (const { node, pods } of collected) {
    for (const pod of pods.filter((each) => hasTerms(each, view)).toSorted(byEvictionOrder)) {
      const finding = judge(pod, partners);
      if (typeof finding === 'string') view.explain?.pod(pod, finding);
      if (typeof finding === 'string' || !view.isEvictable(pod) || !view.mayGoNow(pod)) continue;
      const { kind } = yield { pod, because: sentence(pod, finding), group: node.name };
      // Its partners may stay now. One that went earlier in this cycle is on its way out just the same.
      if (kind === 'evicted' || kind === 'repeated') partners.remove(pod);
    }
  }
}

/** Only a pod's own terms can move it: to be the target of another's is no violation. */
function hasTerms(pod: PodRecord, { explain }: StrategyView): boolean {
  const has = antiAffinityTerms(pod).length > 0;
  if (!has) explain?.pod(pod, 'it has no required anti-affinity');
  return has;
}

/** The first conflict, or why there is none. */
function judge(pod: PodRecord, partners: Partners): Conflict | string {
  for (const term of antiAffinityTerms(pod)) {
    // Nobody knows whom such a term means, so the pod gets the benefit of the doubt, like in the reference.
    if (term.problem !== undefined) return `its anti-affinity cannot be read: ${term.problem}`;
    const conflict = partners.conflict(pod, term);
    if (conflict !== undefined) return conflict;
  }
  return 'no other pod is where its required anti-affinity does not want it';
}

const sentence = ({ namespace, name }: PodRecord, { pods, place }: Conflict): string =>
  `${namespace}/${name} has a required anti-affinity to ${pods === 1 ? 'another pod' : `${pods} other pods`} within ${place}`;
