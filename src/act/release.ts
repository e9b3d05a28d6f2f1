import { answered, ApiError } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import { parsePod } from '../kube/records/pod.ts';
import type { PodRecord } from '../model/cluster.ts';
import type { ActionRecord, Outcome } from '../model/decision.ts';
import type { NodeFence } from '../model/nodefence.ts';
import { elapsed, seconds, type Tick } from '../model/time.ts';
import { lookAgain } from './look.ts';
import { done, type Parts, skipped } from './parts.ts';
import { recordOf } from './record.ts';

/** A look at the node is good for this long while its pods are deleted one after the other. */
const lookLifetime = seconds(5);

/** Force-deletes pods that were told to end on a machine that is proved off, each by its UID. */
export async function forceDelete(parts: Parts, fence: NodeFence, pods: readonly PodRecord[]): Promise<Outcome> {
  const records: ActionRecord[] = [];
  const refusals: ApiError[] = [];
  let looked: Tick | undefined;
  for (const pod of pods) {
    if (looked === undefined || elapsed(looked, parts.clock.now().tick) > lookLifetime) {
      const look = await lookAgain(parts, fence, 'off');
      if (typeof look === 'string') return records.length === 0 ? skipped(look) : done(...records);
      looked = parts.clock.now().tick;
    }
    const freed = await free(parts, fence, pod);
    if (freed instanceof ApiError) refusals.push(freed);
    else if (freed) records.push(released(fence, pod));
  }
  return outcomeOf(records, refusals);
}

function outcomeOf(records: readonly ActionRecord[], refusals: readonly ApiError[]): Outcome {
  if (records.length > 0) return done(...records);
  if (refusals[0] !== undefined) throw refusals[0];
  return skipped('no pod was left to delete');
}

/** A webhook or a policy may refuse one pod for ever: the others do not wait for it. */
async function free(parts: Parts, fence: NodeFence, pod: PodRecord): Promise<boolean | ApiError> {
  try {
    return (await isStuck(parts, fence, pod)) && (await remove(parts, pod));
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

async function isStuck(parts: Parts, fence: NodeFence, pod: PodRecord): Promise<boolean> {
  try {
    const live = parsePod(await parts.api.call<unknown>({ verb: 'GET', path: objectPath(resources.pods, pod) }));
    return live.uid === pod.uid && live.node === fence.spec.nodeName && live.deletionTimestamp !== undefined;
  } catch (error) {
    if (answered(error, 404)) return false;
    throw error;
  }
}

async function remove(parts: Parts, pod: PodRecord): Promise<boolean> {
  parts.leadership.assertLeader();
  try {
    await parts.api.call({
      verb: 'DELETE',
      path: objectPath(resources.pods, pod),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: pod.uid } },
    });
    return true;
  } catch (error) {
    // Gone, or replaced by a pod of the same name: either way this one is no longer stuck.
    if (answered(error, 404) || answered(error, 409)) return false;
    throw error;
  }
}

function released(fence: NodeFence, pod: PodRecord): ActionRecord {
  const ownerKind = pod.owners.find(({ controller }) => controller)?.kind ?? 'none';
  return recordOf(fence, {
    step: 'PodReleased',
    cause: ownerKind,
    note: `Pod ${pod.namespace}/${pod.name} was stuck on ${fence.spec.nodeName}, whose machine is proved off: it is force-deleted by its UID`,
    pod: { namespace: pod.namespace, name: pod.name, uid: pod.uid, ownerKind },
  });
}
