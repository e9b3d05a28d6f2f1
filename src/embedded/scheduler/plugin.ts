import type { Store } from '../api-server/server.ts';
import type { PersistentVolume } from '../controllers/workload/objects.ts';
import type { ClusterState } from './state/cluster-state.ts';
import type { NodeState } from './state/node-state.ts';
import type { PodFacts } from './state/pod-facts.ts';

/** Names as in Kubernetes: they appear in messages, and say which changes may help a pod that was rejected. */
export type PluginName =
  | 'NodeUnschedulable' | 'NodeName' | 'TaintToleration' | 'NodeAffinity' | 'NodePorts' | 'NodeResourcesFit' | 'VolumeRestrictions'
  | 'NodeVolumeLimits' | 'VolumeBinding' | 'VolumeZone' | 'PodTopologySpread' | 'InterPodAffinity';

/** One decision about one pod. */
export interface Cycle {
  readonly pod: PodFacts;
  readonly state: ClusterState;
  readonly store: Store;
  volumesOf(storageClass: string): Iterable<PersistentVolume>;
}

export interface Rejection {
  /** In Kubernetes' words: they are counted over all nodes. */
  readonly reasons: readonly string[];
  /** Taking pods off the node would not help either. */
  readonly final: boolean;
}

export const rejection = (reason: string, final: boolean): Rejection => ({ reasons: [reason], final });

/** What a filter made of the pod, before it looks at any node. */
export type Prepared =
  /** It has no say. */
  | undefined
  /** No node will do. */
  | { readonly name: PluginName; readonly impossible: string }
  | {
    readonly name: PluginName;
    /** No node but these can do. */
    readonly only?: ReadonlySet<string>;
    check(node: NodeState): Rejection | undefined;
  };

export type Filter = (cycle: Cycle) => Prepared;

/** Points per feasible node, in the order of `nodes`: 0 to 100 each, before the weight. Undefined: no opinion. */
export interface Score {
  readonly weight: number;
  points(cycle: Cycle, nodes: readonly NodeState[]): readonly number[] | undefined;
}
