import { type Condition, meets } from '../../src/decide/rebalancing/conditions.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { Budget } from '../../src/decide/rebalancing/utilization/budget.ts';
import { isUnderUtilised, whyNothingMoves } from '../../src/decide/rebalancing/utilization/classification.ts';
import { countOf, explainNodes, share } from '../../src/decide/rebalancing/utilization/explanation.ts';
import { byLoadAscending, type Limits, type NodeUsage, requestedBy, requestedUsage, trackedResources } from '../../src/decide/rebalancing/utilization/node-usage.ts';
import { relocate } from '../../src/decide/rebalancing/utilization/relocation.ts';
import { type HighNodeUtilizationArgs, onlyThresholdingResources, parseArgs } from './args.ts';

/** Gathers load on fewer nodes: under-utilised nodes lose their pods as long as the others have room for them. */
export const highNodeUtilization: Strategy<HighNodeUtilizationArgs> = {
  name: 'HighNodeUtilization',
  summary: 'Evicts pods from under-utilised nodes, so that the pods gather on fewer nodes.',
  extensionPoint: 'balance',
  parseArgs,
  propose,
};

function* propose(view: StrategyView, args: HighNodeUtilizationArgs): Proposals {
  const low: Limits = new Map(Object.entries(args.thresholds ?? {}));
  const full: Limits = new Map([...low.keys()].map((resource) => [resource, 100]));
  const tracked = trackedResources(low);
  const nodes = requestedUsage(view, tracked);
  const classOf = (usage: NodeUsage): 'under' | 'appropriate' => (isUnderUtilised(usage, low) ? 'under' : 'appropriate');
  const { under = [], appropriate = [] } = Object.groupBy(nodes, classOf);
  const schedulable = appropriate.filter(({ node }) => !node.unschedulable);
  const nothingMoves = whyNothingMoves({ all: nodes, under, others: schedulable, othersAre: 'schedulable', numberOfNodes: args.numberOfNodes ?? 0 });
  explainNodes(view, { nodes, classOf, low, high: full, podsStay: (usage) => nothingMoves ?? whyPodsStay(usage, classOf(usage)) });
  if (nothingMoves !== undefined) return nothingMoves;
  const budget = new Budget(schedulable, full);
  view.explain?.strategy(`${countOf(under.length, 'under-utilised')}; ${countOf(schedulable.length, 'other')} with room for ${String(budget)}`);
  return yield* relocate(view, {
    sources: byLoadAscending(under),
    destinations: schedulable,
    budget,
    excludedNamespaces: args.evictableNamespaces?.exclude ?? [],
    perNode: undefined,
    ...((args.evictionModes ?? []).includes(onlyThresholdingResources) ? { moves: meets([names(low)], view.explain) } : {}),
    usageOf: (pod) => requestedBy(pod, tracked),
    satisfied: () => undefined,
    because: (source) => `${source.node.name} uses only ${shares(source, low)}, and there is room on ${countOf(schedulable.length, 'other')}`,
  });
}

/** Whether a container of the pod names one of the resources, be it with the amount 0. Pod-level requests do not count. */
const names = (limits: Limits): Condition => ({
  holds: (pod) => [...pod.containers, ...pod.initContainers].some(({ requests }) => [...limits.keys()].some((resource) => Object.hasOwn(requests, resource))),
  otherwise: () => `no container of it requests a resource of thresholds (${[...limits.keys()].join(', ')})`,
});

function whyPodsStay({ node }: NodeUsage, classed: 'under' | 'appropriate'): string | undefined {
  if (classed === 'under') return undefined;
  return `${node.name} is not under-utilised${node.unschedulable ? '' : ': a destination'}`;
}

const shares = (source: NodeUsage, low: Limits): string => [...low].map(([resource, percent]) => share(source, resource, { name: 'threshold', percent })).join(', ');
