import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { Budget } from '../../src/decide/rebalancing/utilization/budget.ts';
import { aboveCap, isOverUtilised, isUnderUtilised, whyNothingMoves } from '../../src/decide/rebalancing/utilization/classification.ts';
import { countOf, explainNodes, share } from '../../src/decide/rebalancing/utilization/explanation.ts';
import { byLoadDescending, type Limits, type NodeUsage } from '../../src/decide/rebalancing/utilization/node-usage.ts';
import { relocate } from '../../src/decide/rebalancing/utilization/relocation.ts';
import { checkInUse, type LowNodeUtilizationArgs, parseArgs } from './args.ts';
import { aroundAverage } from './deviation.ts';
import { measure, needs, sourceOf } from './measurement.ts';

/** Moves load: over-utilised nodes lose pods as long as the under-utilised ones have room for them. */
export const lowNodeUtilization: Strategy<LowNodeUtilizationArgs> = {
  name: 'LowNodeUtilization',
  summary: 'Evicts pods from over-utilised nodes while under-utilised nodes have room for them.',
  extensionPoint: 'balance',
  parseArgs,
  checkInUse,
  propose,
  needs,
};

function* propose(view: StrategyView, args: LowNodeUtilizationArgs): Proposals {
  const thresholds: Limits = new Map(Object.entries(args.thresholds ?? {}));
  const targets: Limits = new Map(Object.entries(args.targetThresholds ?? {}));
  const { nodes, usageOf, blindly } = measure(view, sourceOf(args), thresholds);
  const { low, high } = args.useDeviationThresholds === true ? aroundAverage(nodes, thresholds, targets) : { low: thresholds, high: targets };
  const classOf = classifier({ low, high });
  const [under, over] = [nodesOf(nodes, classOf, 'under'), nodesOf(nodes, classOf, 'over')];
  const nothingMoves = whyNothingMoves({ all: nodes, under, others: over, othersAre: 'over-utilised', numberOfNodes: args.numberOfNodes ?? 0 });
  explainNodes(view, { nodes, classOf, low, high, podsStay: (usage) => nothingMoves ?? whyPodsStay(usage, classOf(usage)) });
  if (nothingMoves !== undefined) return nothingMoves;
  const budget = new Budget(under, high);
  view.explain?.strategy(`${countOf(over.length, 'over-utilised')}; ${countOf(under.length, 'under-utilised')} with room for ${String(budget)}`);
  return yield* relocate(view, {
    sources: byLoadDescending(over),
    destinations: under,
    budget,
    excludedNamespaces: args.evictableNamespaces?.exclude ?? [],
    perNode: args.evictionLimits?.node ?? blindly,
    usageOf,
    satisfied: (source) => (aboveCap(source, high).length === 0 ? `${source.node.name} is no longer above its targets` : undefined),
    because: (source) => `${source.node.name} uses ${sharesAbove(source, high)}, and there is room on ${countOf(under.length, 'under-utilised')}`,
  });
}

type Class = 'under' | 'over' | 'appropriate';

/** A cordoned node takes no pods, so it cannot be under-utilised; it can be over-utilised. */
const classifier = ({ low, high }: { readonly low: Limits; readonly high: Limits }) => (usage: NodeUsage): Class => {
  if (!usage.node.unschedulable && isUnderUtilised(usage, low)) return 'under';
  return isOverUtilised(usage, high) ? 'over' : 'appropriate';
};

const nodesOf = (nodes: readonly NodeUsage[], classOf: (usage: NodeUsage) => Class, wanted: Class): NodeUsage[] => nodes.filter((usage) => classOf(usage) === wanted);

function whyPodsStay({ node }: NodeUsage, classed: Class): string | undefined {
  if (classed === 'over') return undefined;
  if (classed === 'under') return `${node.name} is under-utilised: a destination`;
  return node.unschedulable ? `${node.name} is cordoned, and not over-utilised` : `${node.name} is neither over- nor under-utilised`;
}

const sharesAbove = (source: NodeUsage, high: Limits): string =>
  aboveCap(source, high).map((resource) => share(source, resource, { name: 'target', percent: high.get(resource) })).join(', ');
