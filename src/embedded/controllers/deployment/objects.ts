import type { KubeObject } from '../../api-server/object.ts';
import type { ReplicaSet } from '../replicaset/objects.ts';
import type { Condition, PodTemplate, RawSelector } from '../workload/objects.ts';
import type { OwnerParts } from '../workload/run-owner.ts';

export type DeploymentSpec = {
  readonly replicas?: number;
  readonly selector: RawSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string } };
};

export type DeploymentStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
};

export interface Deployment extends KubeObject {
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
}

/** One turn of a Deployment: its ReplicaSets, oldest first. */
export interface Rollout {
  readonly parts: OwnerParts;
  readonly deployment: Deployment;
  /** That of the template as it is now; undefined while there is none. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export const wantedOf = ({ spec }: Deployment): number => spec.replicas ?? 1;
export const isRecreate = ({ spec }: Deployment): boolean => spec.strategy?.type === 'Recreate';

/** How many pods there may be beyond the wanted ones, and how many may be missing. Percentages: surge rounds up, the other down. */
export function slack(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 };
  const wanted = wantedOf(deployment);
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = share(maxSurge, wanted, Math.ceil);
  const unavailable = share(maxUnavailable, wanted, Math.floor);
  // Both can come out as zero by rounding, and then nothing would ever move.
  return { surge, unavailable: Math.min(wanted, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

const share = (value: number | string, of: number, round: (value: number) => number): number =>
  typeof value === 'number' ? value : round((Number(value.replace('%', '')) * of) / 100);

/** No deadline is written as the largest 32-bit number. */
export const deadlineOf = ({ spec }: Deployment): number | undefined =>
  spec.progressDeadlineSeconds === undefined || spec.progressDeadlineSeconds === 2_147_483_647 ? undefined : spec.progressDeadlineSeconds;
