import { type Limits, type NodeUsage, percentage } from '../../src/decide/rebalancing/utilization/node-usage.ts';

/** Limits as distances from the average over the nodes that have the resource. No node has it: then it limits nothing. */
export function aroundAverage(nodes: readonly NodeUsage[], below: Limits, above: Limits): { readonly low: Limits; readonly high: Limits } {
  const low = new Map<string, number>();
  const high = new Map<string, number>();
  for (const [resource, distance] of below) {
    // Summed in the order of the nodes' names: the last bits of a sum of doubles depend on its order.
    const percentages = nodes.flatMap((node) => percentage(node, resource) ?? []);
    if (percentages.length === 0) continue;
    const average = percentages.reduce((sum, percent) => sum + percent, 0) / percentages.length;
    low.set(resource, clamped(average - distance));
    high.set(resource, clamped(average + (above.get(resource) ?? 0)));
  }
  return { low, high };
}

const clamped = (percent: number): number => Math.min(100, Math.max(0, percent));
