import type { KubeObject } from '../../object.ts';
import { type Schema, schemaOf } from './schema.ts';

const always = new Set(['apiVersion', 'kind', 'metadata']);

/** The object as a real server keeps it: unknown fields and nulls gone, defaults filled in. `metadata` is left alone. */
export function prune(object: KubeObject, schema: Schema): KubeObject {
  const rest = Object.fromEntries(Object.entries(object).filter(([name]) => !always.has(name)));
  const pruned = pruneValue(rest, schema, false) as Record<string, unknown>;
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata, ...Object.fromEntries(Object.entries(pruned).filter(([name]) => !always.has(name))) };
}

/** `keeps`: within an `x-kubernetes-preserve-unknown-fields`, where only what has a schema is looked at. */
function pruneValue(value: unknown, schema: Schema | undefined, keeps: boolean): unknown {
  const keepsHere = keeps || schema?.keepsUnknown === true;
  if (Array.isArray(value)) return (value as unknown[]).map((each) => pruneValue(orDefault(each, schema?.items), schema?.items, schema?.items === undefined && keepsHere));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
    const inner = schemaOf(schema, name);
    if (inner === undefined) return keepsHere ? [[name, each]] : [];
    const filled = orDefault(each, inner);
    return filled === null && !inner.nullable ? [] : [[name, pruneValue(filled, inner, false)]];
  });
  return { ...Object.fromEntries(kept), ...missing(value, schema) };
}

/** A null that is not permitted counts as missing. */
const orDefault = (value: unknown, schema: Schema | undefined): unknown => (value === null && schema !== undefined && !schema.nullable && schema.default !== undefined ? schema.default : value);

function missing(value: object, schema: Schema | undefined): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, inner] of schema?.properties ?? []) {
    if (inner.default !== undefined && !Object.hasOwn(value, name)) made[name] = pruneValue(inner.default, inner, false);
  }
  return made;
}
