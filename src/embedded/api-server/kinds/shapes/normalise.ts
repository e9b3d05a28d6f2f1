import { formatInstant, instant, parseRfc3339 } from '../../../../model/time.ts';
import { type Field, type FieldType, type ShapeTable, readFields } from './language.ts';
import { canonicalQuantity, canonicalResource } from './quantity.ts';

/** A value of a type that the field does not have; a real server cannot decode it. */
export class ShapeMismatch extends Error {
  constructor(path: string, problem: string) {
    super(`${path === '' ? 'the object' : path}: ${problem}`);
    this.name = 'ShapeMismatch';
  }
}

type Plain = Readonly<Record<string, unknown>>;

export interface Shapes {
  /**
   * What a real server decodes from `value` and writes back: unknown fields, nulls and zero values gone, quantities and times in
   * their one form. Throws `ShapeMismatch`.
   */
  normalise(shape: string, value: unknown): Plain;
  /** Merge keys of the lists within a shape, by path without indices. */
  mergeKeys(shape: string): Readonly<Record<string, string>>;
}

/** Binds the tables; a shape is read when it is first needed. */
export function shapesOf(table: ShapeTable): Shapes {
  const read = new Map<string, Struct>();
  const structNamed = (name: string): Struct => {
    const found = read.get(name);
    if (found !== undefined) return found;
    const line = table[name];
    if (line === undefined) throw new Error(`There is no shape ${name}`);
    const fields = readFields(line);
    const struct: Struct = { name, fields: new Map(fields.map((field) => [field.name, field])), written: fields.filter(({ presence }) => presence === 'always' || presence === 'nullable'), zero: undefined };
    read.set(name, struct);
    return struct;
  };
  const parts: Parts = { structNamed };
  return {
    normalise(shape, value) {
      try {
        return structOf(parts, shape, value, undefined);
      } catch (error) {
        // Once more with paths, which are too dear to build for objects that are right.
        if (error instanceof ShapeMismatch) structOf(parts, shape, value, '');
        throw error;
      }
    },
    mergeKeys: (shape) => Object.fromEntries(mergeKeysWithin(parts, shape, '')),
  };
}

interface Struct {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that are there even when nobody sent them. */
  readonly written: readonly Field[];
  /** With nothing sent; one for all. */
  zero: Plain | undefined;
}

interface Parts {
  structNamed(name: string): Struct;
}

/** `path` is undefined where nobody needs it. */
type Path = string | undefined;

function structOf(parts: Parts, shape: string, value: unknown, path: Path): Plain {
  const struct = parts.structNamed(shape);
  const from = value ?? {};
  if (typeof from !== 'object' || Array.isArray(from)) throw mismatch(path, value, `a ${shape}`);
  const made: Record<string, unknown> = {};
  for (const [name, sent] of Object.entries(from)) {
    const field = struct.fields.get(name);
    if (field !== undefined && sent !== undefined && sent !== null) setField(parts, made, field, { sent, path });
  }
  for (const field of struct.written) {
    if (!Object.hasOwn(made, field.name)) made[field.name] = field.presence === 'always' ? zeroOf(parts, field.type) : null;
  }
  return made;
}

function setField(parts: Parts, made: Record<string, unknown>, { name, presence, type }: Field, { sent, path }: { sent: unknown; path: Path }): void {
  const read = valueOf(parts, type, sent, path === undefined ? undefined : `${path === '' ? '' : `${path}.`}${name}`);
  if (!isZero(read)) made[name] = read;
  // On its way through storage an empty list or map becomes none.
  else if (presence !== 'unlessZero') made[name] = presence === 'always' && Array.isArray(read) ? null : read;
}

const zeros: Readonly<Record<string, unknown>> = { string: '', integer: 0, number: 0, integerOrString: 0, boolean: false, quantity: '0' };

function zeroOf(parts: Parts, type: FieldType): unknown {
  if (type.kind !== 'struct') return zeros[type.kind] ?? null;
  const struct = parts.structNamed(type.name);
  return (struct.zero ??= structOf(parts, type.name, {}, undefined));
}

