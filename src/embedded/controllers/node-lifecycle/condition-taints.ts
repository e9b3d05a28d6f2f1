import type { NodeObject, Taint } from '../node-and-pod.ts';
import { sameTaint } from '../taints.ts';

export const notReady = (effect: string): Taint => ({ key: 'node.kubernetes.io/not-ready', effect });
export const unreachable = (effect: string): Taint => ({ key: 'node.kubernetes.io/unreachable', effect });

/** Condition and status → key of the taint that goes with it. */
const keys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: 'node.kubernetes.io/not-ready', Unknown: 'node.kubernetes.io/unreachable' },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const cordoned = 'node.kubernetes.io/unschedulable';
const ours = new Set([cordoned, ...Object.values(keys).flatMap((byStatus) => Object.values(byStatus))]);

export interface TaintChange {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

/** What has to change so that the node's NoSchedule taints say what its conditions and its cordon say. Other taints stay. */
export function noScheduleChange(node: NodeObject): TaintChange {
  const conditions = node.status?.conditions ?? [];
  const wantedKeys = conditions.flatMap(({ type, status }) => keys[type]?.[status] ?? []);
  const wanted = [...wantedKeys, ...(node.spec?.unschedulable === true ? [cordoned] : [])].map((key): Taint => ({ key, effect: 'NoSchedule' }));
  const current = (node.spec?.taints ?? []).filter(({ key, effect }) => effect === 'NoSchedule' && ours.has(key));
  const missing = (from: readonly Taint[]) => (taint: Taint): boolean => !from.some((each) => sameTaint(each, taint));
  return { add: wanted.filter(missing(current)), remove: current.filter(missing(wanted)) };
}
