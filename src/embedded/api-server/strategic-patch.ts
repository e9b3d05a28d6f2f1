import { isMap, type JsonMap } from './json.ts';
import { badRequest, plainError } from './refusals.ts';
import { inOrder, mergeLists, plainValues } from './strategic-lists.ts';

type MergeKeys = Readonly<Record<string, string>>;

/**
 * A strategic merge patch: like a JSON merge patch, but lists whose type has a merge key are merged by it, and `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` steer (Kubernetes' package `strategicpatch`).
 */
export function strategicPatch(target: JsonMap, patch: JsonMap, mergeKeys: MergeKeys): unknown {
  return mergeMap(target, patch, { keys: { ...common, ...mergeKeys }, path: '' });
}

/** Lists in the metadata of every kind. */
const common: MergeKeys = { 'metadata.ownerReferences': 'uid', 'metadata.finalizers': plainValues };

interface Place {
  readonly keys: MergeKeys;
  /** Without indices: `spec.containers`. */
  readonly path: string;
}

const below = ({ keys, path }: Place, key: string): Place => ({ keys, path: path === '' ? key : `${path}.${key}` });

function mergeMap(target: JsonMap, patch: JsonMap, place: Place): JsonMap {
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch) as JsonMap;
  if (directive === 'delete') return {};
  if (directive !== undefined) throw plainError(`unknown patch type: ${JSON.stringify(directive)} in map`);
  const base = retained(target, patch);
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) drop(result, key.slice('$deleteFromPrimitiveList/'.length), value);
    if (key.startsWith('$') || key === '__proto__') continue;
    const merged = value === null ? undefined : mergeValue(base[key], value, below(place, key));
    if (merged === undefined) delete result[key];
    else result[key] = merged;
  }
  return ordered(base, result, patch, place);
}

/** Undefined: nothing is left of it. */
function mergeValue(target: unknown, value: unknown, place: Place): unknown {
  if (isMap(value) && isMap(target)) return mergeMap(target, value, place);
  if (!Array.isArray(value) || !Array.isArray(target)) return added(value);
  const key = place.keys[place.path];
  // A list without a merge key is one value; directives in its elements are fields that nobody knows.
  if (key === undefined) return value.map(withoutDirectives);
  return mergeLists(target, value, { key, merge: (one, other) => mergeMap(one, other, place), add: added });
}

/** What the patch adds where nothing was: elements that are there to steer are left out, and so is null. */
function added(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(added).filter((each) => each !== undefined);
  if (!isMap(value)) return value;
  if (value['$patch'] !== undefined) return undefined;
  const entries = Object.entries(value).filter(([key, member]) => !key.startsWith('$') && member !== null);
  return Object.fromEntries(entries.map(([key, member]) => [key, added(member)] as const).filter(([, member]) => member !== undefined));
}

function withoutDirectives(value: unknown): unknown {
  return isMap(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('$'))) : value;
}

/** `$retainKeys` lists the only keys that stay. */
function retained(base: JsonMap, patch: JsonMap): JsonMap {
  const keep = patch['$retainKeys'];
  if (keep === undefined) return base;
  const strange = Object.keys(patch).some((key) => !key.startsWith('$') && patch[key] !== null && !(keep as readonly unknown[]).includes(key));
  if (!Array.isArray(keep) || strange) throw badRequest('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(base).filter(([key]) => keep.includes(key)));
}

function drop(result: Record<string, unknown>, key: string, values: unknown): void {
  const list = result[key];
  if (!Array.isArray(values)) throw plainError(`$deleteFromPrimitiveList/${key} must be a list`);
  if (Array.isArray(list)) result[key] = list.filter((each) => !values.includes(each));
}

/** Puts lists into the order that `$setElementOrder/<list>` gives. */
function ordered(base: JsonMap, result: JsonMap, patch: JsonMap, place: Place): JsonMap {
  const lists: Record<string, unknown> = {};
  for (const [directive, wanted] of Object.entries(patch)) {
    if (!directive.startsWith('$setElementOrder/')) continue;
    const field = directive.slice('$setElementOrder/'.length);
    const [before, list, key] = [base[field], result[field], place.keys[below(place, field).path]];
    if (!Array.isArray(wanted)) throw plainError(`${directive} must be a list`);
    if (Array.isArray(list) && key !== undefined) lists[field] = inOrder(list, { wanted, before: Array.isArray(before) ? before : [], key });
  }
  return { ...result, ...lists };
}
