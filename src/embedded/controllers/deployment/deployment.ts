import { resources } from '../../../kube/paths.ts';
import type { RunController } from '../controller.ts';
import { type ReplicaSet, sizeOf } from '../replicaset/objects.ts';
import type { Pod } from '../workload/objects.ts';
import { nameOf } from '../workload/owner.ts';
import { isOver } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { writeStatus } from '../workload/status.ts';
import { conditionOf, newCondition, withCondition } from './conditions.ts';
import { type Deployment, type Rollout, deadlineOf, isRecreate } from './objects.ts';
import { createCurrent, numberRevision, readRollout, revisionOf } from './replica-sets.ts';
import { rollOn } from './rolling-update.ts';
import { scaleAll, scaleTo, wasScaled } from './scale.ts';
import { countedStatus, isComplete, rolloutStatus, untilTimedOut } from './status.ts';

/** The Deployment controller. Each turn makes at most one step of a rollout; what it changes wakes it for the next. */
export const runDeployments: RunController = (parts, signal) =>
  runOwner({ resource: builtInResources.deployments, kind: 'Deployment', children: builtInResources.replicasets, component: 'deployment-controller' }, parts, signal, { sync });

function sync(parts: OwnerParts, key: string): void {
  const { store } = parts;
  const deployment = store.get<Deployment>(builtInResources.deployments, nameOf(key));
  if (deployment === undefined) return;
  const rollout = readRollout(parts, deployment);
  if (deployment.metadata.deletionTimestamp !== undefined) {
    writeStatus(store, builtInResources.deployments, deployment, countedStatus(rollout));
    return;
  }
  const noted = numberRevision(notePause(rollout));
  if (deployment.spec.paused === true || wasScaled(noted)) {
    scaleAll(noted);
    if (deployment.spec.paused === true) forgetOld(noted);
    const after = reread(noted);
    writeStatus(store, builtInResources.deployments, after.deployment, countedStatus(after));
    return;
  }
  if (isRecreate(deployment)) recreate(noted);
  else rollForward(noted);
  report(reread(noted), key);
}

/** What was just written counts, too. */
function reread({ parts, deployment }: Rollout): Rollout {
  const { namespace = '', name } = deployment.metadata;
  return readRollout(parts, parts.store.get<Deployment>(builtInResources.deployments, { namespace, name }) ?? deployment);
}

function rollForward(rollout: Rollout): void {
  const ready = rollout.current === undefined ? createCurrent(rollout) : rollout;
  if (ready.current !== undefined) rollOn({ ...ready, current: ready.current });
}

/** First all old pods go, to the last one; only then the new ones come. */
function recreate(rollout: Rollout): void {
  const active = rollout.old.filter((set) => sizeOf(set) > 0);
  for (const set of active) scaleTo(rollout, set, 0);
  if (active.length > 0 || rollout.old.some((set) => hasPods(rollout, set))) return;
  const ready = rollout.current === undefined ? createCurrent(rollout) : rollout;
  const size = rollout.deployment.spec.replicas ?? 1;
  if (ready.current !== undefined && sizeOf(ready.current) !== size) scaleTo(ready, ready.current, size);
}

function hasPods({ parts: { store } }: Rollout, { metadata, status }: ReplicaSet): boolean {
  if ((status?.replicas ?? 0) > 0) return true;
  for (const pod of store.ownedBy<Pod>(resources.pods, metadata.uid)) if (!isOver(pod)) return true;
  return false;
}

function report(rollout: Rollout, key: string): void {
  const { parts: { store, queue, clock }, deployment } = rollout;
  if (isComplete(deployment, deployment.status ?? {})) forgetOld(rollout);
  const written = writeStatus(store, builtInResources.deployments, deployment, rolloutStatus(rollout));
  const wait = untilTimedOut({ ...rollout, deployment: written }, clock.now().wall);
  if (wait !== undefined && wait > 0) queue.after(key, wait);
}

/** A paused rollout is not late, and starts to count anew when it goes on. */
function notePause(rollout: Rollout): Rollout {
  const { parts: { store }, deployment } = rollout;
  const before = conditionOf(deployment.status, 'Progressing');
  if (deadlineOf(deployment) === undefined || before?.reason === 'ProgressDeadlineExceeded') return rollout;
  const paused = deployment.spec.paused === true;
  if (paused === (before?.reason === 'DeploymentPaused')) return rollout;
  const condition = paused
    ? newCondition(rollout, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    : newCondition(rollout, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  const status = withCondition(deployment.status ?? {}, condition);
  return { ...rollout, deployment: store.updateStatus(builtInResources.deployments, { ...deployment, status }) as Deployment };
}

/** Empty ReplicaSets beyond the history limit, the lowest revisions first. */
function forgetOld({ parts: { store }, deployment, old }: Rollout): void {
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined).sort((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of alive.slice(0, Math.max(0, alive.length - (deployment.spec.revisionHistoryLimit ?? 10)))) {
    const unseen = (set.metadata.generation ?? 0) > (set.status?.observedGeneration ?? 0);
    if (sizeOf(set) > 0 || (set.status?.replicas ?? 0) > 0 || unseen) continue;
    store.remove(builtInResources.replicasets, { namespace: set.metadata.namespace ?? '', name: set.metadata.name });
  }
}
