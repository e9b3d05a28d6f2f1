import { createHash } from 'node:crypto';
import { answered } from '../kube/api.ts';
import { collectionPath, objectPath, resources } from '../kube/paths.ts';
import type { Outcome } from '../model/decision.ts';
import type { NodeFence, NodeFenceSpec } from '../model/nodefence.ts';
import { done, type Parts, skipped } from './parts.ts';

/** Creates the record of an attempt. Two leaders that open the same attempt meet in the name: the second gets a 409. */
export async function openFence(parts: Parts, spec: NodeFenceSpec): Promise<Outcome> {
  parts.leadership.assertLeader();
  try {
    await parts.api.call({
      verb: 'POST',
      path: collectionPath(resources.nodefences),
      body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: fenceName(spec) }, spec },
    });
    return done();
  } catch (error) {
    if (answered(error, 409)) return skipped('the record of this attempt exists already');
    throw error;
  }
}

/** The node's name, shortened if needed, and a hash of (node UID, bootID, attempt). */
export function fenceName({ nodeName, nodeUID, bootID, attempt }: NodeFenceSpec): string {
  const hash = createHash('sha256').update(`${nodeUID}\0${bootID}\0${attempt}`).digest('hex').slice(0, 10);
  return `${nodeName.slice(0, 200).replace(/[^a-z0-9]+$/u, '')}-${hash}`;
}

/** Deletes a closed record that the history keeps no longer, and only the one that was looked at. */
export async function forgetFence(parts: Parts, fence: NodeFence): Promise<Outcome> {
  parts.leadership.assertLeader();
  try {
    const { uid, resourceVersion } = fence.metadata;
    await parts.api.call({ verb: 'DELETE', path: objectPath(resources.nodefences, fence.metadata), body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } } });
    return done();
  } catch (error) {
    if (answered(error, 404) || answered(error, 409)) return skipped('the record is gone or has changed');
    throw error;
  }
}
