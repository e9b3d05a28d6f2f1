import { resources } from '../../../kube/paths.ts';
import { formatInstant } from '../../../model/time.ts';
import { Refusal } from '../../api-server/refusal.ts';
import type { RunController } from '../controller.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Condition, Pod } from '../workload/objects.ts';
import { controllerOf, nameOf } from '../workload/owner.ts';
import { createPod, deletePod } from '../workload/pod-control.ts';
import { isActive, isAvailable, isOver, isReady, isTerminating, untilNextAvailable } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { withoutZeros, writeStatus } from '../workload/status.ts';
import { inDeletionOrder } from './deletion-order.ts';
import { type ReplicaSet, type ReplicaSetStatus, sizeOf } from './objects.ts';

/** The ReplicaSet controller. Pods that are ending do not count: their replacements are made at once. */
export const runReplicaSets: RunController = (parts, signal) =>
  runOwner({ resource: builtInResources.replicasets, kind: 'ReplicaSet', children: resources.pods, component: 'replicaset-controller' }, parts, signal, { sync });

/** At most so many pods are created or deleted in one turn. */
const burst = 500;

function sync(parts: OwnerParts, key: string): void {
  const { store, queue, clock } = parts;
  const set = store.get<ReplicaSet>(builtInResources.replicasets, nameOf(key));
  if (set === undefined) return;
  const pods = claimChildren<Pod>(store, set, { resource: resources.pods, selector: set.spec.selector, orphans: parts.orphans, mayAdopt: (pod) => isActive(pod as Pod) });
  const active = pods.filter(isActive);
  const failure = set.metadata.deletionTimestamp === undefined ? manage(parts, set, active) : undefined;
  const now = clock.now().wall;
  writeStatus(store, builtInResources.replicasets, set, statusOf(parts, set, pods, failure));
  const wait = untilNextAvailable(active, set.spec.minReadySeconds ?? 0, now);
  if (wait !== undefined) queue.after(key, wait);
  if (failure !== undefined) throw failure.error;
}

interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly error: Refusal;
}

/** Creates what is missing, deletes what is too much; what the server refuses becomes a condition. */
function manage(parts: OwnerParts, set: ReplicaSet, active: readonly Pod[]): Failure | undefined {
  const missing = Math.min(burst, sizeOf(set) - active.length);
  const surplus = Math.min(burst, active.length - sizeOf(set));
  try {
    for (let count = 0; count < missing; count += 1) createPod(parts, set, set.spec.template);
    if (surplus > 0) for (const pod of victims(parts, set, active).slice(0, surplus)) deletePod(parts, set, pod);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return { reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', error };
    throw error;
  }
}

/** Pods of all ReplicaSets of one Deployment count when it comes to who shares a node with many. */
function victims({ store, clock }: OwnerParts, set: ReplicaSet, active: readonly Pod[]): readonly Pod[] {
  const owner = controllerOf(set)?.uid;
  const siblings = owner === undefined ? [set] : [...store.ownedBy<ReplicaSet>(builtInResources.replicasets, owner)];
  const onNode = new Map<string, number>();
  for (const { metadata } of siblings) {
    for (const pod of store.ownedBy<Pod>(resources.pods, metadata.uid)) {
      if (isActive(pod)) onNode.set(pod.spec.nodeName ?? '', (onNode.get(pod.spec.nodeName ?? '') ?? 0) + 1);
    }
  }
  return inDeletionOrder(active, onNode, clock.now().wall);
}

function statusOf({ clock }: OwnerParts, set: ReplicaSet, pods: readonly Pod[], failure: Failure | undefined): ReplicaSetStatus {
  const now = clock.now().wall;
  const active = pods.filter(isActive);
  const ready = active.filter(isReady);
  const templateLabels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const conditions = (set.status?.conditions ?? []).filter(({ type }) => failure !== undefined || type !== 'ReplicaFailure');
  if (failure !== undefined && !conditions.some(({ type }) => type === 'ReplicaFailure')) {
    conditions.push({ type: 'ReplicaFailure', status: 'True', lastTransitionTime: formatInstant(now), reason: failure.reason, message: failure.error.message } satisfies Condition);
  }
  return {
    replicas: active.length,
    ...withoutZeros({
      fullyLabeledReplicas: active.filter(({ metadata }) => templateLabels.every(([key, value]) => metadata.labels?.[key] === value)).length,
      readyReplicas: ready.length,
      availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    }),
    terminatingReplicas: pods.filter((pod) => isTerminating(pod) && !isOver(pod)).length,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}
