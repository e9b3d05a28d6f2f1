import { type Fields, text, wholeNumber } from '../../../../kube/records/fields.ts';
import { parseRfc3339 } from '../../../../model/time.ts';
import type { Column } from '../../kind.ts';
import { age } from '../printing/age.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { follow, readPath } from './paths.ts';

type Type = Column['type'];

const types: readonly string[] = ['string', 'integer', 'date', 'boolean', 'number'] satisfies readonly Type[];

/** The columns of `additionalPrinterColumns`; without any, the age. */
export function customColumns(written: readonly Fields[]): readonly Column[] {
  if (written.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }];
  return [nameColumn, ...written.map(customColumn)];
}

function customColumn(written: Fields): Column {
  const [word, path] = [text(written, 'type'), readPath(text(written, 'jsonPath'))];
  const type = types.includes(word) ? (word as Type) : 'string';
  const description = text(written, 'description') || `Custom resource definition column (in JSONPath format): ${text(written, 'jsonPath')}`;
  return {
    name: text(written, 'name'),
    type,
    format: '',
    description,
    priority: wholeNumber(written, 'priority') ?? 0,
    value: (object, now) => (path === undefined ? null : cell(type, follow(path, object), now)),
  };
}

function cell(type: Type, value: unknown, now: string): string | number | boolean | null {
  if (value === undefined || value === null) return type === 'string' && value === null ? '<nil>' : null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return parseRfc3339(value) === undefined ? '<invalid>' : age(value, now);
  }
}
