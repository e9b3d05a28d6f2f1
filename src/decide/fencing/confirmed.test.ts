import { expect, it } from 'vitest';
import { aFence, aReading, aSnapshot, aStatus, decideOn, inWords, rfc3339Ago } from '../../../test/builders/fencing.ts';
import type { PowerReading } from '../../model/snapshot.ts';

/** Proved by the word that ann gave a minute ago, of a device that was asked these times. */
const decided = (...readings: readonly PowerReading[]): string => {
  const status = aStatus('Fenced', { evidence: { class: 'off', items: [{ at: '', source: 'ann', says: 'confirmed that the machine is off' }] } });
  const spec = { confirmedOff: { by: 'ann', at: rfc3339Ago(60), expires: rfc3339Ago(-600) } };
  return inWords(decideOn(aSnapshot({ fences: [aFence(status, { spec })], readings: { 'n1-1': readings } })));
};

it('a device that said on before a person looked is asked again, and does not contradict that person', () => {
  expect(decided(aReading('on', 120))).toBe('readPower');
  expect(decided(aReading('on', 120), aReading('unknown', 1))).toBe('taint NoExecute needs off → Releasing(ReleaseStarted)');
});

it('a device that says on after a person looked ends that word', () => {
  expect(decided(aReading('on', 120), aReading('on', 1))).toBe('advance → NeedsHuman(PowerCameBack)');
  expect(decided(aReading('on', 10), aReading('unknown', 1))).not.toContain('Releasing');
});
