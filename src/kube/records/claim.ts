import type { ClaimRecord } from '../../model/cluster.ts';
import { fields, identify, text, within } from './fields.ts';

/** Prunes a PersistentVolumeClaim. */
export function parseClaim(object: unknown): ClaimRecord {
  const { namespace, name } = identify('PersistentVolumeClaim', object);
  return { namespace, name, storageClass: text(within(fields(object), 'spec'), 'storageClassName') };
}
