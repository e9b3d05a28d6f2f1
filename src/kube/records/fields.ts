import type { Labels } from '../../model/configuration.ts';
import type { Instant } from '../../model/time.ts';
import { parseInstant } from '../timestamps.ts';

/*
 * Readers for fields of unknown objects. Kubelets and users write them: a field of the wrong type counts as absent and
 * never throws.
 */

/** An object that was read from JSON. */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = Object.freeze({});
const noLabels: Labels = Object.freeze({});
const emptyList: readonly never[] = Object.freeze([]);

export const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none);

/** The own field `name` of `object`; never something inherited. */
export const field = (object: Fields, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

export const within = (object: Fields, name: string): Fields => fields(field(object, name));

export const list = (object: Fields, name: string): readonly unknown[] => {
  const value = field(object, name);
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : emptyList;
};

export const text = (object: Fields, name: string): string => {
  const value = field(object, name);
  return typeof value === 'string' ? value : '';
};

export const optionalText = (object: Fields, name: string): string | undefined => {
  const value = field(object, name);
  return typeof value === 'string' ? value : undefined;
};

export const wholeNumber = (object: Fields, name: string): number | undefined => {
  const value = field(object, name);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
};

export const flag = (object: Fields, name: string): boolean => field(object, name) === true;

export const time = (object: Fields, name: string): Instant | undefined => parseInstant(optionalText(object, name));

/** A map of strings, such as labels; entries of another type are left out. */
export function textMap(object: Fields, name: string): Labels {
  const map = within(object, name);
  const entries = Object.entries(map);
  if (entries.length === 0) return noLabels;
  if (entries.every(([, value]) => typeof value === 'string')) return map as Labels;
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) as Labels;
}

/** The entries of a map of strings whose key `keeps` accepts. */
export function someOf(map: Labels, keeps: (key: string) => boolean): Labels {
  const kept = Object.entries(map).filter(([key]) => keeps(key));
  return kept.length === 0 ? noLabels : Object.fromEntries(kept);
}

/** Quantities by resource, as written. */
export const quantities = textMap;

export interface ObjectIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly metadata: Fields;
}

/** What every stored object has. Throws without it: no API server sends such an object. */
export function identify(kind: string, object: unknown): ObjectIdentity {
  const metadata = within(fields(object), 'metadata');
  const identity = {
    namespace: text(metadata, 'namespace'),
    name: text(metadata, 'name'),
    uid: text(metadata, 'uid'),
    resourceVersion: text(metadata, 'resourceVersion'),
    metadata,
  };
  for (const part of ['name', 'uid', 'resourceVersion'] as const) {
    if (identity[part] === '') throw new Error(`A ${kind} without metadata.${part} (name: ${JSON.stringify(identity.name.slice(0, 300))})`);
  }
  return identity;
}
