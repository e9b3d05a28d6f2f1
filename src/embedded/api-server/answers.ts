import { type Form, readAccept } from './accept.ts';
import type { List } from './list.ts';
import type { KubeObject } from './object.ts';
import { invalid, wrongValue } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';
import type { ServerAnswer, ServerRequest } from './server.ts';
import { type Included, partial, table } from './table.ts';

/** Writes objects of one kind in the form that the client asked for. */
export interface Presenter {
  readonly form: Form;
  one(object: KubeObject): object;
  many(list: List): object;
}

/** 406 when the client takes nothing that this server writes. */
export function presenter(registry: Registry, shelf: Shelf, request: Pick<ServerRequest, 'accept' | 'query'>): Presenter {
  const form = readAccept(request.accept, ['table', 'metadata']);
  const { kind, apiVersion } = shelf;
  const rows = (objects: readonly KubeObject[], metadata: object): object => table({ kind, objects, metadata, now: registry.now(), included: included(request.query) });
  switch (form) {
    case 'table':
      return { form, one: (object) => rows([object], { resourceVersion: object.metadata.resourceVersion }), many: ({ items, metadata }) => rows(items, metadata) };
    case 'metadata':
      return { form, one: partial, many: ({ items, metadata }) => ({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) }) };
    case 'object':
    case 'discovery':
      return { form: 'object', one: (object) => object, many: ({ items, metadata }) => ({ kind: `${kind.kind}List`, apiVersion, metadata, items: kind.strategicPatch ? items.map(untyped) : items }) };
  }
}

/** Items in a list of a built-in kind do not say what they are. */
function untyped({ kind: _kind, apiVersion: _version, ...rest }: KubeObject): object {
  return rest;
}

function included(query: URLSearchParams): Included {
  const wanted = query.get('includeObject') ?? '';
  if (wanted === '' || wanted === 'Metadata') return 'Metadata';
  if (wanted === 'None' || wanted === 'Object') return wanted;
  throw invalid({ group: 'meta.k8s.io', kind: 'TableOptions' }, '', [wrongValue('includeObject', wanted, "must be 'Metadata', 'Object', 'None', or empty")]);
}

export const answer = (code: number, body: object, headers: Readonly<Record<string, string>> = {}): ServerAnswer => ({ kind: 'object', code, headers, body });
