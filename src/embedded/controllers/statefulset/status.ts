import type { Instant } from '../../../model/time.ts';
import type { Store } from '../../api-server/server.ts';
import type { Pod } from '../workload/objects.ts';
import { isAvailable, isReady, isTerminating } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { withoutZeros } from '../workload/status.ts';
import { type StatefulSet, type StatefulSetStatus, isRollingUpdate, replicasOf, revisionOf } from './objects.ts';

export interface Names {
  /** Names of ControllerRevisions. */
  readonly current: string;
  readonly update: string;
}

/** Counts of a set's pods: those that are ending count as replicas, but not as current or updated ones. */
export function countReplicas(set: StatefulSet, pods: readonly Pod[], { current, update }: Names, now: Instant): Required<Omit<StatefulSetStatus, 'collisionCount'>> {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
  const staying = pods.filter((pod) => !isTerminating(pod));
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    currentReplicas: staying.filter((pod) => revisionOf(pod) === current).length,
    updatedReplicas: staying.filter((pod) => revisionOf(pod) === update).length,
    currentRevision: current,
    updateRevision: update,
  };
}

/** Writes the status. When all pods have the new revision and are ready, it becomes the current one. */
export function writeSetStatus(store: Store, set: StatefulSet, counted: Required<Omit<StatefulSetStatus, 'collisionCount'>>): void {
  const wanted = replicasOf(set);
  const complete = isRollingUpdate(set) && counted.updatedReplicas === wanted && counted.readyReplicas === wanted && counted.replicas === wanted;
  const status = complete ? { ...counted, currentReplicas: counted.updatedReplicas, currentRevision: counted.updateRevision } : counted;
  const before: StatefulSetStatus = set.status ?? {};
  const changed = Object.entries(status).some(([field, value]) => (before[field as keyof StatefulSetStatus] ?? (typeof value === 'number' ? 0 : '')) !== value);
  // A set without pods gets its first status for the sake of the generation and the revisions in it.
  if (!changed) return;
  const { readyReplicas, currentReplicas, updatedReplicas, ...others } = status;
  store.updateStatus(builtInResources.statefulsets, { ...set, status: { ...others, ...withoutZeros({ readyReplicas, currentReplicas, updatedReplicas }), collisionCount: before.collisionCount ?? 0 } });
}
