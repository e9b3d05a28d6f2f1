import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import { effectiveRequests } from '../../../src/decide/rebalancing/requests.ts';
import { type Amount, amount, nothing, parseQuantity, toMilliValue, toValue, wholes } from '../../../src/model/quantity.ts';
import type { View } from './ground.ts';

/** Resource → exact amount, for every tracked resource. */
export type Usage = ReadonlyMap<string, Amount>;

export const trackedResources = (thresholds: Thresholds): string[] => [...new Set([...Object.keys(thresholds), 'cpu', 'memory', 'pods'])];

export type Thresholds = Readonly<Record<string, number>>;

export function usageOfPod(pod: PodRecord, tracked: readonly string[]): Usage {
  const requests = effectiveRequests(pod);
  return new Map(tracked.map((resource) => [resource, resource === 'pods' ? wholes(1) : (requests.get(resource) ?? nothing)]));
}

export function usageOfNode({ index }: View, node: NodeRecord, tracked: readonly string[]): Usage {
  const pods = index.podsOn(node.name).map((pod) => usageOfPod(pod, tracked));
  return new Map(tracked.map((resource) => [resource, pods.reduce((sum, usage) => amount(sum + (usage.get(resource) ?? nothing)), nothing)]));
}

/** Milli-CPUs; bytes, pods and devices as they are. */
export const view = (resource: string, of: Amount): bigint => (resource === 'cpu' ? toMilliValue(of) : toValue(of));

export function capacityOf({ allocatable, capacity }: NodeRecord, resource: string): Amount | undefined {
  const offered = Object.keys(allocatable).length === 0 ? capacity : allocatable;
  const text = Object.hasOwn(offered, resource) ? offered[resource] : undefined;
  return text === undefined ? undefined : parseQuantity(text);
}

/** `undefined` when the node has no such resource. */
export function percentageOf(node: NodeRecord, resource: string, usage: Usage): number | undefined {
  const capacity = capacityOf(node, resource);
  if (capacity === undefined) return undefined;
  const whole = Number(view(resource, capacity));
  return whole === 0 ? 0 : (Number(view(resource, usage.get(resource) ?? nothing)) / whole) * 100;
}

/** How much of a resource a node may have in use. */
export function capOf(node: NodeRecord, resource: string, limit: number | undefined): Amount {
  const capacity = capacityOf(node, resource);
  if (capacity === undefined) return nothing;
  if (limit === undefined) return capacity;
  const units = BigInt(Math.trunc(limit * 0.01 * Number(view(resource, capacity))));
  return amount(units * (resource === 'cpu' ? 1_000_000n : 1_000_000_000n));
}

/** What nodes are ordered by: memory dominates. */
export const totalOf = (usage: Usage): bigint => [...usage].reduce((sum, [resource, used]) => sum + view(resource, used), 0n);
