import { seconds } from '../model/time.ts';
import type { Api } from './api.ts';
import { eventLoopTurn } from './event-loop.ts';
import { MustRelist } from './reflector-events.ts';

interface ListAnswer {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string } | null;
  readonly items?: Iterable<unknown> | null;
}

/** A request for one kind's collection. */
export interface Collection {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Reads pages in protobuf form, which are asked for then; JSON without it. */
  readonly readProtobuf?: (body: Buffer) => ListAnswer;
  /** Objects in a page; 500 when absent. */
  readonly pageSize?: number;
}

/**
 * Reads a whole collection in pages and gives each page to `take`; returns the version that the list is of.
 * The first page asks for no resourceVersion: with `0` the server ignores the limit and sends all in one body. The server
 * makes the next page while this one is taken.
 */
export async function listPages(api: Api, collection: Collection, take: (items: readonly unknown[]) => void, signal: AbortSignal): Promise<string> {
  let page = readPage(api, collection, undefined, signal);
  for (;;) {
    const { items, version, next } = checked(await page, collection.path);
    if (next !== undefined) page = readAhead(api, collection, next, signal);
    take(readItems(items, collection.path));
    if (next === undefined) return version;
    await eventLoopTurn();
  }
}

function checked({ items, metadata }: ListAnswer, path: string): { readonly items: Iterable<unknown>; readonly version: string; readonly next: string | undefined } {
  if (items !== undefined && items !== null && (typeof items !== 'object' || !(Symbol.iterator in items))) throw new MustRelist('badLine', `The list of ${path} has no items`);
  const version = metadata?.resourceVersion;
  if (typeof version !== 'string' || version === '') throw new MustRelist('badLine', `The list of ${path} has no resourceVersion`);
  const next = metadata?.continue;
  return { items: items ?? [], version, next: next === '' ? undefined : next };
}

/** In protobuf form items are read only now: one that is damaged makes the whole list anew. */
function readItems(items: Iterable<unknown>, path: string): readonly unknown[] {
  if (Array.isArray(items)) return items as readonly unknown[];
  try {
    return [...items];
  } catch (error) {
    throw new MustRelist('badLine', `The list of ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whoever stops before this page comes must not be told of its failure by the process. */
function readAhead(api: Api, collection: Collection, next: string, signal: AbortSignal): Promise<ListAnswer> {
  const page = readPage(api, collection, next, signal);
  page.catch(() => undefined);
  return page;
}

/** A 410 in the middle ends the list: the token that comes with it would join pages of different moments. */
async function readPage(api: Api, { path, query, readProtobuf, pageSize = 500 }: Collection, next: string | undefined, signal: AbortSignal): Promise<ListAnswer> {
  const answer = await api.call<ListAnswer | undefined>({ verb: 'GET', path, query: { ...query, limit: pageSize, continue: next }, limit: seconds(30), signal, ...(readProtobuf === undefined ? {} : { readProtobuf }) });
  return answer ?? {};
}
