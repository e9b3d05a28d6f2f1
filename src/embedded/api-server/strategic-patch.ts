import { isMap, type JsonMap } from './json.ts';
import { badRequest, internal, unprocessable } from './refusals.ts';

type MergeKeys = Readonly<Record<string, string>>;

/**
 * A strategic merge patch: like a JSON merge patch, but lists whose type has a merge key are merged by it, and `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` steer (Kubernetes' `strategicpatch` package).
 */
export function strategicPatch(target: JsonMap, patch: JsonMap, mergeKeys: MergeKeys): unknown {
  return mergeMap(target, patch, { keys: { ...common, ...mergeKeys }, path: '' });
}

/** Stands for a merge key where lists of plain values are merged as sets. */
const plainValues = '';

/** Lists in the metadata of every kind. */
const common: MergeKeys = { 'metadata.ownerReferences': 'uid', 'metadata.finalizers': plainValues };

interface Place {
  readonly keys: MergeKeys;
  /** Without indices: `spec.containers`. */
  readonly path: string;
}

const below = ({ keys, path }: Place, key: string): Place => ({ keys, path: path === '' ? key : `${path}.${key}` });

function mergeMap(target: unknown, patch: JsonMap, place: Place): unknown {
  const directive = patch['$patch'];
  if (directive === 'replace') return without(patch, '$patch');
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`Unknown $patch ${JSON.stringify(directive)}: use replace, delete or merge`);
  const base = retained(isMap(target) ? target : {}, patch);
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) drop(result, key.slice('$deleteFromPrimitiveList/'.length), value);
    if (key.startsWith('$') || key === '__proto__') continue;
    if (value === null) delete result[key];
    else result[key] = mergeValue(base[key], value, below(place, key));
  }
  order(result, patch, place);
  return result;
}

function mergeValue(target: unknown, value: unknown, place: Place): unknown {
  if (isMap(value)) return mergeMap(target, value, place);
  if (!Array.isArray(value)) return value;
  const key = place.keys[place.path];
  if (key === undefined) return value.filter((each) => !isMap(each) || each['$patch'] === undefined);
  const list: readonly unknown[] = Array.isArray(target) ? target : [];
  return key === plainValues ? [...list, ...value.filter((each) => !list.includes(each))] : mergeList(list, value, { key, place });
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], { key, place }: { readonly key: string; readonly place: Place }): readonly unknown[] {
  if (patch.some((each) => isMap(each) && each['$patch'] === 'replace')) return patch.filter((each) => !isMap(each) || each['$patch'] === undefined);
  const result = [...target];
  for (const each of patch) {
    if (!isMap(each)) throw unprocessable();
    const id = each[key];
    if (id === undefined) throw internal(`map: ${JSON.stringify(each)} does not contain declared merge key: ${key}`);
    const index = result.findIndex((other) => isMap(other) && other[key] === id);
    if (each['$patch'] === 'delete') {
      if (index !== -1) result.splice(index, 1);
    } else if (index === -1) result.push(mergeMap({}, each, place));
    else result[index] = mergeMap(result[index], each, place);
  }
  return result;
}

/** `$retainKeys` lists the only keys that stay. */
function retained(base: JsonMap, patch: JsonMap): JsonMap {
  const keep = patch['$retainKeys'];
  if (keep === undefined) return base;
  if (!Array.isArray(keep)) throw badRequest('invalid patch format of retainKeys: it must be a list of keys');
  const strange = Object.keys(patch).find((key) => !key.startsWith('$') && patch[key] !== null && !keep.includes(key));
  if (strange !== undefined) throw unprocessable();
  return Object.fromEntries(Object.entries(base).filter(([key]) => keep.includes(key)));
}

function drop(result: Record<string, unknown>, key: string, values: unknown): void {
  const list = result[key];
  if (!Array.isArray(values)) throw badRequest(`$deleteFromPrimitiveList/${key} must be a list`);
  if (Array.isArray(list)) result[key] = list.filter((each) => !values.includes(each));
}

/** Puts merged lists into the order that `$setElementOrder/<list>` gives; elements it does not name keep their place behind. */
function order(result: Record<string, unknown>, patch: JsonMap, place: Place): void {
  for (const [directive, wanted] of Object.entries(patch)) {
    if (!directive.startsWith('$setElementOrder/')) continue;
    const field = directive.slice('$setElementOrder/'.length);
    const list = result[field];
    if (!Array.isArray(wanted)) throw badRequest(`${directive} must be a list`);
    if (!Array.isArray(list)) continue;
    const key = place.keys[below(place, field).path] ?? plainValues;
    const idOf = (each: unknown): unknown => (isMap(each) && key !== plainValues ? each[key] : each);
    const ranks = new Map(wanted.map((each, index) => [idOf(each), index]));
    const rank = (each: unknown): number => ranks.get(idOf(each)) ?? wanted.length;
    result[field] = list.toSorted((left, right) => rank(left) - rank(right));
  }
}

function without(map: JsonMap, key: string): JsonMap {
  const { [key]: _left, ...rest } = map;
  return rest;
}
