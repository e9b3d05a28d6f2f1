import { isMap, type JsonMap } from './json.ts';
import { plainError } from './refusals.ts';

/** Stands for a merge key where lists of plain values are merged as sets. */
export const plainValues = '';

type List = readonly unknown[];

interface Merging {
  readonly key: string;
  merge(one: JsonMap, other: JsonMap): JsonMap;
  /** A new element, without what is there to steer; undefined when nothing is left. */
  add(element: unknown): unknown;
}

/** Merges the elements of a patch into a list, by their key. */
export function mergeLists(target: List, patch: List, merging: Merging): List {
  const { key } = merging;
  if (key === plainValues) return inOrder([...new Set([...target, ...patch])], { wanted: patch, before: target, key });
  const steering = patch.filter(isMap).filter((each) => each['$patch'] !== undefined);
  const elements = patch.filter((each) => !isMap(each) || each['$patch'] === undefined);
  if (elements.some((each) => !isMap(each))) throw plainError('The elements of a list with a merge key must be objects');
  if (steering.some((each) => each['$patch'] === 'replace')) return elements.map((each) => merging.add(each));
  const removed = steering.map((each) => steered(each, key));
  const kept = target.filter((each) => !removed.includes(idOf(each, key)));
  return inOrder(merged(kept, elements as readonly JsonMap[], merging), { wanted: elements, before: kept, key });
}

/** The key of an element that is to be deleted. */
function steered(element: JsonMap, key: string): unknown {
  if (element['$patch'] !== 'delete') throw plainError(`unknown patch type: ${JSON.stringify(element['$patch'])} in list`);
  return keyOf(element, key);
}

function keyOf(element: JsonMap, key: string): unknown {
  if (element[key] === undefined) throw plainError(`map: ${JSON.stringify(element)} does not contain declared merge key: ${key}`);
  return element[key];
}

function merged(target: List, elements: readonly JsonMap[], { key, merge, add }: Merging): List {
  const result = [...target];
  for (const each of elements) {
    const id = keyOf(each, key);
    const index = result.findIndex((other) => idOf(other, key) === id);
    const before = result[index];
    if (isMap(before)) result[index] = merge(before, each);
    else result.push(add(each));
  }
  return result;
}

const idOf = (element: unknown, key: string): unknown => (key !== plainValues && isMap(element) ? element[key] : element);

interface Order {
  /** The order of the elements that it names. */
  readonly wanted: List;
  /** The list as it was: others keep their place among those. */
  readonly before: List;
  readonly key: string;
}

/** Elements that are named come in the order wanted; each other goes before the first named one that it was in front of. */
export function inOrder(list: List, { wanted, before, key }: Order): List {
  const ranks = ranksOf(wanted, key);
  const places = ranksOf(before, key);
  const rank = (element: unknown): number | undefined => ranks.get(idOf(element, key));
  const place = (element: unknown): number | undefined => places.get(idOf(element, key));
  const others = list.filter((each) => rank(each) === undefined).toSorted((left, right) => (place(left) ?? 0) - (place(right) ?? 0));
  const named = list.filter((each) => rank(each) !== undefined).toSorted((left, right) => (rank(left) ?? 0) - (rank(right) ?? 0));
  let passed = 0;
  const result = named.flatMap((each) => {
    const from = passed;
    const end = place(each) ?? -1;
    while (passed < others.length && (place(others[passed]) ?? Infinity) < end) passed += 1;
    return [...others.slice(from, passed), each];
  });
  return [...result, ...others.slice(passed)];
}

const ranksOf = (list: List, key: string): ReadonlyMap<unknown, number> => new Map(list.map((each, index) => [idOf(each, key), index]));
