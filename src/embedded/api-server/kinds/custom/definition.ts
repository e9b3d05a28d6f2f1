import { type Fields, field, fields, flag, list, text, within } from '../../../../kube/records/fields.ts';
import type { KindContext } from '../../kind.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { builtIn } from '../built-in.ts';
import { duplicate, immutable, invalid, notSupported, required } from '../causes.ts';
import { nameColumn } from '../printing/columns.ts';
import { builtInResources } from '../resources.ts';
import { wrongOlderLabel, wrongSubdomain } from '../syntax.ts';
import { readPath } from './paths.ts';

/** CustomResourceDefinitions. One is established at once: its kinds exist when its creation has been answered. */
export const definitions = builtIn({
  resource: builtInResources.customresourcedefinitions,
  kind: 'CustomResourceDefinition',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  subresources: ['status'],
  hasGeneration: true,
  specDefaults,
  begin: established,
  check: (definition, current) => [...checkName(definition), ...checkSpec(fields(definition.spec)), ...(current === undefined ? [] : checkChange(fields(definition.spec), fields(current.spec)))],
  columns: [nameColumn, { name: 'Created At', type: 'date', priority: 0, value: ({ metadata }) => metadata.creationTimestamp }],
});

function specDefaults(spec: Fields): Fields {
  const names = within(spec, 'names');
  const kind = text(names, 'kind');
  const missing = { ...(text(names, 'singular') === '' ? { singular: kind.toLowerCase() } : {}), ...(text(names, 'listKind') === '' && kind !== '' ? { listKind: `${kind}List` } : {}) };
  return { conversion: { strategy: 'None' }, ...spec, names: { ...names, ...missing } };
}

