import { type Amount, amount } from '../../../model/quantity.ts';
import { cap, type Limits, type NodeUsage, percentage } from './node-usage.ts';

/** No resource is above its low limit. A node that lacks a resource uses 0 % of it. */
export const isUnderUtilised = (usage: NodeUsage, low: Limits): boolean => [...low].every(([resource, limit]) => (percentage(usage, resource) ?? 0) <= limit);

/** Some resource is above its high limit; exactly at it is not above. */
export const isOverUtilised = (usage: NodeUsage, high: Limits): boolean => [...high].some(([resource, limit]) => (percentage(usage, resource) ?? 0) > limit);

/** The tracked resources of which the node still uses more than its cap. */
export const aboveCap = (usage: NodeUsage, high: Limits): string[] => [...usage.used].flatMap(([resource, taken]) => (taken > cap(usage, resource, high.get(resource)) ? [resource] : []));

/** How much more the node may take of each tracked resource; negative where it has more than its cap. */
export const roomOf = (usage: NodeUsage, high: Limits): Map<string, Amount> =>
  new Map([...usage.used].map(([resource, taken]) => [resource, amount(cap(usage, resource, high.get(resource)) - taken)]));

interface Classes {
  readonly all: readonly NodeUsage[];
  readonly under: readonly NodeUsage[];
  /** The nodes at the other end: those to relieve, or those that take the pods. */
  readonly others: readonly NodeUsage[];
  readonly othersAre: 'over-utilised' | 'schedulable';
  readonly numberOfNodes: number;
}

/** Why there is nothing to do, if so. */
export function whyNothingMoves({ all, under, others, othersAre, numberOfNodes }: Classes): string | undefined {
  if (under.length === 0) return 'no node is under-utilised';
  if (under.length <= numberOfNodes) return `${under.length === 1 ? '1 under-utilised node is' : `${under.length} under-utilised nodes are`} not more than numberOfNodes (${numberOfNodes})`;
  if (under.length === all.length) return `all ${all.length} nodes are under-utilised`;
  return others.length === 0 ? `no node is ${othersAre}` : undefined;
}
