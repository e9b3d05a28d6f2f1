import type { Resource } from '../../../../kube/paths.ts';

/** An object that is created, and merge patches that follow, each of the object or of its status. What a real server answers is recorded. */
export interface Case {
  readonly title: string;
  readonly resource: Resource;
  readonly body: Body;
  readonly changes: readonly (readonly [part: 'object' | 'status', patch: object])[];
}

export interface Body {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** A row of a table of cases: title, object, patches. */
export type Row = readonly [title: string, body: Body, ...changes: (readonly ['object' | 'status', object])[]];

/** Cases of one resource; each object gets a name of its own, so that none meets what another has left. */
export function casesOf(resource: Resource, rows: readonly Row[]): readonly Case[] {
  return rows.map(([title, body, ...changes], index) => ({ title, resource, changes, body: named(body, `${resource.plural.slice(0, 12)}-${index}`) }));
}

/** An object without a name is given one. */
const named = (body: Body, name: string): Body => ({ ...body, metadata: { ...body.metadata, name: body.metadata.name === '' ? name : body.metadata.name } });
