import type { CsiNodeRecord } from '../../model/cluster.ts';
import { type Sharing, unshared } from '../sharing.ts';
import { fields, identify, list, text, within } from './fields.ts';

/** Prunes a CSINode to the names of the drivers that its kubelet has registered. */
export function parseCsiNode(object: unknown, share: Sharing = unshared): CsiNodeRecord {
  const { name, uid, resourceVersion } = identify('CSINode', object);
  const drivers = list(within(fields(object), 'spec'), 'drivers').map((driver) => text(fields(driver), 'name')).filter((driver) => driver !== '');
  return { name, uid, resourceVersion, drivers: share(drivers) };
}
