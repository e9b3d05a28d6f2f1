import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { between, elapsed, formatDuration, formatInstant, hours, instant, milliseconds, minutes, parseRfc3339, seconds, tick } from './time.ts';

/** From the year 1 to 9999, in milliseconds: what RFC 3339 can write with four digits. */
const anInstant = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });

describe('RFC 3339, compared with the platform', () => {
  test('every moment is read as the platform reads it', () => {
    fc.assert(fc.property(anInstant, (at) => { expect(parseRfc3339(new Date(at).toISOString())).toBe(at); }), { numRuns: 5_000 });
  });

  test('every moment is written as the platform writes it', () => {
    fc.assert(fc.property(anInstant, (at) => { expect(formatInstant(instant(at))).toBe(`${new Date(at).toISOString().slice(0, 19)}Z`); }), { numRuns: 5_000 });
  });

  test('an offset is taken into account', () => {
    fc.assert(
      fc.property(anInstant, fc.constantFrom('+00:00', '-00:00', '+09:00', '-03:30', '+05:45', '-23:59'), (at, offset) => {
        const text = new Date(at).toISOString().replace('Z', offset);
        expect(parseRfc3339(text)).toBe(new Date(text).getTime());
      }),
    );
  });

  test('leap days are days', () => {
    for (const year of [1600, 1900, 1996, 2000, 2023, 2024, 2100, 2400]) {
      const text = `${year}-02-28T23:59:59Z`;
      expect(formatInstant(instant((parseRfc3339(text) ?? 0) + 1_000))).toBe(`${new Date(new Date(text).getTime() + 1_000).toISOString().slice(0, 19)}Z`);
    }
  });

  test.each([
    ['2026-01-01T00:00:00.5Z', Date.UTC(2026, 0, 1) + 500],
    ['2026-01-01T00:00:00.123456Z', Date.UTC(2026, 0, 1) + 123],
    ['2026-01-01T00:00:00.999999999Z', Date.UTC(2026, 0, 1) + 999],
  ])('%s: more than milliseconds is cut off', (text, at) => expect(parseRfc3339(text)).toBe(at));

  test.each([
    undefined, '', 'now', '2026', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-32T00:00:00Z', '2026-01-00T00:00:00Z',
    '2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:61Z', '2026-01-01T00:00:00.Z', '2026-01-01T00:00:00.1234567890Z',
    '2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+09:60', '2026-01-01T00:00:00+0900', '02026-01-01T00:00:00Z', '-2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z ', ' 2026-01-01T00:00:00Z', '2026-01-01T00:00:00Zx',
  ])('%j is no moment', (text) => expect(parseRfc3339(text)).toBeUndefined());
});

describe('a length of time', () => {
  test.each([
    [milliseconds(0), '0s'],
    [milliseconds(1), '1ms'],
    [milliseconds(999), '999ms'],
    [seconds(1), '1s'],
    [milliseconds(1_500), '1.5s'],
    [milliseconds(59_999), '1m'],
    [seconds(60), '1m'],
    [seconds(90), '1m30s'],
    [minutes(60), '1h'],
    [milliseconds(3_599_999), '1h'],
    [seconds(3_661), '1h1m1s'],
    [hours(26), '26h'],
  ])('%i ms is %s', (time, text) => expect(formatDuration(time)).toBe(text));

  test('is written so that no part is too long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 400_000_000 }), (time) => {
        const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d)?)s)?$/u.exec(formatDuration(milliseconds(time)));
        const [, hour = '0', minute = '0', second = '0'] = parts ?? [];
        expect(Number(minute)).toBeLessThan(60);
        expect(Number(second)).toBeLessThan(60);
        expect(Math.abs(Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000 - time)).toBeLessThanOrEqual(50);
      }),
    );
  });

  test('lies between two moments of one clock', () => {
    expect(elapsed(tick(1_000), tick(3_500))).toBe(2_500);
    expect(between(instant(3_000), instant(1_000))).toBe(-2_000);
  });
});
