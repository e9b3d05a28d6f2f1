import type { KubeObject } from '../../api-server/object.ts';
import type { Condition, PodTemplate, RawSelector } from '../workload/objects.ts';

export type ReplicaSetSpec = {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: RawSelector;
  readonly template: PodTemplate;
};

export type ReplicaSetStatus = {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
};

export interface ReplicaSet extends KubeObject {
  readonly spec: ReplicaSetSpec;
  readonly status?: ReplicaSetStatus;
}

export const sizeOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;
