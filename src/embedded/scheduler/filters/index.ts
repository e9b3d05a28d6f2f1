import type { Filter } from '../plugin.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity, nodePorts, nodeUnschedulable, taintToleration } from './node.ts';
import { nodeResourcesFit } from './resources.ts';
import { podTopologySpread } from './topology-spread.ts';
import { nodeVolumeLimits } from './volume-limits.ts';
import { volumeBinding, volumeRestrictions, volumeZone } from './volumes.ts';

/** In the order of Kubernetes' default profile: the first that rejects a node gives the reason. NodeName has no say: such pods are bound already. */
export const filters: readonly Filter[] = [
  nodeUnschedulable, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit, volumeRestrictions, nodeVolumeLimits, volumeBinding, volumeZone, podTopologySpread, interPodAffinity,
];