/** As Go's omitempty sees it. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return isEmpty(value);
  return value === '' || value === 0 || value === false;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

function valueOf(parts: Parts, type: FieldType, value: unknown, path: Path): unknown {
  if (type.kind === 'anything') return value;
  if (type.kind === 'struct') return structOf(parts, type.name, value, path);
  if (type.kind === 'list') return listOf(parts, type.items, value, path);
  if (type.kind === 'map') return mapOf(parts, type.values, value, path);
  if (type.kind === 'quantity') return quantityOf(value, path, canonicalQuantity);
  if (type.kind === 'time' || type.kind === 'microTime') return timeOf(type.kind, value, path);
  if (!isScalar(type.kind, value)) throw mismatch(path, value, type.kind === 'integerOrString' ? 'an integer or a string' : type.kind);
  return value;
}

function listOf(parts: Parts, items: FieldType, value: unknown, path: Path): readonly unknown[] {
  if (!Array.isArray(value)) throw mismatch(path, value, 'a list');
  return (value as unknown[]).map((each) => (each === null ? zeroOf(parts, items) : valueOf(parts, items, each, path)));
}

function mapOf(parts: Parts, values: FieldType, value: unknown, path: Path): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(path, value, 'a map');
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => {
    if (each === null) return [key, zeroOf(parts, values)];
    return [key, values.kind === 'quantity' ? quantityOf(each, path, canonicalResource) : valueOf(parts, values, each, path)];
  });
  return Object.fromEntries(entries);
}

function isScalar(kind: string, value: unknown): boolean {
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'integer') return Number.isSafeInteger(value);
  return typeof value === 'string' || Number.isSafeInteger(value);
}

function quantityOf(value: unknown, path: Path, canonical: (text: string) => string | undefined): string {
  const read = typeof value === 'string' || typeof value === 'number' ? canonical(String(value)) : undefined;
  if (read === undefined) throw new ShapeMismatch(path ?? '', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  return read;
}

/** The form that nearly everybody writes, on days that every month has. */
const usual = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{6})?Z$/u;

/** UTC; times with microseconds have to have exactly six digits of them. */
function timeOf(kind: 'time' | 'microTime', value: unknown, path: Path): string {
  const text = typeof value === 'string' ? value : '';
  const fits = usual.exec(text);
  if (fits !== null && (fits[1] === undefined) === (kind === 'time')) return text;
  const read = kind === 'time' ? secondsOf(text) : microsecondsOf(text);
  if (read === undefined) throw new ShapeMismatch(path ?? '', `cannot parse ${JSON.stringify(value)} as "2006-01-02T15:04:05${kind === 'time' ? '' : '.000000'}Z07:00"`);
  return read;
}

function secondsOf(text: string): string | undefined {
  const read = parseRfc3339(text);
  return read === undefined ? undefined : formatInstant(instant(read));
}

function microsecondsOf(text: string): string | undefined {
  const [seconds, fraction] = [secondsOf(text), /\.(\d{6})(?:Z|[+-]\d\d:\d\d)$/u.exec(text)?.[1]];
  return seconds === undefined || fraction === undefined ? undefined : `${seconds.slice(0, -1)}.${fraction}Z`;
}

function mismatch(path: Path, value: unknown, wanted: string): ShapeMismatch {
  const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new ShapeMismatch(path ?? '', `cannot unmarshal ${word} into a field that holds ${wanted}`);
}

function mergeKeysWithin(parts: Parts, shape: string, path: string): [string, string][] {
  return [...parts.structNamed(shape).fields.values()].flatMap(({ name, type }) => mergeKeysOf(parts, type, path === '' ? name : `${path}.${name}`));
}

function mergeKeysOf(parts: Parts, type: FieldType, path: string): [string, string][] {
  if (type.kind === 'struct') return mergeKeysWithin(parts, type.name, path);
  if (type.kind === 'map') return mergeKeysOf(parts, type.values, path);
  if (type.kind !== 'list') return [];
  const own: [string, string][] = type.mergeKey === undefined ? [] : [[path, type.mergeKey]];
  return [...own, ...mergeKeysOf(parts, type.items, path)];
}
