import { expect, test } from 'vitest';
import { givenAway } from './balance.ts';

test.each<[string, number[], number, number[]]>([
  ['5, 1, 0', [0, 1, 5], 1, [0, 0, 3]],
  ['an even pair', [2, 2], 1, [0, 0]],
  ['10 and 9 against 2 and 1', [1, 2, 9, 10], 1, [0, 0, 3, 5]],
  ['within maxSkew of 3', [1, 4], 3, [0, 0]],
  ['one above maxSkew of 3', [0, 4], 3, [0, 1]],
  ['one domain', [7], 1, [0]],
  ['nothing', [], 1, []],
])('%s', (_, sizes, maxSkew, given) => {
  const crowded = sizes.filter((size) => size > 0);
  const empty = sizes.length - crowded.length;
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(givenAway({ empty, crowded }, average, maxSkew)).toEqual(given.slice(empty));
});

test('agrees with moving pods about one by one step, whatever the sizes', () => {
  for (let seed = 0; seed < 2_000; seed += 1) {
    const sizes = Array.from({ length: 1 + (seed % 7) }, (_, at) => ((seed * 7_919 + at * 104_729) >>> 3) % (1 + (seed % 13))).toSorted((left, right) => left - right);
    const maxSkew = 1 + (seed % 3);
    const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const empty = sizes.filter((size) => size === 0).length;
    expect(givenAway({ empty, crowded: sizes.slice(empty) }, average, maxSkew), `${String(sizes)} with maxSkew ${maxSkew}`).toEqual(byLists(sizes, average, maxSkew).slice(empty));
  }
});

/** The rules of the specification word for word, with every size kept. */
function byLists(ascending: readonly number[], average: number, maxSkew: number): number[] {
  const sizes = [...ascending];
  const given = sizes.map(() => 0);
  const of = (at: number): number => sizes[at] ?? 0;
  let i = 0;
  let j = sizes.length - 1;
  while (i < j) {
    if (of(j) <= average) j -= 1;
    const skew = of(j) - of(i);
    const moves = Math.min(Math.ceil(of(j) - average), Math.ceil(average - of(i)), Math.ceil((skew - maxSkew) / 2));
    if (skew <= maxSkew || moves <= 0) {
      i += 1;
      continue;
    }
    sizes[i] = of(i) + moves;
    sizes[j] = of(j) - moves;
    given[j] = (given[j] ?? 0) + moves;
  }
  return given;
}
