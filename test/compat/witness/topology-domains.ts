import { NodeFit } from '../../../src/decide/rebalancing/node-fit.ts';
import type { PodRecord } from '../../../src/model/cluster.ts';
import type { LabelSelector } from '../../../src/model/configuration.ts';
import { selects } from '../../../src/model/labels.ts';
import { field } from '../../../src/model/node-selector.ts';
import type { View } from './ground.ts';
import { compareKeys, type Key } from './keys.ts';
import type { Constraint } from './topology-constraints.ts';

export interface Domain {
  readonly value: string;
  /** In the order in which they are taken; those of equal rank in any order. */
  readonly ranked: readonly Ranked[];
}

export interface Ranked {
  readonly pod: PodRecord;
  readonly key: Key;
  /** Taken from the domain means evicted. Others are only counted as moved. */
  readonly isSelected: boolean;
}

/** Domains of one size: which of them gives which number is open. */
export interface SizeClass {
  readonly size: number;
  readonly domains: readonly Domain[];
  readonly taken: readonly number[];
}

/** What balancing one constraint takes away, up to ties. */
export function takenBy(view: View, constraint: Constraint, pods: readonly PodRecord[], nodeFit: boolean): SizeClass[] {
  const members = membersOf(view, constraint, pods);
  const bySize = [...members].toSorted(([, left], [, right]) => left.length - right.length);
  const sizes = bySize.map(([, each]) => each.length);
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const taken = balance(sizes, average, constraint.maxSkew);
  if (taken.every((count) => count === 0)) return [];
  const small = new Set(bySize.filter(([, each]) => each.length < average).map(([value]) => value));
  const landing = view.nodes.filter((node) => constraint.isEligible(node) && small.has(node.labels[constraint.topologyKey] ?? ''));
  const fit = new NodeFit(view.index, landing, view.shapes);
  const domains = bySize.map(([value, each]): Domain => ({ value, ranked: each.map((pod) => rank(pod, fit.fitsAnyOther(pod), nodeFit)).toSorted((left, right) => compareKeys(left.key, right.key)) }));
  return [...new Set(sizes)].map((size) => ({ size, domains: domains.filter((_, at) => sizes[at] === size), taken: taken.filter((_, at) => sizes[at] === size) }));
}

/** Topology value → the pods that count there; eligible nodes alone make empty ones. */
function membersOf({ nodes, index }: View, { topologyKey, selector, isEligible }: Constraint, pods: readonly PodRecord[]): Map<string, PodRecord[]> {
  const members = new Map<string, PodRecord[]>();
  for (const node of nodes) {
    const value = node.labels[topologyKey];
    if (value !== undefined && isEligible(node)) members.set(value, []);
  }
  for (const pod of pods) {
    const value = index.node(pod.node)?.labels[topologyKey];
    if (value !== undefined && counts(pod, selector)) members.set(value, [...(members.get(value) ?? []), pod]);
  }
  return members;
}

const counts = ({ deletionTimestamp, labels }: PodRecord, selector: LabelSelector | undefined): boolean => deletionTimestamp === undefined && selector !== undefined && selects(selector, labels);

/** How many pods leave each of the domains, whose sizes ascend. */
export function balance(initial: readonly number[], average: number, maxSkew: number): number[] {
  const sizes = [...initial];
  const taken = sizes.map(() => 0);
  if ((sizes.at(-1) ?? 0) - (sizes[0] ?? 0) <= maxSkew) return taken;
  let [low, high] = [0, sizes.length - 1];
  while (low < high) {
    if (at(sizes, high) <= average) high -= 1;
    const skew = at(sizes, high) - at(sizes, low);
    const moved = Math.min(Math.ceil(at(sizes, high) - average), Math.ceil(average - at(sizes, low)), Math.ceil((skew - maxSkew) / 2));
    if (skew <= maxSkew || moved <= 0) {
      low += 1;
      continue;
    }
    sizes[high] = at(sizes, high) - moved;
    sizes[low] = at(sizes, low) + moved;
    taken[high] = at(taken, high) + moved;
  }
  return taken;
}

const at = (list: readonly number[], index: number): number => list[index] ?? 0;

/** Those that can land come first, then those without a wish of their own, then the highest priority. */
function rank(pod: PodRecord, isMovable: boolean, nodeFit: boolean): Ranked {
  const hasWish = pod.nodeSelector !== undefined || (field(pod.affinity, 'nodeAffinity') ?? undefined) !== undefined;
  return { pod, key: [isMovable ? 0 : 1, hasWish ? 1 : 0, pod.priority === undefined ? 1 : 0, -(pod.priority ?? 0)], isSelected: isMovable || !nodeFit };
}
