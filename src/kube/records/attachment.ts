import type { AttachmentRecord } from '../../model/cluster.ts';
import { type Sharing, unshared } from '../sharing.ts';
import { field, fields, flag, identify, optionalText, text, within } from './fields.ts';

/** Prunes a VolumeAttachment. One with an inline volume names no PersistentVolume. */
export function parseAttachment(object: unknown, share: Sharing = unshared): AttachmentRecord {
  const { name, uid, resourceVersion, metadata } = identify('VolumeAttachment', object);
  const spec = within(fields(object), 'spec');
  return {
    name,
    uid,
    resourceVersion,
    node: share(text(spec, 'nodeName')),
    attacher: share(text(spec, 'attacher')),
    persistentVolume: optionalText(within(spec, 'source'), 'persistentVolumeName'),
    attached: flag(within(fields(object), 'status'), 'attached'),
    deleting: (field(metadata, 'deletionTimestamp') ?? undefined) !== undefined,
  };
}
