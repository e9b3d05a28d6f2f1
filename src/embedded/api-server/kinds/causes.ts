import type { Cause } from '../refusal.ts';

/*
 * What is wrong with a field, in the words of a real server (apimachinery's field errors).
 */

export const required = (field: string, detail = ''): Cause => ({ reason: 'FieldValueRequired', field, message: join('Required value', detail) });

export const forbidden = (field: string, detail: string): Cause => ({ reason: 'FieldValueForbidden', field, message: join('Forbidden', detail) });

export const invalid = (field: string, value: unknown, detail: string): Cause => ({ reason: 'FieldValueInvalid', field, message: join(`Invalid value: ${shown(value)}`, detail) });

export const duplicate = (field: string, value: unknown): Cause => ({ reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` });

export const notSupported = (field: string, value: unknown, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: join(`Unsupported value: ${shown(value)}`, supported.length === 0 ? '' : `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`),
});

export const notFound = (field: string, value: unknown): Cause => ({ reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` });

export const tooLong = (field: string, most: number): Cause => ({ reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${most} byte${most === 1 ? '' : 's'}` });

export const tooMany = (field: string, count: number, most: number): Cause => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${count}: must have at most ${most} item${most === 1 ? '' : 's'}`,
});

export const typeInvalid = (field: string, value: unknown, detail: string): Cause => ({ reason: 'FieldValueTypeInvalid', field, message: join(`Invalid value: ${shown(value)}`, detail) });

export const immutable = 'field is immutable';

const join = (body: string, detail: string): string => (detail === '' ? body : `${body}: ${detail}`);

const ordered = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => [name, ordered(each)]));
};

/** As Go's encoding/json writes it, which keeps text safe inside HTML. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(ordered(value ?? null));
  return typeof value === 'string' ? text : text.replace(/[<>&]/gu, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
};
