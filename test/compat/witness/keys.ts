/** A sort key of several parts; the first that differs decides. */
export type Key = readonly number[];

export function compareKeys(left: Key, right: Key): number {
  for (const [at, part] of left.entries()) {
    const other = right[at] ?? 0;
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

export const sameKey = (left: Key, right: Key): boolean => compareKeys(left, right) === 0;
