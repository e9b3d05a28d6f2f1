import { type Fields, fields, list, text, textMap } from '../../../kube/records/fields.ts';
import type { Cause } from '../refusal.ts';
import { forbidden, invalid, required } from './causes.ts';
import { wrongKey, wrongValue } from './syntax.ts';

/** What is wrong with a `metav1.LabelSelector`; none at all is right. */
export function checkSelector(selector: Fields, path: string): Cause[] {
  return [
    ...checkLabels(textMap(selector, 'matchLabels'), `${path}.matchLabels`),
    ...list(selector, 'matchExpressions').flatMap((each, index) => checkRequirement(fields(each), `${path}.matchExpressions[${index}]`)),
  ];
}

/** Keys and values of labels, of a template for example. */
export function checkLabels(labels: Readonly<Record<string, string>>, path: string): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...wrongKey(key).map((problem) => invalid(path, key, problem)),
    ...wrongValue(value).map((problem) => invalid(path, value, problem)),
  ]);
}

function checkRequirement(requirement: Fields, path: string): Cause[] {
  const values = list(requirement, 'values');
  return [
    ...checkOperator(text(requirement, 'operator'), values.length, path),
    ...wrongKey(text(requirement, 'key')).map((problem) => invalid(`${path}.key`, text(requirement, 'key'), problem)),
    ...values.flatMap((value, index) => wrongValue(String(value)).map((problem) => invalid(`${path}.values[${index}]`, value, problem))),
  ];
}

function checkOperator(operator: string, values: number, path: string): Cause[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values > 0 ? [] : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values === 0 ? [] : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

/** Whether a `metav1.LabelSelector` selects these labels; an empty one selects everything. */
export function selects(selector: Fields, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(textMap(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return equal && list(selector, 'matchExpressions').every((each) => fulfils(fields(each), labels));
}

function fulfils(requirement: Fields, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[text(requirement, 'key')];
  const values = list(requirement, 'values');
  switch (text(requirement, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

export const isEmptySelector = (selector: Fields): boolean => Object.keys(textMap(selector, 'matchLabels')).length + list(selector, 'matchExpressions').length === 0;

/** `app=web,tier in (a,b)`, as kubectl prints a `metav1.LabelSelector`. */
export function formatSelector(selector: Fields): string {
  const equal = Object.entries(textMap(selector, 'matchLabels')).map(([key, value]): [string, string] => [key, `${key}=${value}`]);
  const others = list(selector, 'matchExpressions').map(fields).map((each): [string, string] => [text(each, 'key'), formatRequirement(each)]);
  const written = [...equal, ...others].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, words]) => words);
  return written.length === 0 ? '<none>' : written.join(',');
}

function formatRequirement(requirement: Fields): string {
  const key = text(requirement, 'key');
  const values = `(${list(requirement, 'values').map(String).sort().join(',')})`;
  switch (text(requirement, 'operator')) {
    case 'In':
      return `${key} in ${values}`;
    case 'NotIn':
      return `${key} notin ${values}`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}

/** `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  const written = Object.keys(labels).sort().map((key) => `${key}=${labels[key]}`);
  return written.length === 0 ? '<none>' : written.join(',');
}
