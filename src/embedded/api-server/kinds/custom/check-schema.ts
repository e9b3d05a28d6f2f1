import type { Cause } from '../../refusal.ts';
import { duplicate, invalid, notSupported, required, tooMany, typeInvalid } from '../causes.ts';
import { same } from '../same.ts';
import { checkNumber, checkText, wrongWidth } from './check-scalar.ts';
import { type Schema, schemaOf } from './schema.ts';

/**
 * What is wrong with a value by its schema, in the words of a real server. What was there `before` and has not changed is
 * not complained about (validation ratcheting).
 */
export function checkSchema(value: unknown, schema: Schema, path: string, before?: unknown): Cause[] {
  if (before !== undefined && same(value, before)) return [];
  if (value === null) return schema.nullable || schema.type === '' ? [] : [wrongType(path, 'null', schema.type)];
  if (!hasType(value, schema)) return wrongTypes(value, schema, path);
  return [...checkEnum(value, schema, path), ...checkOwn(value, schema, path), ...checkWithin(value, schema, path, before), ...checkAlternatives(value, schema, path)];
}

const typeName = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function hasType(value: unknown, schema: Schema): boolean {
  const name = typeName(value);
  if (schema.integerOrString) return name === 'integer' || name === 'string';
  return schema.type === '' || schema.type === name || (schema.type === 'number' && name === 'integer');
}

/** The value itself is not repeated. */
const wrongType = (path: string, name: string, type: string): Cause => typeInvalid(path, name, `${path} in body must be of type ${type}: "${name}"`);

/** A fraction where an integer of some width belongs is complained of twice. */
function wrongTypes(value: unknown, schema: Schema, path: string): Cause[] {
  if (schema.type === 'integer' && typeof value === 'number' && schema.format !== '') return [wrongType(path, 'float64', schema.format), wrongWidth(schema.format, path)];
  return [wrongType(path, typeName(value), schema.integerOrString ? 'integer,string' : schema.type)];
}

function checkEnum(value: unknown, schema: Schema, path: string): Cause[] {
  if (schema.enum === undefined || schema.enum.some((each) => same(each, value))) return [];
  return [notSupported(path, value, schema.enum.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))))];
}

/** Bounds of the value itself. */
function checkOwn(value: unknown, schema: Schema, path: string): Cause[] {
  if (typeof value === 'string') return checkText(value, schema, path);
  if (typeof value === 'number') return checkNumber(value, schema, path);
  const bound = (name: string): number | undefined => schema.bounds.get(name);
  if (Array.isArray(value)) return checkCount(value.length, { least: bound('minItems'), most: bound('maxItems'), words: 'items' }, path);
  if (typeof value !== 'object' || value === null) return [];
  return checkCount(Object.keys(value).length, { least: bound('minProperties'), most: bound('maxProperties'), words: 'properties' }, path);
}

function checkCount(count: number, { least = 0, most = Infinity, words }: { least: number | undefined; most: number | undefined; words: string }, path: string): Cause[] {
  if (count > most) return [tooMany(path, count, most)];
  return count < least ? [invalid(path, count, `${path} in body should have at least ${least} ${words}`)] : [];
}

/** What is inside an object or a list. */
function checkWithin(value: unknown, schema: Schema, path: string, before: unknown): Cause[] {
  if (Array.isArray(value)) return checkList(value as unknown[], schema, path, before);
  if (typeof value !== 'object' || value === null) return [];
  const earlier = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>;
  return [
    ...Object.entries(value).flatMap(([name, each]) => {
      const inner = schemaOf(schema, name);
      return inner === undefined ? [] : checkSchema(each, inner, path === '' ? name : `${path}.${name}`, Object.hasOwn(earlier, name) ? earlier[name] : undefined);
    }),
    ...schema.required.filter((name) => !Object.hasOwn(value, name)).map((name) => required(path === '' ? name : `${path}.${name}`)),
  ];
}

function checkList(values: readonly unknown[], schema: Schema, path: string, before: unknown): Cause[] {
  const { items } = schema;
  const earlier = Array.isArray(before) ? (before as unknown[]) : [];
  const keys = values.map((each) => keyOf(each, schema));
  return [
    ...(items === undefined ? [] : values.flatMap((each, index) => checkSchema(each, items, `${path}[${index}]`, counterpart(each, schema, earlier)))),
    ...keys.flatMap((key, index) => (key !== undefined && keys.findIndex((other) => same(other, key)) < index ? [duplicate(`${path}[${index}]`, key)] : [])),
  ];
}

/** What makes an item of a set or of a list of type map unique; nothing does in other lists. */
function keyOf(item: unknown, { listType, listKeys }: Schema): unknown {
  if (listType === 'set') return item;
  if (listType !== 'map' || typeof item !== 'object' || item === null) return undefined;
  return Object.fromEntries(listKeys.flatMap((name) => (Object.hasOwn(item, name) ? [[name, (item as Record<string, unknown>)[name]]] : [])));
}

/** The same item in the list of before, where items can be told apart. */
export function counterpart(item: unknown, schema: Schema, before: readonly unknown[]): unknown {
  return schema.listType === 'map' ? before.find((each) => same(keyOf(each, schema), keyOf(item, schema))) : undefined;
}

function checkAlternatives(value: unknown, schema: Schema, path: string): Cause[] {
  const met = (alternatives: readonly Schema[]): number => alternatives.filter((each) => checkSchema(value, each, path).length === 0).length;
  const says = (words: string): Cause => invalid(path, '', `"${path}" must validate ${words}`);
  return [
    ...schema.allOf.flatMap((each) => checkSchema(value, each, path)),
    ...(schema.anyOf.length > 0 && met(schema.anyOf) === 0 ? [says('at least one schema (anyOf)')] : []),
    ...(schema.oneOf.length > 0 && met(schema.oneOf) !== 1 ? [says('one and only one schema (oneOf)')] : []),
    ...(schema.not !== undefined && met([schema.not]) > 0 ? [invalid(path, '', `"${path}" must not validate the schema (not)`)] : []),
  ];
}
