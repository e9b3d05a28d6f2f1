import { isMap, type JsonMap } from './json.ts';

/** A JSON merge patch (RFC 7386): null removes, objects are merged, everything else is replaced. Shares what it does not change. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    if (value === null) delete result[key];
    else result[key] = mergePatch((target as JsonMap | undefined)?.[key], value);
  }
  return result;
}
