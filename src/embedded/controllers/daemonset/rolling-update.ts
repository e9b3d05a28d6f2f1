import type { Instant } from '../../../model/time.ts';
import type { Node, Pod } from '../workload/objects.ts';
import { isAvailable, isTerminating } from '../workload/pod-state.ts';
import { fitOf } from './daemon-pod.ts';
import { type DaemonSet, hashLabel } from './objects.ts';

export interface OnNode {
  readonly nodes: readonly Node[];
  /** By node. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  /** Of the template as it is now. */
  readonly hash: string;
  readonly now: Instant;
}

/** Pods of an older template that may go now: those that are not available anyway, and others up to `maxUnavailable`. */
export function oldPodsToReplace(set: DaemonSet, facts: OnNode): readonly Pod[] {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  let unavailable = 0;
  const broken: Pod[] = [];
  const healthy: Pod[] = [];
  for (const pods of facts.pods.values()) {
    const staying = pods.filter((pod) => !isTerminating(pod));
    const [pod] = staying;
    const up = pod !== undefined && staying.length === 1 && isAvailable(pod, minReadySeconds, facts.now);
    if (!up) unavailable += 1;
    if (pod === undefined || staying.length > 1 || pod.metadata.labels?.[hashLabel] === facts.hash) continue;
    (up ? healthy : broken).push(pod);
  }
  const allowed = maxUnavailable(rollingUpdate?.maxUnavailable ?? 1, facts.nodes.filter((node) => fitOf(set, node).shouldRun).length);
  return [...broken, ...healthy.slice(0, Math.max(0, allowed - unavailable))];
}

/** A percentage is of the nodes that should have a pod, rounded up. */
const maxUnavailable = (value: number | string, nodes: number): number => (typeof value === 'number' ? value : Math.ceil((Number(value.replace('%', '')) * nodes) / 100));
