import type { ContainerRecord, PodRecord } from '../../model/cluster.ts';
import { nothing, parseQuantity } from '../../model/quantity.ts';
import { byNamespaceAndName } from './order.ts';

/**
 * The order in which the pods of one node go: those without a priority, then by priority, then by QoS class, then those
 * that do not ask to stay; by name among equals. Requests, usage and age play no role.
 */
export const byEvictionOrder = (left: PodRecord, right: PodRecord): number => compareRanks(rankOf(left), rankOf(right)) || byNamespaceAndName(left, right);

/** The pods in that order. Each pod's rank is found once, not at every comparison. */
export function inEvictionOrder(pods: readonly PodRecord[]): PodRecord[] {
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(pod) }));
  return ranked.toSorted((left, right) => compareRanks(left.rank, right.rank) || byNamespaceAndName(left.pod, right.pod)).map(({ pod }) => pod);
}

/** What decides a pod's place, without its name: pods of equal rank may go in any order. */
export type Rank = readonly [hasPriority: number, priority: number, qos: number, prefersToStay: number];

export function rankOf(pod: PodRecord): Rank {
  return [pod.priority === undefined ? 0 : 1, pod.priority ?? 0, qosRank.indexOf(qosClassOf(pod)), Object.hasOwn(pod.annotations, preferNoEviction) ? 1 : 0];
}

export function compareRanks(left: Rank, right: Rank): number {
  for (const [at, value] of left.entries()) {
    const difference = value - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const preferNoEviction = 'descheduler.alpha.kubernetes.io/prefer-no-eviction';

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';
const qosRank: readonly string[] = ['BestEffort', 'Burstable', 'Guaranteed'];

/** `status.qosClass`; computed from requests and limits when the API server has not set it yet. */
export function qosClassOf(pod: PodRecord): string {
  return pod.qosClass !== undefined && pod.qosClass !== '' ? pod.qosClass : computed(pod);
}

const resources = ['cpu', 'memory'] as const;

function computed({ containers, initContainers }: PodRecord): QosClass {
  const all = [...containers, ...initContainers];
  const totals = { requests: new Map<string, bigint>(), limits: new Map<string, bigint>() };
  for (const kind of ['requests', 'limits'] as const) {
    for (const container of all) for (const resource of resources) add(totals[kind], resource, amountOf(container, kind, resource));
  }
  if (totals.requests.size === 0 && totals.limits.size === 0) return 'BestEffort';
  const limited = all.every((container) => resources.every((resource) => amountOf(container, 'limits', resource) > 0n));
  const equal = totals.requests.size === totals.limits.size && [...totals.requests].every(([resource, total]) => totals.limits.get(resource) === total);
  return limited && equal ? 'Guaranteed' : 'Burstable';
}

function add(totals: Map<string, bigint>, resource: string, more: bigint): void {
  if (more > 0n) totals.set(resource, (totals.get(resource) ?? 0n) + more);
}

const amountOf = (container: ContainerRecord, kind: 'requests' | 'limits', resource: string): bigint => parseQuantity(container[kind][resource] ?? '0') ?? nothing;
