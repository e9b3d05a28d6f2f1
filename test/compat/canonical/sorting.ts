import type { PodRecord } from '../../../src/model/cluster.ts';

export const countBy = (pods: readonly PodRecord[], key: (pod: PodRecord) => string): [string, number][] => sortedEntries(Map.groupBy(pods, key), (list) => list.length);

/** The entries in the order of their keys: equal maps give equal texts. */
export function sortedEntries<From, To>(map: ReadonlyMap<string, From>, make: (from: From) => To): [string, To][] {
  return [...map].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([key, value]) => [key, make(value)]);
}
