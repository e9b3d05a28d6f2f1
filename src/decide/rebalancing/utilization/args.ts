import { z } from 'zod';
import { type ArgsProblem, type Namespaces, namespacesArg, problemIf } from '../args.ts';

/** Resource name → percent of the node's capacity. */
export const thresholdsArg = z.record(z.string(), z.number('a number is required'), 'a map of resource name to percent is required');
export type Thresholds = z.infer<typeof thresholdsArg>;

/** A resource with an empty value has the threshold 0, as in the reference: it is not the same as one that is not there. */
export function withZeroThresholds(raw: unknown, fields: readonly string[]): unknown {
  if (!isMap(raw)) return raw;
  const zeroed = fields.flatMap((name) => {
    const thresholds = raw[name];
    return isMap(thresholds) ? [[name, Object.fromEntries(Object.entries(thresholds).map(([resource, percent]) => [resource, percent ?? 0]))]] : [];
  });
  return { ...raw, ...Object.fromEntries(zeroed) };
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const numberOfNodesArg = z.int('a whole number is required').optional();
export const evictableNamespacesArg = namespacesArg.optional();

/** Present, not empty, and every value a percentage. */
export function checkThresholds(field: string, thresholds: Thresholds | undefined): ArgsProblem[] {
  const entries = Object.entries(thresholds ?? {});
  if (entries.length === 0) return [{ path: [field], says: `${field}: at least one resource needs a percentage` }];
  return entries.flatMap(([resource, percent]) => problemIf(percent < 0 || percent > 100, [field, resource], `${field}.${resource}: ${percent} is not a percentage between 0 and 100`));
}

export const checkEvictableNamespaces = (namespaces: Namespaces | undefined): ArgsProblem[] =>
  problemIf((namespaces?.include ?? []).length > 0, ['evictableNamespaces', 'include'], 'evictableNamespaces.include: only "exclude" can be set here, namespaces cannot be included');
