import type { LabelSelector, Requirement } from './configuration.ts';

/** A selector, or what is wrong with the text. */
export type ReadSelector = { readonly selector: LabelSelector } | { readonly problem: string };

/** Selects everything. */
export const everything: LabelSelector = { requirements: [] };

/**
 * Reads a Kubernetes `LabelSelector` object (`matchLabels`, `matchExpressions`). An empty object selects everything; what
 * an absent one means differs from place to place, so callers decide that.
 */
export function readLabelSelector(raw: unknown): ReadSelector {
  if (!isMap(raw)) return { problem: 'a label selector is an object with matchLabels and matchExpressions' };
  const labels = raw['matchLabels'] ?? {};
  const expressions = raw['matchExpressions'] ?? [];
  if (!isMap(labels)) return { problem: 'matchLabels must be a map of label to value' };
  if (!Array.isArray(expressions)) return { problem: 'matchExpressions must be a list' };
  const equals = Object.entries(labels).map(([key, value]) => readRequirement({ key, operator: 'In', values: [value] }));
  return collect([...equals, ...expressions.map((each) => readRequirement(each, ofLabels))]);
}

/** Reads `{key, operator, values}` with any of the six operators, as the node selector terms of affinities have them, or with those that are `allowed`. */
export function readRequirement(raw: unknown, allowed: readonly Requirement['operator'][] = operators): Requirement | string {
  if (!isMap(raw)) return 'a requirement is an object with key, operator and values';
  const { key, operator } = raw;
  const values: unknown = raw['values'] ?? [];
  if (typeof key !== 'string' || !isLabelKey(key)) return `${JSON.stringify(key ?? '')} is not a valid label key`;
  if (!isOneOf(allowed, operator)) return `${JSON.stringify(operator ?? '')} is not a valid label selector operator: write ${allowed.join(', ')}`;
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return `the values of ${key} must be a list of strings`;
  const problem = wrongValues(key, operator, values);
  return problem ?? { key, operator, values };
}

/** Reads a selector expression: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5,m<5`. Empty selects everything. */
export function parseSelector(text: string): ReadSelector {
  if (text.trim() === '') return { selector: everything };
  return collect(splitOutsideBrackets(text).map(parseTerm));
}

/** Those of a `LabelSelector`; node selectors and selector expressions can compare numbers, too. */
const ofLabels = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const operators = [...ofLabels, 'Gt', 'Lt'] as const;

function collect(read: readonly (Requirement | string)[]): ReadSelector {
  const requirements: Requirement[] = [];
  for (const each of read) {
    if (typeof each === 'string') return { problem: each };
    requirements.push(each);
  }
  return { selector: { requirements } };
}

function wrongValues(key: string, operator: Requirement['operator'], values: readonly string[]): string | undefined {
  const bad = values.find((value) => !isLabelValue(value));
  if (bad !== undefined) return `${JSON.stringify(bad)} is not a valid label value for ${key}`;
  if (operator === 'In' || operator === 'NotIn') return values.length === 0 ? `${operator} needs at least one value for ${key}` : undefined;
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length > 0 ? `${operator} takes no values for ${key}` : undefined;
  return values.length === 1 && /^-?[0-9]+$/u.test(values[0] ?? '') ? undefined : `${operator} needs exactly one whole number for ${key}`;
}

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function parseTerm(term: string): Requirement | string {
  const text = term.trim();
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/u.exec(text);
  if (set !== null) return requirement(set[1], set[2] === 'in' ? 'In' : 'NotIn', (set[3] ?? '').split(',').map((value) => value.trim()));
  const compare = /^([^=!<>\s]+)\s*(==|=|!=|>|<)\s*([^=!<>\s]*)$/u.exec(text);
  if (compare !== null) return requirement(compare[1], bySign[compare[2] ?? ''], [compare[3] ?? '']);
  const presence = /^(!?)\s*([^\s=!<>()]+)$/u.exec(text);
  if (presence !== null) return requirement(presence[2], presence[1] === '!' ? 'DoesNotExist' : 'Exists', []);
  return `cannot read ${JSON.stringify(text)} as a label requirement: write key=value, key!=value, key in (a,b), key or !key`;
}

const bySign: Readonly<Record<string, Requirement['operator']>> = { '=': 'In', '==': 'In', '!=': 'NotIn', '>': 'Gt', '<': 'Lt' };

const requirement = (key: string | undefined, operator: Requirement['operator'] | undefined, values: string[]): Requirement | string => readRequirement({ key, operator, values });

const isOneOf = (allowed: readonly Requirement['operator'][], value: unknown): value is Requirement['operator'] => (allowed as readonly unknown[]).includes(value);
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isLabelValue = (value: string): boolean => value === '' || /^(?=.{1,63}$)[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/u.test(value);

function isLabelKey(key: string): boolean {
  const [prefix, name] = key.includes('/') ? splitOnce(key) : ['a', key];
  return prefix !== '' && prefix.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/u.test(prefix) && name !== '' && isLabelValue(name);
}

const splitOnce = (key: string): [string, string] => [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
