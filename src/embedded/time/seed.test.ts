import { describe, expect, it } from 'vitest';
import { type Chance, chanceFrom } from './seed.ts';

const draws = (chance: Chance, count = 5): number[] => Array.from({ length: count }, () => chance.random());

describe('chance from a seed', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(draws(chanceFrom(7))).toEqual(draws(chanceFrom(7)));
    expect(draws(chanceFrom(7))).not.toEqual(draws(chanceFrom(8)));
  });

  it('gives each part its own, whatever the others ask', () => {
    const one = chanceFrom(7);
    draws(one.of('kubelet'), 100);
    expect(draws(one.of('scheduler'))).toEqual(draws(chanceFrom(7).of('scheduler')));
    expect(draws(one.of('scheduler'))).not.toEqual(draws(one.of('kubelet')));
  });

  it('is spread evenly from 0 up to 1', () => {
    const tenths = Object.groupBy(draws(chanceFrom(1), 20_000), (value) => Math.floor(value * 10));
    expect(Object.keys(tenths).join('')).toBe('0123456789');
    for (const tenth of Object.values(tenths)) expect(Math.abs((tenth?.length ?? 0) - 2_000)).toBeLessThan(200);
  });

  it('gives identifiers in the form of a UUID, none of them twice', () => {
    const chance = chanceFrom(3);
    const identifiers = Array.from({ length: 10_000 }, () => chance.newID());
    expect(new Set(identifiers).size).toBe(10_000);
    for (const each of identifiers.slice(0, 200)) expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});
