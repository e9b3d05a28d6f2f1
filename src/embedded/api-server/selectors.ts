import type { LabelSelector } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';
import { parseSelector } from '../../model/selector.ts';
import type { Kind } from './kind.ts';
import type { KubeObject } from './object.ts';
import { badRequest } from './refusals.ts';
import { fieldsOf } from './registry.ts';

/** Which objects of a kind a request is about. */
export interface Selection {
  /** True when every object is. */
  readonly all: boolean;
  /** Fields that have to have exactly this value. */
  readonly exact: ReadonlyMap<string, string>;
  matches(object: KubeObject): boolean;
}

/** Reads `labelSelector` and `fieldSelector` of a query; 400 for those that cannot be read or name a field that cannot be selected. */
export function readSelection(query: URLSearchParams, kind: Kind): Selection {
  const labels = readLabels(query.get('labelSelector') ?? '');
  const fields = readFields(query.get('fieldSelector') ?? '', kind);
  const exact = new Map(fields.filter(({ equals }) => equals).map(({ field, value }) => [field, value] as const));
  return {
    all: labels.requirements.length === 0 && fields.length === 0,
    exact,
    matches: (object) => selects(labels, object.metadata.labels ?? {}) && fieldsHold(fields, kind, object),
  };
}

function readLabels(text: string): LabelSelector {
  const read = parseSelector(text);
  if ('problem' in read) throw badRequest(`unable to parse requirement: ${read.problem}`);
  return read.selector;
}

interface FieldTerm {
  readonly field: string;
  readonly equals: boolean;
  readonly value: string;
}

function fieldsHold(terms: readonly FieldTerm[], kind: Kind, object: KubeObject): boolean {
  if (terms.length === 0) return true;
  const fields = fieldsOf(kind, object);
  return terms.every(({ field, equals, value }) => ((fields[field] ?? '') === value) === equals);
}

function readFields(text: string, kind: Kind): readonly FieldTerm[] {
  const terms = splitTerms(text).flatMap((term) => (term === '' ? [] : [readTerm(term, text)]));
  const known = new Set(['metadata.name', 'metadata.namespace', ...kind.selectableFields]);
  for (const { field } of terms) {
    if (known.has(field)) continue;
    if (kind.selectableFields.length > 0) throw badRequest(`field label not supported: ${field}`);
    throw badRequest(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
  return terms;
}

/** At commas, but for those behind a backslash. */
function splitTerms(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\])+/gu) ?? [];
}

function readTerm(term: string, whole: string): FieldTerm {
  const match = /^([^=!]+)(==|=|!=)((?:\\.|[^\\=])*)$/u.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
  const [, field = '', sign, value = ''] = match;
  if (/\\[^\\,=]/u.test(value)) throw badRequest(`invalid field selector: the value ${JSON.stringify(value)} has a backslash before something else than a comma, an equals sign or a backslash`);
  return { field, equals: sign !== '!=', value: value.replaceAll(/\\(.)/gu, '$1') };
}
