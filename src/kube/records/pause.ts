import type { Paused } from '../../model/snapshot.ts';
import { fields, identify, text, within } from './fields.ts';

/** The Lease `evenkeel-pause`: evenkeel is paused for as long as it has a holder. */
export interface PauseRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly paused: Paused | undefined;
}

export const pauseReason = 'evenkeel.dev/reason';

/** People write these for people: no more of it is kept than fits an Event. */
const longestText = 500;

export function parsePause(object: unknown): PauseRecord {
  const { name, uid, resourceVersion, metadata } = identify('Lease', object);
  const by = text(within(fields(object), 'spec'), 'holderIdentity').slice(0, longestText);
  const reason = text(within(metadata, 'annotations'), pauseReason).slice(0, longestText);
  return { name, uid, resourceVersion, paused: by === '' ? undefined : { by, reason } };
}