function established(definition: KubeObject, { now }: KindContext): KubeObject {
  const spec = fields(definition.spec);
  const condition = (type: string, reason: string, message: string): object => ({ type, status: 'True', lastTransitionTime: now, reason, message });
  const status = {
    conditions: [condition('NamesAccepted', 'NoConflicts', 'no conflicts found'), condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted')],
    acceptedNames: within(spec, 'names'),
    storedVersions: list(spec, 'versions').map(fields).filter((version) => flag(version, 'storage')).map((version) => text(version, 'name')),
  };
  return { ...definition, status };
}

function checkName({ metadata, spec }: KubeObject): Cause[] {
  const wanted = `${text(within(fields(spec), 'names'), 'plural')}.${text(fields(spec), 'group')}`;
  return metadata.name === wanted ? [] : [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')];
}

const scopes = ['Cluster', 'Namespaced'];

function checkSpec(spec: Fields): Cause[] {
  const [group, scope] = [text(spec, 'group'), text(spec, 'scope')];
  const versions = list(spec, 'versions').map(fields);
  const names = versions.map((version) => text(version, 'name'));
  return [
    ...checkGroup(group),
    ...(scope === '' ? [required('spec.scope')] : scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)]),
    ...versions.flatMap((version, index) => checkVersion(version, `spec.versions[${index}]`, versions.length === 1)),
    ...(new Set(names).size === names.length ? [] : [invalid('spec.versions', versions, 'must contain unique version names')]),
    ...(versions.filter((version) => flag(version, 'storage')).length === 1 ? [] : [invalid('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...(versions.some((version) => flag(version, 'storage')) ? [] : [invalid('status.storedVersions', null, 'must have at least one stored version')]),
    ...checkNames(within(spec, 'names')),
  ];
}

function checkGroup(group: string): Cause[] {
  if (group === '') return [required('spec.group')];
  const wrong = wrongSubdomain(group);
  if (wrong.length > 0) return [invalid('spec.group', group, wrong.join(','))];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];

/** What a single version says counts as said for all versions, and is complained of there. */
function checkVersion(version: Fields, path: string, only: boolean): Cause[] {
  const [at, schemaAt] = only ? ['spec', 'spec.validation.openAPIV3Schema'] : [path, `${path}.schema.openAPIV3Schema`];
  const [name, schema] = [text(version, 'name'), field(within(version, 'schema'), 'openAPIV3Schema')];
  const wrong = wrongOlderLabel(name);
  return [
    ...(schema === undefined ? [required(`${path}.schema.openAPIV3Schema`)] : checkRoot(fields(schema), schemaAt)),
    ...(wrong.length === 0 ? [] : [invalid(`${path}.name`, name, wrong.join(','))]),
    ...list(version, 'additionalPrinterColumns').map(fields).flatMap((column, index) => checkColumn(column, `${at}.additionalPrinterColumns[${index}]`)),
    ...checkSelectable(list(version, 'selectableFields').map((each) => text(fields(each), 'jsonPath')), `${at}.selectableFields`),
  ];
}

/** Schemas are not looked at further: what is wrong within them is not noticed. */
function checkRoot(schema: Fields, path: string): Cause[] {
  const type = text(schema, 'type');
  if (type === '') return [required(`${path}.type`, 'must not be empty at the root')];
  return type === 'object' ? [] : [invalid(`${path}.type`, type, 'must be object at the root')];
}

function checkColumn(column: Fields, path: string): Cause[] {
  const [type, jsonPath, says] = [text(column, 'type'), text(column, 'jsonPath'), `must be one of ${columnTypes.join(',')}`];
  return [
    ...(text(column, 'name') === '' ? [required(`${path}.name`)] : []),
    ...(type === '' ? [required(`${path}.type`, says)] : columnTypes.includes(type) ? [] : [invalid(`${path}.type`, type, says)]),
    ...(jsonPath === '' ? [required(`${path}.JSONPath`)] : readPath(jsonPath) === undefined ? [invalid(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .')] : []),
  ];
}

function checkSelectable(paths: readonly string[], path: string): Cause[] {
  return paths.flatMap((each, index) => {
    const at = `${path}[${index}].jsonPath`;
    if (each === '') return [required(at)];
    if (each.startsWith('.metadata')) return [invalid(at, each, 'is an invalid path: does not refer to a valid field')];
    return paths.indexOf(each) < index ? [duplicate(at, each)] : [];
  });
}

function checkNames(names: Fields): Cause[] {
  const kinds = ['kind', 'listKind'];
  const [kind, listKind] = [text(names, 'kind'), text(names, 'listKind')];
  return [
    ...['plural', 'singular', 'kind', 'listKind'].flatMap((name) => (text(names, name) === '' ? [required(`spec.names.${name}`)] : [])),
    ...['plural', 'singular', 'kind', 'listKind'].flatMap((name) => {
      const value = text(names, name);
      const wrong = value === '' ? [] : wrongOlderLabel(kinds.includes(name) ? value.toLowerCase() : value);
      return wrong.length === 0 ? [] : [invalid(`spec.names.${name}`, value, `${kinds.includes(name) ? 'may have mixed case, but should otherwise match: ' : ''}${wrong.join(',')}`)];
    }),
    ...(kind !== '' && kind === listKind ? [invalid('spec.names.listKind', listKind, 'kind and listKind may not be the same')] : []),
  ];
}

function checkChange(spec: Fields, before: Fields): Cause[] {
  const [names, namesBefore] = [within(spec, 'names'), within(before, 'names')];
  return [
    ...(text(spec, 'scope') === text(before, 'scope') ? [] : [invalid('spec.scope', text(spec, 'scope'), immutable)]),
    ...(text(names, 'kind') === text(namesBefore, 'kind') ? [] : [invalid('spec.names.kind', text(names, 'kind'), immutable)]),
    ...(text(spec, 'group') === text(before, 'group') ? [] : [invalid('spec.group', text(spec, 'group'), immutable)]),
    ...(text(names, 'plural') === text(namesBefore, 'plural') ? [] : [invalid('spec.names.plural', text(names, 'plural'), immutable)]),
  ];
}
