import { fields, flag, textMap } from '../../../kube/records/fields.ts';
import type { KubeObject } from '../object.ts';
import type { Cause } from '../refusal.ts';
import { builtIn } from './built-in.ts';
import { forbidden, invalid } from './causes.ts';
import { ageColumn, column, nameColumn } from './printing/columns.ts';
import { builtInResources } from './resources.ts';
import { same } from './same.ts';

/*
 * Kinds that are little more than data here.
 */

export const serviceAccounts = builtIn({
  resource: builtInResources.serviceaccounts,
  kind: 'ServiceAccount',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  columns: [nameColumn, ageColumn],
});

export const configMaps = builtIn({
  resource: builtInResources.configmaps,
  kind: 'ConfigMap',
  singular: 'configmap',
  shortNames: ['cm'],
  check: (map, current) => [...checkKeys(map), ...(current === undefined ? [] : checkFrozen(map, current))],
  columns: [
    nameColumn, column('Data', (map) => Object.keys(textMap(fields(map), 'data')).length + Object.keys(textMap(fields(map), 'binaryData')).length), ageColumn,
  ],
});

const form = '[-._a-zA-Z0-9]+';
const wrongForm = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${form}')`;

function checkKeys(map: KubeObject): Cause[] {
  return ['data', 'binaryData'].flatMap((name) => Object.keys(textMap(fields(map), name)).flatMap((key) => (new RegExp(`^${form}$`, 'u').test(key) ? [] : [invalid(`${name}[${key}]`, key, wrongForm)])));
}

function checkFrozen(map: KubeObject, current: KubeObject): Cause[] {
  if (!flag(fields(current), 'immutable')) return [];
  const says = 'field is immutable when `immutable` is set';
  return [
    ...(flag(fields(map), 'immutable') ? [] : [forbidden('immutable', says)]),
    ...['data', 'binaryData'].flatMap((name) => (same(textMap(fields(map), name), textMap(fields(current), name)) ? [] : [forbidden(name, says)])),
  ];
}
