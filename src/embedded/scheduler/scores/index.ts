import type { Score } from '../plugin.ts';
import { interPodAffinityScore } from './inter-pod-affinity.ts';
import { preferredNodes, preferredTaints } from './node.ts';
import { balancedAllocation, leastAllocated } from './resources.ts';
import { topologySpreadScore } from './topology-spread.ts';

/** Those of Kubernetes' default profile, but for the one that knows which images a node has. */
export const scores: readonly Score[] = [preferredTaints, preferredNodes, leastAllocated, topologySpreadScore, interPodAffinityScore, balancedAllocation];
