import { describe, expect, test } from 'vitest';
import { aConfiguration, aFence, aSnapshot, aStatus, decideOn, inWords, secondsAgo } from '../../../test/builders/fencing.ts';

/** A dead node of six after an outage: all the others are back. */
const afterOutage = (reason: string, since = 0): string =>
  inWords(decideOn(aSnapshot({ fences: [aFence(aStatus('Held', { reason }))], phaseSince: secondsAgo(since) }), aConfiguration()));

describe('a node that is still silent when an outage of many ends', () => {
  test.each(['Blind', 'TooManyUnhealthy'])('is not fenced at once after %s', (reason) => {
    expect(afterOutage(reason, 3_600)).toBe('advance → Held(Settling)');
  });

  test('has one more window to report back', () => {
    expect(afterOutage('Settling', 59.9)).toBe('wait');
  });

  test('is fenced after that', () => {
    expect(afterOutage('Settling', 60)).toBe('isolate → Isolating(ThresholdPassed)');
  });

  test('is fenced at once when it was held for another reason', () => {
    expect(afterOutage('HoldLabel')).toBe('isolate → Isolating(ThresholdPassed)');
  });
});
