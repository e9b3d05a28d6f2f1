/** A JSON object that nobody changes. */
export type JsonMap = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as a map; an empty one when it is none. */
export const mapOf = (value: unknown): JsonMap => (isMap(value) ? value : {});

/**
 * Takes a value in: copies what is not ours yet and freezes it, so that it can be shared for ever; what is frozen is ours
 * already and stays as it is (that is the structural sharing). With `tidy`, members without content (null, empty lists) are
 * left out, as Kubernetes' own types leave them out; custom resources keep them.
 */
export function adopt<T>(value: T, tidy: boolean): T {
  return take(value, tidy) as T;
}

function take(value: unknown, tidy: boolean): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((each: unknown) => take(each, tidy) ?? null));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as JsonMap)[key];
    // An own member `__proto__` (JSON.parse makes one) would become the prototype of the copy.
    if (member === undefined || key === '__proto__' || (tidy && isEmpty(member))) continue;
    copy[key] = take(member, tidy);
  }
  return Object.freeze(copy);
}

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** A copy as if by way of JSON text: what is undefined is left out. For values of callers in the same process. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => plain(each) ?? null);
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) if (member !== undefined && key !== '__proto__') copy[key] = plain(member);
  return copy;
}

/** Deep equality of JSON values; at once where parts are shared. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && left.length === right.length && left.every((each, index) => equal(each, right[index]));
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
}
