import type { StoreEvent } from '../../embedded/api-server/server.ts';
import { isAttached, isDeleting, nodeOf, volumeOf } from '../objects.ts';
import type { Happening, VolumeChange } from './record.ts';

/** What a change of a VolumeAttachment means: on which machine the volume is, by what the API objects say. */
export function volumeChanges({ type, object, before }: StoreEvent): Happening[] {
  const happened = (change: VolumeChange): Happening => ({ type: 'volume', volume: volumeOf(object), node: nodeOf(object), change });
  if (type === 'DELETED') return [happened('free')];
  const changes: VolumeChange[] = [];
  if (before === undefined) changes.push('attaching');
  if (!isAttached(before) && isAttached(object)) changes.push('attached');
  if (!isDeleting(before) && isDeleting(object)) changes.push('detaching');
  return changes.map(happened);
}
