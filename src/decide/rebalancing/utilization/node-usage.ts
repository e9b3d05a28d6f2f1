import type { NodeRecord, PodRecord } from '../../../model/cluster.ts';
import { type Amount, amount, nothing, parseQuantity, toMilliValue, toValue, wholes } from '../../../model/quantity.ts';
import { effectiveRequests, type Requests } from '../requests.ts';
import type { StrategyView } from '../strategy.ts';

/** What a node has and what of it is taken, for the resources that a strategy looks at. */
export interface NodeUsage {
  readonly node: NodeRecord;
  /** A resource that is not named, or cannot be read, is absent. */
  readonly capacity: Requests;
  /** One entry for each tracked resource. What leaves the node in this pass is taken off. */
  readonly used: Map<string, Amount>;
}

/** Percent of the capacity, by resource. */
export type Limits = ReadonlyMap<string, number>;

/** The resources that have a threshold, and the three that always count. */
export const trackedResources = (limits: Limits): readonly string[] => [...new Set([...limits.keys(), 'cpu', 'memory', 'pods'])];

/** Usage as the scheduler reckons it: what the active pods of each node of the cycle request. */
export function requestedUsage(view: StrategyView, tracked: readonly string[]): NodeUsage[] {
  return view.nodes.map((node) => {
    const { requests, pods } = view.used(node);
    return { node, capacity: capacityOf(node), used: new Map(tracked.map((resource) => [resource, resource === 'pods' ? wholes(pods) : (requests.get(resource) ?? nothing)])) };
  });
}

/** What one pod takes of the tracked resources. */
export function requestedBy(pod: PodRecord, tracked: readonly string[]): Requests {
  const requests = effectiveRequests(pod);
  return new Map(tracked.map((resource) => [resource, resource === 'pods' ? wholes(1) : (requests.get(resource) ?? nothing)]));
}

/** `status.allocatable`, or `status.capacity` where that is empty. */
export function capacityOf({ allocatable, capacity }: NodeRecord): Requests {
  const offered = Object.keys(allocatable).length > 0 ? allocatable : capacity;
  const result = new Map<string, Amount>();
  for (const [resource, text] of Object.entries(offered)) {
    const size = parseQuantity(text);
    if (size !== undefined) result.set(resource, size);
  }
  return result;
}

/*
 * The arithmetic below is in doubles and in exactly this order, because equality with a threshold decides: 28 of 100 is
 * 28.000000000000004 %, and 29 % of 100 is 28.
 */

/** How much of the resource is used; a node that does not have it has no percentage. */
export function percentage({ capacity, used }: NodeUsage, resource: string): number | undefined {
  const offered = capacity.get(resource);
  if (offered === undefined) return undefined;
  const size = inUnits(resource, offered);
  return size === 0n ? 0 : (Number(inUnits(resource, used.get(resource) ?? nothing)) / Number(size)) * 100;
}

/** How much of the resource may be used: the whole of it where there is no limit, none where the node does not have it. */
export function cap({ capacity }: NodeUsage, resource: string, limit: number | undefined): Amount {
  const offered = capacity.get(resource);
  if (offered === undefined) return nothing;
  if (limit === undefined) return offered;
  return fromUnits(resource, BigInt(Math.trunc(limit * 0.01 * Number(inUnits(resource, offered)))));
}

/** Orders nodes by load. Milli-CPUs, bytes and counts are simply added, so memory decides: the reference does so. */
export function total({ used }: NodeUsage): bigint {
  let sum = 0n;
  for (const [resource, taken] of used) sum += inUnits(resource, taken);
  return sum;
}

/** Nodes with the larger total first; by name among equals. */
export const byLoadDescending = (nodes: readonly NodeUsage[]): NodeUsage[] => sorted(nodes, -1);
export const byLoadAscending = (nodes: readonly NodeUsage[]): NodeUsage[] => sorted(nodes, 1);

function sorted(nodes: readonly NodeUsage[], direction: 1 | -1): NodeUsage[] {
  const loads = nodes.map((node) => ({ node, load: total(node) }));
  return loads.toSorted((left, right) => direction * (left.load < right.load ? -1 : left.load > right.load ? 1 : 0)).map(({ node }) => node);
}

/** CPU counts in thousandths, everything else in whole units. */
const inUnits = (resource: string, of: Amount): bigint => (resource === 'cpu' ? toMilliValue(of) : toValue(of));
const fromUnits = (resource: string, units: bigint): Amount => amount(units * (resource === 'cpu' ? 1_000_000n : 1_000_000_000n));
