import type { NodeRecord } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import { elapsed, formatDuration } from '../../model/time.ts';
import { step, wait } from './cases.ts';
import { type Case, offProof, proofLifetime, readingDue, signOfLife } from './fresh.ts';

/**
 * The Node object goes last, and only that of a machine proved off at this very moment, with nothing attached to it: the
 * pods of a deleted Node are force-deleted 40 s later, and a kubelet that runs does not register again.
 */
export function decideNodeDeletion(at: Case, node: NodeRecord): Decision | undefined {
  const { fence, status, snapshot, now } = at;
  const { deleteNodeAfter } = status.policy.release;
  if (deleteNodeAfter === 'never' || !isWanted(at)) return undefined;
  if (signOfLife(at) !== undefined) return undefined;
  const since = snapshot.phaseSince(fence.metadata.name) ?? now.tick;
  if (elapsed(since, now.tick) < deleteNodeAfter) return undefined;
  if (node.deleting) return wait(at, 'the Node object is being deleted, and a finalizer of somebody else holds it');
  for (const _ of snapshot.attachmentsOn(node.name)) return wait(at, 'a volume is attached to the node: its Node object stays');
  if (readingDue(at, proofLifetime)) return { kind: 'readPower', fence };
  if (offProof(at) !== 'fresh') return wait(at, 'its status does not say that it is off: the Node object stays');
  const note = `${node.name} has been off for ${formatDuration(deleteNodeAfter)} since everything it held was released: its Node object is deleted`;
  return { kind: 'deleteNode', fence, advance: step('NodeDeleting', 'off', note, { reason: 'DeletingNode', message: note }) };
}

/** Proved off, and neither our role nor a person says no. */
const isWanted = ({ fence, status, snapshot: { self } }: Case): boolean => self.mayDeleteNodes && self.paused === undefined && fence.spec.cancelled !== true && status.evidence.class === 'off';
