import type { KindName } from '../kinds/specimens.ts';
import type { Change } from '../kinds/specimen.ts';

export const verbs = [
  'get', 'list', 'watch', 'create', 'put', 'merge patch', 'strategic patch', 'JSON patch', 'delete', 'status get', 'status put', 'status merge patch', 'status strategic patch', 'status JSON patch', 'eviction', 'binding',
  'scale get', 'scale put', 'scale merge patch', 'wrong method',
] as const;
export type Verb = (typeof verbs)[number];

/**
 * What is sent. Text in it may hold references, each filled in with what that side answered earlier: `{{tag}}`, `{{7.metadata.uid}}`
 * (of the answer to operation 7), `{{museum.pods.continue}}`, `{{start.pods.version}}`.
 */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  /** The object of an earlier answer, as that side gave it, with a merge patch applied: what a client does who reads, changes and writes. */
  | { readonly kind: 'changed'; readonly answer: number; readonly change: Change };

/** One request of a sequence. */
export interface Operation {
  readonly id: number;
  readonly resource: KindName;
  readonly verb: Verb;
  /** What it is to show, in words. */
  readonly title: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: Body;
}

/** An operation before it has its number. */
export type Draft = Omit<Operation, 'id'>;
