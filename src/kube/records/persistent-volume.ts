import type { PersistentVolumeRecord } from '../../model/cluster.ts';
import { type Sharing, unshared } from '../sharing.ts';
import { field, fields, identify, text, within } from './fields.ts';

/** Prunes a PersistentVolume to whom it belongs and where it can be used. */
export function parsePersistentVolume(object: unknown, share: Sharing = unshared): PersistentVolumeRecord {
  const { name, uid, resourceVersion } = identify('PersistentVolume', object);
  const spec = within(fields(object), 'spec');
  const claim = within(spec, 'claimRef');
  const required = field(within(spec, 'nodeAffinity'), 'required');
  return {
    name,
    uid,
    resourceVersion,
    claim: text(claim, 'name') === '' ? undefined : `${text(claim, 'namespace')}/${text(claim, 'name')}`,
    usableOn: typeof required === 'object' && required !== null ? share(required) : undefined,
  };
}
