import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { fencingTaint } from '../../model/nodefence.ts';
import { nothing } from '../../model/quantity.ts';
import { isActive } from './cluster-index.ts';
import { effectiveRequests } from './requests.ts';

/** How far the nodes are from an even share: the standard deviation over the nodes that ordinary pods may land on. */
export interface Imbalance {
  /** Of the number of active pods. */
  readonly pods: number;
  /** Of the requested CPU, in cores. */
  readonly cpu: number;
}

/** A node that has just come back and is on probation counts: that it is empty is what there is to see. */
export function imbalance(nodes: Iterable<NodeRecord>, podsOn: (node: string) => Iterable<PodRecord>): Imbalance {
  const loads = [...nodes].filter(takesPods).map(({ name }) => loadOf(podsOn(name)));
  return { pods: deviation(loads.map(({ pods }) => pods)), cpu: deviation(loads.map(({ cpu }) => cpu)) };
}

const takesPods = ({ ready, unschedulable, taints }: NodeRecord): boolean =>
  ready === 'True' && !unschedulable && !taints.some(({ key, effect }) => key !== fencingTaint && effect !== 'PreferNoSchedule');

function loadOf(pods: Iterable<PodRecord>): { pods: number; cpu: number } {
  let count = 0;
  let cpu = 0n;
  for (const pod of pods) {
    if (!isActive(pod) || pod.deletionTimestamp !== undefined) continue;
    count += 1;
    cpu += effectiveRequests(pod).get('cpu') ?? nothing;
  }
  return { pods: count, cpu: Number(cpu) / 1e9 };
}

function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
