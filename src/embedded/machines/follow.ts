import type { Resource } from '../../kube/paths.ts';
import type { Clock, Duration } from '../../model/time.ts';
import type { Door } from './door.ts';
import type { Meta } from './objects.ts';
import { attempt, type Complain } from './repeat.ts';

export interface FollowParts {
  readonly door: Door;
  readonly clock: Clock;
  readonly resource: Resource;
  readonly fieldSelector?: string;
  /** How long after a watch has ended it is listed anew. */
  readonly again: Duration;
  readonly complain: Complain;
  readonly signal: AbortSignal;
}

/** Objects that a machine keeps an eye on. */
export interface Followed<T> {
  /** As last seen; undefined before the first list, and from the end of a watch to the next list. */
  current(): readonly T[] | undefined;
  /** Waits until something is different from what `current` has given, at most `limit`. */
  change(limit: Duration): Promise<void>;
  /** Lists and watches until the signal aborts. */
  run(): Promise<void>;
}

/** A list and a watch from there on, again and again: whatever ends the watch, the next list tells everything anew. */
export function follow<T extends { readonly metadata: Meta }>(parts: FollowParts): Followed<T> {
  const { door, clock, resource, fieldSelector, again, complain, signal } = parts;
  let objects: Map<string, T> | undefined;
  let seen = true;
  let halt: AbortController | undefined;
  const changed = (next: Map<string, T> | undefined): void => {
    objects = next;
    seen = false;
    halt?.abort();
  };
  signal.addEventListener('abort', () => halt?.abort(), { once: true });

  async function once(): Promise<void> {
    const { items, version } = await door.list<T>(resource, fieldSelector);
    const known = new Map(items.map((item) => [item.metadata.uid, item]));
    changed(known);
    for await (const { type, object } of door.watch<T>(resource, { fieldSelector, version })) {
      if (type === 'DELETED') known.delete(object.metadata.uid);
      else known.set(object.metadata.uid, object);
      changed(known);
    }
  }

  return {
    current() {
      seen = true;
      return objects === undefined ? undefined : [...objects.values()];
    },
    async change(limit) {
      if (!seen || signal.aborted) return;
      halt = new AbortController();
      await clock.sleep(limit, halt.signal);
      halt = undefined;
    },
    async run() {
      while (!signal.aborted) {
        await attempt(`follows ${resource.plural}`, complain, signal, once);
        changed(undefined);
        await clock.sleep(again, signal);
      }
    },
  };
}
