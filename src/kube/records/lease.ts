import type { LeaseRecord } from '../../model/cluster.ts';
import { fields, identify, text, within } from './fields.ts';

/** Prunes a Lease. Its times stay as written: the clock behind them may be off by hours. */
export function parseLease(object: unknown): LeaseRecord {
  const { name, uid, resourceVersion } = identify('Lease', object);
  const spec = within(fields(object), 'spec');
  return { name, uid, resourceVersion, holder: text(spec, 'holderIdentity'), renewTime: text(spec, 'renewTime') };
}
