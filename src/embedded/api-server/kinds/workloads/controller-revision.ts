import { field, fields, wholeNumber } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { immutable, invalid, required } from '../causes.ts';
import { checkNotNegative } from '../numbers.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { same } from '../same.ts';

export const controllerRevisions = builtIn({
  resource: builtInResources.controllerrevisions,
  kind: 'ControllerRevision',
  singular: 'controllerrevision',
  check,
  columns: [nameColumn, column('Controller', controllerOf), column('Revision', (revision) => wholeNumber(fields(revision), 'revision') ?? 0), ageColumn],
});

function check(revision: KubeObject, current: KubeObject | undefined): Cause[] {
  const data = field(fields(revision), 'data');
  const there = typeof data === 'object' && data !== null && !Array.isArray(data);
  const number = wholeNumber(fields(revision), 'revision') ?? 0;
  return [
    ...(number < 0 ? checkNotNegative(fields(revision), ['revision'], '').map((cause) => ({ ...cause, field: 'revision' })) : []),
    ...(current === undefined && !there ? [required('data', data === undefined ? 'data is mandatory' : 'data must be a valid JSON object')] : []),
    ...(current !== undefined && !same(data, field(fields(current), 'data')) ? [invalid('data', data, immutable)] : []),
  ];
}

function controllerOf({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const [group, version] = owner.apiVersion.split('/');
  return `${owner.kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${owner.name}`;
}
