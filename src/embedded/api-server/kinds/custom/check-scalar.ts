import type { Cause } from '../../refusal.ts';
import { invalid, tooLong, typeInvalid } from '../causes.ts';
import { hasFormat } from './formats.ts';
import type { Schema } from './schema.ts';

/** Length, pattern and format of a text. */
export function checkText(value: string, schema: Schema, path: string): Cause[] {
  const [least = 0, most = Infinity] = [schema.bounds.get('minLength'), schema.bounds.get('maxLength')];
  const length = Array.from(value).length;
  return [
    ...(length > most ? [tooLong(path, most)] : []),
    ...(length < least ? [invalid(path, value, `${path} in body should be at least ${least} chars long`)] : []),
    ...(schema.pattern === undefined || schema.pattern.test(value) ? [] : [invalid(path, value, `${path} in body should match '${schema.pattern.source}'`)]),
    ...(schema.format === '' || hasFormat(value, schema.format) ? [] : [typeInvalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`)]),
  ];
}

const widths: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

/** A real server says this of the object as a whole. */
export const wrongWidth = (format: string, path: string): Cause => invalid('<nil>', '', `Checked value must be of type integer with format ${format} in ${path}`);

/** Width of the format, bounds and steps of a number. */
export function checkNumber(value: number, schema: Schema, path: string): Cause[] {
  const width = schema.type === 'integer' ? (widths[schema.format] ?? Infinity) : Infinity;
  const step = schema.bounds.get('multipleOf');
  return [
    ...(value < -width || value >= width ? [wrongWidth(schema.format, path)] : []),
    ...checkMost(value, schema, path),
    ...checkLeast(value, schema, path),
    ...(step !== undefined && !Number.isInteger(value / step) ? [invalid(path, value, `${path} in body should be a multiple of ${step}`)] : []),
  ];
}

function checkMost(value: number, { bounds, exclusiveMaximum }: Schema, path: string): Cause[] {
  const most = bounds.get('maximum');
  if (most === undefined || value < most || (value === most && !exclusiveMaximum)) return [];
  return [invalid(path, value, `${path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${most}`)];
}

function checkLeast(value: number, { bounds, exclusiveMinimum }: Schema, path: string): Cause[] {
  const least = bounds.get('minimum');
  if (least === undefined || value > least || (value === least && !exclusiveMinimum)) return [];
  return [invalid(path, value, `${path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${least}`)];
}
