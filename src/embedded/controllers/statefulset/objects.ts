import type { KubeObject } from '../../api-server/object.ts';
import type { ClaimSpec, Pod, PodTemplate, RawSelector, Words } from '../workload/objects.ts';

export type ClaimTemplate = {
  readonly metadata: { readonly name: string; readonly labels?: Words; readonly annotations?: Words };
  readonly spec: ClaimSpec;
};

export type StatefulSetSpec = {
  readonly replicas?: number;
  readonly serviceName?: string;
  readonly selector: RawSelector;
  readonly template: PodTemplate;
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  readonly podManagementPolicy?: string;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly ordinals?: { readonly start?: number };
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
};

export type StatefulSetStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
};

export interface StatefulSet extends KubeObject {
  readonly spec: StatefulSetSpec;
  readonly status?: StatefulSetStatus;
}

export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;
export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const isRollingUpdate = ({ spec }: StatefulSet): boolean => (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** The pod's ordinal by its name; undefined when it is no member of the set. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod | KubeObject): number | undefined {
  const match = /^(.*)-([0-9]+)$/u.exec(metadata.name);
  return match?.[1] === set.metadata.name ? Number(match[2]) : undefined;
}

export const revisionLabel = 'controller-revision-hash';
export const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[revisionLabel];
