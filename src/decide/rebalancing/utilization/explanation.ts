import { type Amount, formatAmount } from '../../../model/quantity.ts';
import type { StrategyView } from '../strategy.ts';
import { roomOf } from './classification.ts';
import { cap, type Limits, type NodeUsage, percentage } from './node-usage.ts';

interface Found {
  readonly nodes: readonly NodeUsage[];
  readonly classOf: (usage: NodeUsage) => 'under' | 'over' | 'appropriate';
  readonly low: Limits;
  readonly high: Limits;
  /** Why no pod leaves the node; `undefined` for a source. */
  readonly podsStay: (usage: NodeUsage) => string | undefined;
}

/** Takes down the figures of every node, for people and `-o json`; costs nothing when nobody asked. */
export function explainNodes({ explain }: StrategyView, { nodes, classOf, low, high, podsStay }: Found): void {
  if (explain === undefined) return;
  for (const usage of nodes) {
    const tracked = [...usage.used.keys()];
    explain.node(usage.node, {
      class: classOf(usage),
      usage: readable(usage.used),
      percentages: Object.fromEntries(tracked.map((resource) => [resource, percentage(usage, resource)])),
      thresholds: Object.fromEntries(low),
      targetThresholds: Object.fromEntries(high),
      caps: readable(new Map(tracked.map((resource) => [resource, cap(usage, resource, high.get(resource))]))),
      budget: readable(roomOf(usage, high)),
    }, podsStay(usage));
  }
}

const readable = (amounts: ReadonlyMap<string, Amount>): Record<string, string> => Object.fromEntries([...amounts].map(([resource, size]) => [resource, formatAmount(resource, size)]));

/** `cpu 90 % (target 50 %)` */
export function share(usage: NodeUsage, resource: string, limit: { readonly name: string; readonly percent: number | undefined }): string {
  return `${resource} ${rounded(percentage(usage, resource) ?? 0)} % (${limit.name} ${rounded(limit.percent ?? 100)} %)`;
}

const rounded = (percent: number): number => Math.round(percent * 100) / 100;

export const countOf = (count: number, adjective: string): string => `${count} ${adjective} ${count === 1 ? 'node' : 'nodes'}`;
