import type { Resource } from '../../kube/paths.ts';
import { compareVersions } from '../../kube/reflector-events.ts';
import type { Clock, Duration } from '../../model/time.ts';
import type { Door, WatchEvent } from './door.ts';
import type { Meta } from './objects.ts';
import { attempt, type Complain } from './repeat.ts';

export interface FollowParts {
  readonly door: Door;
  readonly clock: Clock;
  readonly resource: Resource;
  readonly fieldSelector?: string;
  /** How long after the end of a watch the next one begins. */
  readonly again: Duration;
  readonly complain: Complain;
  readonly signal: AbortSignal;
}

/** Objects that a machine keeps an eye on. */
export interface Followed<T> {
  /** As last seen; undefined before the first list, and from a watch that broke to the next list. */
  current(): readonly T[] | undefined;
  /** Takes what a write of one's own was answered with, ahead of the watch: nobody acts on what he himself has changed meanwhile. */
  saw(object: T): void;
  /** Waits until something is different from what `current` has given, at most `limit`. */
  change(limit: Duration): Promise<void>;
  /** Lists and watches until the signal aborts. */
  run(): Promise<void>;
}

/** A list, and watches from there on. A watch that the server ends is followed by the next one; whatever else ends it, a list tells everything anew. */
export function follow<T extends { readonly metadata: Meta }>(parts: FollowParts): Followed<T> {
  const { door, clock, resource, fieldSelector, again, complain, signal } = parts;
  let objects: Map<string, T> | undefined;
  let seen = true;
  let halt: AbortController | undefined;
  const changed = (next: Map<string, T> | undefined): void => {
    objects = next;
    seen = false;
    halt?.abort(wakeUp);
  };
  signal.addEventListener('abort', () => halt?.abort(wakeUp), { once: true });

  async function once(): Promise<void> {
    const { items, version } = await door.list<T>(resource, fieldSelector);
    const known = new Map(items.map((item) => [item.metadata.uid, item]));
    changed(known);
    for (let from = version; !signal.aborted; ) {
      for await (const event of door.watch<T>(resource, { fieldSelector, version: from })) {
        from = event.object.metadata.resourceVersion;
        if (event.type !== 'BOOKMARK') take(known, event);
      }
      await clock.sleep(again, signal);
    }
  }

  function take(known: Map<string, T>, { type, object }: WatchEvent<T>): void {
    if (type !== 'DELETED' && !isNews(object, known.get(object.metadata.uid))) return;
    if (type === 'DELETED') known.delete(object.metadata.uid);
    else known.set(object.metadata.uid, object);
    changed(known);
  }

  return {
    current() {
      seen = true;
      return objects === undefined ? undefined : [...objects.values()];
    },
    saw(object) {
      const known = objects?.get(object.metadata.uid);
      if (objects === undefined || known === undefined || !isNews(object, known)) return;
      objects.set(object.metadata.uid, object);
      seen = false;
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

/** Without a reason of one's own each abort makes an exception with its stack. */
const wakeUp = 'something has changed';

const isNews = ({ metadata }: { readonly metadata: Meta }, known: { readonly metadata: Meta } | undefined): boolean =>
  known === undefined || (compareVersions(metadata.resourceVersion, known.metadata.resourceVersion) ?? 1) > 0;
