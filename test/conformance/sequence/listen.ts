import { setTimeout as sleep } from 'node:timers/promises';
import { endsInitialEvents } from '../compare/compare.ts';
import { flatten } from '../compare/flatten.ts';
import type { Answer, PlainRequest, Side, Stream, WatchLine } from '../sides/side.ts';
import type { Operation } from './operation.ts';

/** A watch that is being read in the background. */
export interface Listener {
  /** Everything up to the sentinel, or what came within the time limit. */
  heard(): Promise<readonly WatchLine[]>;
  /** The first line, if it comes soon. */
  first(): Promise<WatchLine | undefined>;
  close(): void;
}

/** Name of the object that is made last: whoever has heard of it has heard everything. */
export const sentinel = 'zz-end';

const longest = 20_000;
const soon = 1_000;

/** Opens a watch and begins to read it; a refusal comes back as it is. */
export async function listen(side: Side, request: PlainRequest): Promise<Listener | Answer> {
  const stream = await side.watch(request);
  return stream.kind === 'refused' ? stream.answer : listenerOf(stream, request.query['sendInitialEvents'] === 'true');
}

function listenerOf(stream: Extract<Stream, { kind: 'open' }>, initial: boolean): Listener {
  const lines: WatchLine[] = [];
  const bookmarks: WatchLine[] = [];
  const end = new AbortController();
  const first = Promise.withResolvers<WatchLine | undefined>();
  let seen = false;
  const read = async (): Promise<void> => {
    for (let next = await stream.lines.next(); next.done !== true; next = await stream.lines.next()) {
      first.resolve(next.value);
      if (isSentinel(next.value)) seen = true;
      else if (next.value.type !== 'BOOKMARK') lines.push(next.value);
      // Bookmarks come when the server likes; of the one that ends the initial events only that it comes is sure.
      else if (endsInitialEvents(next.value)) bookmarks.push(next.value);
      if (seen && (!initial || bookmarks.length > 0)) return;
    }
  };
  const whole = read().catch(() => undefined).finally(() => {
    first.resolve(undefined);
    end.abort();
  });
  const limit = (time: number): Promise<undefined> => sleep(time, undefined, { signal: end.signal }).catch(() => undefined);
  return {
    async heard() {
      await Promise.race([whole, limit(longest)]);
      stream.close();
      return [...lines, ...bookmarks];
    },
    first: () => Promise.race([first.promise, limit(soon)]),
    close: () => stream.close(),
  };
}

const isSentinel = ({ object }: WatchLine): boolean => String(flatten(object, ['metadata.name']).get('metadata.name') ?? '').endsWith(sentinel);


/** The answer that a watch stands for: 200, or what its first line says when that is an error. Only those that ought to fail are waited for. */
export async function outcomeOf(listener: Listener, { title }: Operation): Promise<Answer> {
  const line = title.includes('too old') ? await listener.first() : undefined;
  if (line?.type !== 'ERROR') return { code: 200, body: {}, retryAfter: undefined };
  return { code: Number(line.object['code']), body: line.object, retryAfter: undefined };
}
