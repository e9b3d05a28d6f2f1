import { type Duration, type Instant, after, between, parseRfc3339, seconds } from '../../../model/time.ts';
import { type ReplicaSet, type ReplicaSetStatus, sizeOf } from '../replicaset/objects.ts';
import type { Condition } from '../workload/objects.ts';
import { withoutZeros } from '../workload/status.ts';
import { conditionOf, newCondition, withCondition, withoutCondition } from './conditions.ts';
import { type Deployment, type DeploymentStatus, type Rollout, deadlineOf, slack, wantedOf } from './objects.ts';

/** Counts of all ReplicaSets together, and the condition Available. */
export function countedStatus(rollout: Rollout): DeploymentStatus {
  const { deployment, current, old } = rollout;
  const all = [...old, ...(current === undefined ? [] : [current])];
  const sum = (of: keyof ReplicaSetStatus): number => all.reduce((total, { status }) => total + Number(status?.[of] ?? 0), 0);
  const availableReplicas = sum('availableReplicas');
  const { collisionCount, conditions } = deployment.status ?? {};
  const status: DeploymentStatus = {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...withoutZeros({
      replicas: sum('replicas'),
      updatedReplicas: current?.status?.replicas ?? 0,
      readyReplicas: sum('readyReplicas'),
      availableReplicas,
      unavailableReplicas: Math.max(0, all.reduce((total, set) => total + sizeOf(set), 0) - availableReplicas),
    }),
    terminatingReplicas: sum('terminatingReplicas'),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: conditions ?? [],
  };
  const enough = availableReplicas >= wantedOf(deployment) - slack(deployment).unavailable;
  return withCondition(status, enough
    ? newCondition(rollout, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : newCondition(rollout, 'Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'));
}

export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  (status.updatedReplicas ?? 0) === wantedOf(deployment)
  && (status.replicas ?? 0) === wantedOf(deployment)
  && (status.availableReplicas ?? 0) === wantedOf(deployment)
  && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);

/** The same with what can be said of a rollout: how it gets on, and what its ReplicaSets are refused. */
export function rolloutStatus(rollout: Rollout): DeploymentStatus {
  const status = progress(rollout, countedStatus(rollout));
  const { current, old } = rollout;
  const failure = [...(current === undefined ? [] : [current]), ...old].flatMap((set: ReplicaSet) => set.status?.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
  if (failure === undefined) return withoutCondition(status, 'ReplicaFailure');
  const { lastTransitionTime = '' } = failure;
  return withCondition(status, { ...failure, lastUpdateTime: lastTransitionTime });
}

function progress(rollout: Rollout, status: DeploymentStatus): DeploymentStatus {
  const { deployment } = rollout;
  if (deadlineOf(deployment) === undefined) return withoutCondition(status, 'Progressing');
  const before = conditionOf(deployment.status, 'Progressing');
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && before?.reason === 'NewReplicaSetAvailable';
  if (settled) return status;
  if (isComplete(deployment, status)) return withCondition(status, newCondition(rollout, 'Progressing', 'True', 'NewReplicaSetAvailable', `${whatMoves(rollout)} has successfully progressed.`));
  if (hasProgressed(deployment.status ?? {}, status)) return withProgress(rollout, status, before);
  const wait = untilTimedOut(rollout, rollout.parts.clock.now().wall);
  if (wait === undefined || wait > 0) return status;
  return withCondition(status, newCondition(rollout, 'Progressing', 'False', 'ProgressDeadlineExceeded', `${whatMoves(rollout)} has timed out progressing.`));
}

const whatMoves = ({ deployment, current }: Rollout): string => (current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`);

/** The same reason again says anew when it was: the deadline counts from the last progress. */
function withProgress(rollout: Rollout, status: DeploymentStatus, before: Condition | undefined): DeploymentStatus {
  const condition = newCondition(rollout, 'Progressing', 'True', 'ReplicaSetUpdated', `${whatMoves(rollout)} is progressing.`);
  const kept = before?.status === 'True' && before.lastTransitionTime !== undefined ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
  return withCondition(withoutCondition(status, 'Progressing'), kept);
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) || old(now) < old(before)
    || (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) || (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0);
}

/** Time until a rollout that does not move is called stuck; undefined when none is under way. */
export function untilTimedOut({ deployment }: Rollout, now: Instant): Duration | undefined {
  const condition = conditionOf(deployment.status, 'Progressing');
  const deadline = deadlineOf(deployment);
  const since = parseRfc3339(condition?.lastUpdateTime);
  if (deadline === undefined || since === undefined || condition?.reason === 'NewReplicaSetAvailable' || condition?.reason === 'ProgressDeadlineExceeded') return undefined;
  return between(now, after(since, seconds(deadline)));
}
