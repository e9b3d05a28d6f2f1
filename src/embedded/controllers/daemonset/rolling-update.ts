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
  const onNodes = [...facts.pods.values()].map((pods) => lookAt(set, pods, facts));
  const unavailable = onNodes.filter(({ up }) => !up).length;
  const old = (wanted: boolean): Pod[] => onNodes.flatMap(({ up, pod }) => (pod === undefined || up !== wanted || pod.metadata.labels?.[hashLabel] === facts.hash ? [] : [pod]));
  const allowed = maxUnavailable(rollingUpdate?.maxUnavailable ?? 1, facts.nodes.filter((node) => fitOf(set, node).shouldRun).length);
  return [...old(false), ...old(true).slice(0, Math.max(0, allowed - unavailable))];
}

/** The one pod that stays on a node; none, when there are several, which is settled elsewhere first. */
function lookAt({ spec }: DaemonSet, pods: readonly Pod[], { now }: OnNode): { readonly up: boolean; readonly pod: Pod | undefined } {
  const staying = pods.filter((pod) => !isTerminating(pod));
  const pod = staying.length === 1 ? staying[0] : undefined;
  return { up: pod !== undefined && isAvailable(pod, spec.minReadySeconds ?? 0, now), pod };
}

/** A percentage is of the nodes that should have a pod, rounded up. */
const maxUnavailable = (value: number | string, nodes: number): number => (typeof value === 'number' ? value : Math.ceil((Number(value.replace('%', '')) * nodes) / 100));
