import { describe, expect, it } from 'vitest';
import { age, humanDuration } from './age.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('ages are written as kubectl writes them', () => {
  it.each([
    [-5 * second, '<invalid>'], [-second, '0s'], [0, '0s'], [999, '0s'], [95 * second, '95s'], [2 * minute, '2m'], [9 * minute + 30 * second, '9m30s'], [10 * minute + 59 * second, '10m'],
    [179 * minute, '179m'], [3 * hour, '3h'], [7 * hour + 59 * minute, '7h59m'], [8 * hour + 59 * minute, '8h'], [47 * hour, '47h'], [2 * day, '2d'], [7 * day + 23 * hour, '7d23h'],
    [8 * day + 5 * hour, '8d'], [729 * day, '729d'], [730 * day, '2y'], [800 * day, '2y70d'], [9 * 365 * day, '9y'],
  ])('%d ms is %s', (time, text) => {
    expect(humanDuration(time)).toBe(text);
  });

  it('has no age without a time', () => {
    expect(age(undefined, '2026-01-01T00:00:00Z')).toBe('<unknown>');
  });
});
