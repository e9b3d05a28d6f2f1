/** The sizes of some domains: so many have no pod, the others come in ascending order. */
export interface Sizes {
  readonly empty: number;
  readonly crowded: readonly number[];
}

/**
 * How many pods each crowded domain gives away. The largest gives to the smallest until their difference is within
 * maxSkew or both are near the average. What a domain received it never gives on, because givers are always further back
 * than takers; so one size at either end is all that changes.
 */
export function givenAway({ empty, crowded }: Sizes, average: number, maxSkew: number): number[] {
  const sizeAt = (position: number): number => (position < empty ? 0 : (crowded[position - empty] ?? 0));
  const given = crowded.map(() => 0);
  let low = 0;
  let high = empty + crowded.length - 1;
  let smallest = sizeAt(low);
  let largest = sizeAt(high);
  while (low < high) {
    // One step only, even when the next domain is not above the average either: the reference does so.
    if (largest <= average) largest = sizeAt((high -= 1));
    // Both ends have met: what the last domain received is not in `largest`, and nothing is left to do.
    if (low === high) break;
    const moves = movesBetween(smallest, largest, { average, maxSkew });
    if (moves <= 0) {
      smallest = sizeAt((low += 1));
      continue;
    }
    smallest += moves;
    largest -= moves;
    given[high - empty] = (given[high - empty] ?? 0) + moves;
  }
  return given;
}

function movesBetween(small: number, large: number, { average, maxSkew }: { readonly average: number; readonly maxSkew: number }): number {
  const skew = large - small;
  if (skew <= maxSkew) return 0;
  return Math.min(Math.ceil(large - average), Math.ceil(average - small), Math.ceil((skew - maxSkew) / 2));
}
