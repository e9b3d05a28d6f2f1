import type { PodRecord } from '../../../model/cluster.ts';
import { inEvictionOrder } from '../eviction-order.ts';
import { subtract, type Requests } from '../requests.ts';
import type { Proposal, ProposalOutcome, Proposals, StrategyView } from '../strategy.ts';
import type { Budget } from './budget.ts';
import { toleratesOneOf } from './destination-taints.ts';
import type { NodeUsage } from './node-usage.ts';

/** Which pods leave which nodes, as far as the two utilisation strategies differ in it. */
export interface Relocation {
  /** In the order in which they are looked at. */
  readonly sources: readonly NodeUsage[];
  readonly destinations: readonly NodeUsage[];
  readonly budget: Budget;
  readonly excludedNamespaces: readonly string[];
  /** At most so many from one source. */
  readonly perNode: number | undefined;
  /** The strategy's own condition on pods. */
  readonly moves?: (pod: PodRecord) => boolean;
  /** What leaves a source with the pod; `undefined` when it cannot be known, and then the pod stays. */
  readonly usageOf: (pod: PodRecord) => Requests | undefined;
  /** Why the source needs no further eviction; `undefined` while it does. */
  readonly satisfied: (source: NodeUsage) => string | undefined;
  /** A whole sentence with the deciding figures. */
  readonly because: (source: NodeUsage) => string;
}

/** Takes pods off the sources, one source after the other, until each is satisfied or the destinations have no room. */
export function* relocate(view: StrategyView, relocation: Relocation): Proposals {
  const { sources, destinations, budget } = relocation;
  const tolerates = toleratesOneOf(destinations.map(({ node }) => node));
  for (const [at, source] of sources.entries()) {
    const noRoom = whyNoRoom(budget);
    // The budget never grows again, so the sources that are left need no look at their pods.
    if (noRoom !== undefined) {
      explainSources(view, sources.slice(at), noRoom);
      return `from ${source.node.name} on nothing moves: ${noRoom}`;
    }
    yield* relieve(view, relocation, source, tolerates);
  }
  return undefined;
}

function* relieve(view: StrategyView, relocation: Relocation, source: NodeUsage, tolerates: (pod: PodRecord) => boolean): Proposals {
  const { moves } = relocation;
  const candidates = inEvictionOrder(view.pods(source.node, { phases: 'active', ...(moves === undefined ? {} : { where: moves }) }).filter(view.isEvictable));
  let evicted = 0;
  for (const [at, pod] of candidates.entries()) {
    const enough = whyEnough(relocation, source, evicted);
    if (enough !== undefined) return explainRest(view, candidates.slice(at), enough);
    const usage = usageIfItMayGo(view, relocation, pod, tolerates);
    if (usage === undefined) continue;
    const proposal: Proposal = { pod, because: relocation.because(source), group: source.node.name };
    const outcome: ProposalOutcome = yield proposal;
    // A limit has closed this node.
    if (outcome.kind === 'skipped') return explainRest(view, candidates.slice(at + 1), outcome.because);
    if (outcome.kind !== 'evicted' && outcome.kind !== 'repeated') continue;
    evicted += 1;
    subtract(source.used, usage);
    relocation.budget.spend(usage);
  }
}

function whyEnough({ perNode, satisfied, budget }: Relocation, source: NodeUsage, evicted: number): string | undefined {
  if (perNode !== undefined && evicted >= perNode) return `${evicted === 1 ? '1 pod' : `${evicted} pods`} of ${source.node.name} ${evicted === 1 ? 'was' : 'were'} evicted, and no more than ${perNode} may`;
  return whyNoRoom(budget) ?? satisfied(source);
}

const whyNoRoom = (budget: Budget): string | undefined => (budget.spent === undefined ? undefined : `the destinations have no room left for ${budget.spent} (${String(budget)})`);

/** What it takes with it; `undefined` when it stays. */
function usageIfItMayGo(view: StrategyView, { excludedNamespaces, usageOf }: Relocation, pod: PodRecord, tolerates: (pod: PodRecord) => boolean): Requests | undefined {
  if (!tolerates(pod)) return stays(view, pod, 'it does not tolerate the taints of any destination, or has fewer tolerations than each of them has taints');
  if (excludedNamespaces.includes(pod.namespace)) return stays(view, pod, `evictableNamespaces excludes ${pod.namespace}`);
  if (!view.mayGoNow(pod)) return undefined;
  return usageOf(pod) ?? stays(view, pod, 'its measured usage is not known');
}

function stays({ explain }: StrategyView, pod: PodRecord, because: string): undefined {
  explain?.pod(pod, because);
}

function explainRest({ explain }: StrategyView, pods: readonly PodRecord[], because: string): void {
  if (explain !== undefined) for (const pod of pods) explain.pod(pod, because);
}

/** The filters are not asked: what they refuse is counted, and asking why changes no count. */
function explainSources(view: StrategyView, sources: readonly NodeUsage[], because: string): void {
  if (view.explain !== undefined) for (const { node } of sources) explainRest(view, view.pods(node, { phases: 'active' }), because);
}
