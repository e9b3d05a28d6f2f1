import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { evidenceOf, nodeOf, phaseOf, reasonOf } from '../objects.ts';
import type { Happening } from './record.ts';

/** Each new phase of a NodeFence, and each new reason within one. */
export function fenceChanges({ type, object, before }: StoreEvent): Happening[] {
  const [phase, reason] = [phaseOf(object), reasonOf(object)];
  if (type === 'DELETED' || phase === '' || (phaseOf(before) === phase && reasonOf(before) === reason)) return [];
  return [{ type: 'fence', fence: object.metadata.name, node: nodeOf(object), phase, reason, evidence: evidenceOf(object) }];
}
