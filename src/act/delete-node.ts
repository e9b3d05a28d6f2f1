import { answered } from '../kube/api.ts';
import { collectionPath, objectPath, resources } from '../kube/paths.ts';
import { parseAttachment } from '../kube/records/attachment.ts';
import type { Advance, Outcome } from '../model/decision.ts';
import type { NodeFence } from '../model/nodefence.ts';
import { lookAgain } from './look.ts';
import { done, type Parts, skipped } from './parts.ts';
import { recordOf, writeStatus } from './record.ts';

/** Deletes the Node object of a machine that is proved off: the record first, then a live look at node and attachments. */
export async function deleteNode(parts: Parts, fence: NodeFence, advance: Advance): Promise<Outcome> {
  // Written once: a retry after a lost reply finds it there.
  const meant = fence.status?.reason === 'DeletingNode' ? fence : await writeStatus(parts, fence, advance);
  const records = meant === fence ? [] : [recordOf(meant, advance)];
  if (await hasAttachments(parts, fence.spec.nodeName)) return records.length === 0 ? skipped('a volume is attached to the node') : done(...records);
  const node = await lookAgain(parts, meant, 'offProved');
  if (typeof node === 'string') return records.length === 0 ? skipped(node) : done(...records);
  parts.leadership.assertLeader();
  try {
    await parts.api.call({
      verb: 'DELETE',
      path: objectPath(resources.nodes, { name: node.name }),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: node.uid, resourceVersion: node.resourceVersion } },
    });
  } catch (error) {
    // Gone already, or changed since the look: the next pass looks anew.
    if (!answered(error, 404) && !answered(error, 409)) throw error;
  }
  return done(...records);
}

/** A live list: what the watch has not told yet counts too. */
async function hasAttachments(parts: Parts, node: string): Promise<boolean> {
  let next = '';
  do {
    const page: { items?: unknown[]; metadata?: { continue?: string } } = await parts.api.call({ verb: 'GET', path: collectionPath(resources.volumeattachments), query: { limit: 500, continue: next === '' ? undefined : next } });
    if ((page.items ?? []).some((item) => parseAttachment(item).node === node)) return true;
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return false;
}
