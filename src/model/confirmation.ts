import type { NodeFenceSpec } from './nodefence.ts';
import type { PowerReading } from './snapshot.ts';
import { type Instant, parseRfc3339 } from './time.ts';

/** Whether a person's word that a machine is off holds at this moment: until it expires, or the machine says that it is on. */
export function confirmationHolds(confirmed: NodeFenceSpec['confirmedOff'], readings: readonly PowerReading[], wall: Instant): boolean {
  const expires = parseRfc3339(confirmed?.expires);
  const given = parseRfc3339(confirmed?.at);
  const on = readings.findLast(({ power }) => power === 'on');
  if (expires === undefined || given === undefined || wall >= expires) return false;
  return on === undefined || given > on.at;
}
