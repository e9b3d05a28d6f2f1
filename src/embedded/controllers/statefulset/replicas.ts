import { resources } from '../../../kube/paths.ts';
import type { Instant } from '../../../model/time.ts';
import { Refusal } from '../../api-server/refusal.ts';
import type { Pod } from '../workload/objects.ts';
import { isAvailable, isOver, isReady, isTerminating } from '../workload/pod-state.ts';
import type { Revision } from '../workload/revisions.ts';
import type { OwnerParts } from '../workload/run-owner.ts';
import { ensureClaims } from './claims.ts';
import { type StatefulSet, firstOrdinal, isRollingUpdate, ordinalOf, replicasOf, revisionOf } from './objects.ts';
import { revisionFor, statefulPod } from './stateful-pod.ts';

export interface Round {
  readonly parts: OwnerParts;
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  readonly current: Revision;
  readonly update: Revision;
  readonly now: Instant;
}

/**
 * Creates, replaces and deletes pods, as far as it may go in one round; returns how many were deleted for an update.
 * With the policy OrderedReady each step waits for the one before it; with Parallel all go at once. In both, an ordinal has
 * at most one pod: the next is created when the object of the last has vanished, whoever says that its node is dead.
 */
export function syncReplicas(round: Round): number {
  const { set, pods } = round;
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const ordinals = Array.from({ length: replicasOf(set) }, (_, index) => firstOrdinal(set) + index);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const wanted = new Set(ordinals);
  const condemned = pods.filter((pod) => !wanted.has(ordinalOf(set, pod) ?? 0)).sort((left, right) => (ordinalOf(set, right) ?? 0) - (ordinalOf(set, left) ?? 0));
  for (const ordinal of ordinals) {
    const wait = syncReplica(round, ordinal, byOrdinal.get(ordinal));
    if (wait && ordered) return 0;
  }
  const firstUnavailable = condemned.findLast((pod) => !isUp(round, pod));
  for (const pod of condemned) {
    const wait = condemn(round, pod, ordered && pod !== firstUnavailable);
    if (wait && ordered) return 0;
  }
  return isRollingUpdate(set) ? updateOne(round, ordinals.map((ordinal) => byOrdinal.get(ordinal))) : 0;
}

const isUp = ({ set, now }: Round, pod: Pod): boolean =>
  !isTerminating(pod) && pod.status?.phase === 'Running' && isReady(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);

/** True: nothing more may happen before this replica is up. */
function syncReplica(round: Round, ordinal: number, pod: Pod | undefined): boolean {
  const { set, parts } = round;
  if (pod === undefined) {
    create(round, ordinal);
    return true;
  }
  if (isOver(pod)) {
    if (!isTerminating(pod)) remove(round, pod);
    return true;
  }
  if (pod.status?.phase === 'Pending' && !isTerminating(pod)) ensureClaims(parts, set, ordinal);
  return !isUp(round, pod);
}

/** True: nothing more may happen in this round. */
function condemn(round: Round, pod: Pod, waits: boolean): boolean {
  if (isTerminating(pod)) return true;
  if (waits && !isUp(round, pod)) return true;
  remove(round, pod);
  return true;
}

/** Deletes the pod with the highest ordinal that has an older revision, when all above it are up. */
function updateOne(round: Round, replicas: readonly (Pod | undefined)[]): number {
  const { set, update } = round;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const pod of replicas.slice(partition).toReversed()) {
    if (pod === undefined) return 0;
    if (revisionOf(pod) !== update.metadata.name && !isTerminating(pod)) {
      remove(round, pod);
      return 1;
    }
    if (!isUp(round, pod)) return 0;
  }
  return 0;
}

function create({ parts, set, current, update }: Round, ordinal: number): void {
  const { name } = set.metadata;
  try {
    ensureClaims(parts, set, ordinal);
    parts.store.create(resources.pods, statefulPod(set, ordinal, revisionFor(set, ordinal, current, update)));
    parts.record(set, 'Normal', 'SuccessfulCreate', `Create Pod ${name}-${ordinal} in StatefulSet ${name} successful`);
  } catch (error) {
    if (error instanceof Refusal && error.reason !== 'AlreadyExists') parts.record(set, 'Warning', 'FailedCreate', `Create Pod ${name}-${ordinal} in StatefulSet ${name} failed error: ${error.message}`);
    throw error;
  }
}

function remove({ parts, set }: Round, { metadata }: Pod): void {
  parts.store.remove(resources.pods, { namespace: metadata.namespace ?? '', name: metadata.name });
  parts.record(set, 'Normal', 'SuccessfulDelete', `Delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`);
}
