import { failedPods } from './failed-pods.ts';
import type { View } from './ground.ts';
import { highNodeUtilization } from './high-node-utilization.ts';
import { interPodAntiAffinity } from './inter-pod-anti-affinity.ts';
import { lowNodeUtilization } from './low-node-utilization.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeTaints } from './node-taints.ts';
import { podLifeTime } from './pod-life-time.ts';
import { removeDuplicates } from './remove-duplicates.ts';
import { tooManyRestarts } from './too-many-restarts.ts';
import { topologySpread } from './topology-spread.ts';
import type { Witness } from './witness.ts';

/** The rules of each strategy, by its name in policies. */
export const witnesses: Readonly<Record<string, (view: View, args: object) => Witness>> = {
  PodLifeTime: podLifeTime,
  RemoveFailedPods: failedPods,
  RemovePodsHavingTooManyRestarts: tooManyRestarts,
  RemovePodsViolatingInterPodAntiAffinity: interPodAntiAffinity,
  RemovePodsViolatingNodeAffinity: nodeAffinity,
  RemovePodsViolatingNodeTaints: nodeTaints,
  RemoveDuplicates: removeDuplicates,
  RemovePodsViolatingTopologySpreadConstraint: topologySpread,
  LowNodeUtilization: lowNodeUtilization,
  HighNodeUtilization: highNodeUtilization,
};
