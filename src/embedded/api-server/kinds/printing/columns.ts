import { field, fields, list, text, within } from '../../../../kube/records/fields.ts';
import type { Column } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import { formatSelector } from '../label-selector.ts';
import { age } from './age.ts';

/*
 * Columns of `kubectl get`, named and filled as a real server does (pkg/printers/internalversion).
 */

type Value = Column['value'];

export const column = (name: string, value: Value, type: Column['type'] = 'string'): Column => ({ name, type, priority: 0, value });

/** Shown with `-o wide` only. */
export const wide = (name: string, value: Value, type: Column['type'] = 'string'): Column => ({ ...column(name, value, type), priority: 1 });

export const nameColumn: Column = { name: 'Name', type: 'string', format: 'name', priority: 0, value: ({ metadata }) => metadata.name };

export const ageColumn: Column = column('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now));

/** A text within the object; `absent` when it is missing or empty. */
export const textAt = (path: readonly string[], absent = ''): Value => (object) => {
  const value = path.slice(0, -1).reduce(within, fields(object));
  const found = text(value, path.at(-1) ?? '');
  return found === '' ? absent : found;
};

/** A number within the object; 0 when it is missing. */
export const numberAt = (path: readonly string[]): ((object: KubeObject) => number) => (object) => {
  const found = field(path.slice(0, -1).reduce(within, fields(object)), path.at(-1) ?? '');
  return typeof found === 'number' ? found : 0;
};

/** Names and images of a template's containers, and the selector. */
export const templateColumns: readonly Column[] = [
  wide('Containers', (object) => containersOf(object).map((each) => text(each, 'name')).join(',')),
  wide('Images', (object) => containersOf(object).map((each) => text(each, 'image')).join(',')),
];

export const selectorColumn: Column = wide('Selector', ({ spec }) => formatSelector(within(fields(spec), 'selector')));

const containersOf = ({ spec }: KubeObject): ReturnType<typeof fields>[] => list(within(within(fields(spec), 'template'), 'spec'), 'containers').map(fields);
