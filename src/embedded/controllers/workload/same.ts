/** JSON with the keys of all objects in order: equal for equal values, whoever wrote them. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1))) : inner));
}

/** Equal as JSON: an absent field and one that is `undefined` are the same. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((value, index) => same(value, right[index]));
  if (!isMap(left) || !isMap(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => same(left[key], right[key]));
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
