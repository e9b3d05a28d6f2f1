import type { ClusterState } from './cluster-state.ts';
import { labelsOf } from './node-state.ts';
import type { NodeCounts } from './pod-counters.ts';

/** Counts by node added up over the nodes that have the same value of a label. Nodes without the label do not count. */
export function byTopology(state: ClusterState, counts: NodeCounts, topologyKey: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) {
    const node = state.node(name);
    const value = node === undefined ? undefined : labelsOf(node)[topologyKey];
    if (value !== undefined) sums.set(value, (sums.get(value) ?? 0) + count);
  }
  return sums;
}
