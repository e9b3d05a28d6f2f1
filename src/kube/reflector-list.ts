import { seconds } from '../model/time.ts';
import type { Api } from './api.ts';
import { MustRelist } from './reflector-events.ts';

interface ListAnswer {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string } | null;
  readonly items?: readonly unknown[] | null;
}

/** A request for one kind's collection. */
export interface Collection {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a whole collection in pages of 500 and gives each page to `take`; returns the version that the list is of.
 * The first page asks for no resourceVersion: with `0` the server ignores the limit and sends all in one body.
 */
export async function listPages(api: Api, collection: Collection, take: (items: readonly unknown[]) => void, signal: AbortSignal): Promise<string> {
  let next: string | undefined;
  for (;;) {
    const answer = await readPage(api, collection, next, signal);
    if (answer.items !== undefined && answer.items !== null && !Array.isArray(answer.items)) throw new MustRelist('badLine', `The list of ${collection.path} has no items`);
    take(answer.items ?? []);
    const version = answer.metadata?.resourceVersion;
    if (typeof version !== 'string' || version === '') throw new MustRelist('badLine', `The list of ${collection.path} has no resourceVersion`);
    next = answer.metadata?.continue;
    if (next === undefined || next === '') return version;
    await eventLoopTurn();
  }
}

/** A 410 in the middle ends the list: the token that comes with it would join pages of different moments. */
async function readPage(api: Api, { path, query }: Collection, next: string | undefined, signal: AbortSignal): Promise<ListAnswer> {
  const answer = await api.call<ListAnswer | undefined>({ verb: 'GET', path, query: { ...query, limit: 500, continue: next }, limit: seconds(30), signal });
  return answer ?? {};
}

/** Lets timers and other connections run, the lease renewal above all. */
export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
