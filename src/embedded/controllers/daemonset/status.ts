import { isAvailable, isReady } from '../workload/pod-state.ts';
import { withoutZeros } from '../workload/status.ts';
import { fitOf } from './daemon-pod.ts';
import { type DaemonSet, type DaemonSetStatus, hashLabel } from './objects.ts';
import type { OnNode } from './rolling-update.ts';

/** Counts over all nodes; the oldest pod of a node stands for it. */
export function statusOf(set: DaemonSet, { nodes, pods, hash, now }: OnNode): DaemonSetStatus {
  const at = nodes.map((node) => ({ wanted: fitOf(set, node).shouldRun, pod: pods.get(node.metadata.name)?.[0] }));
  const wanted = at.filter((each) => each.wanted);
  const running = wanted.flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
  const ready = running.filter(isReady);
  const available = ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now));
  return {
    currentNumberScheduled: running.length,
    numberMisscheduled: at.filter((each) => !each.wanted && each.pod !== undefined).length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready.length,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...withoutZeros({
      updatedNumberScheduled: running.filter(({ metadata }) => metadata.labels?.[hashLabel] === hash).length,
      numberAvailable: available.length,
      numberUnavailable: wanted.length - available.length,
    }),
  };
}
