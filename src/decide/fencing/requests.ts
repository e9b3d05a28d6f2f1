import type { NodeFence } from '../../model/nodefence.ts';
import { predecessor } from './cases.ts';

/**
 * Whether a person asked for this attempt, or for the one that it goes on from. A request needs no opt-in label, and is
 * believed about a node whose Ready is False; every other guard holds it like any other fence.
 */
export function personAsked(fence: NodeFence, fences: ReadonlyMap<string, NodeFence>): boolean {
  if (byPerson(fence)) return true;
  const before = predecessor(fence, fences);
  const goesOn = before?.status?.reason === 'NotProved' || before?.status?.reason === 'Superseded';
  return before !== undefined && goesOn && personAsked(before, fences);
}

export const byPerson = ({ spec }: NodeFence): boolean => spec.requestedBy !== 'controller';

/** A person's record that nobody has taken up: it never pushes aside one that is under way. */
export const isNewRequest = (fence: NodeFence): boolean => fence.status === undefined && byPerson(fence);
