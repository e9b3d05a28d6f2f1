import { minutes } from '../../model/time.ts';
import type { Registry } from './registry.ts';
import type { Watcher } from './watchers.ts';

/** Tells watchers how far the versions have come, once a minute, as long as there is one that wants to know. */
export interface BookmarkRounds {
  /** Call it for every watcher that was added … */
  joined(watcher: Watcher): void;
  /** … and when it has left. */
  left(watcher: Watcher): void;
}

/** One timer for all watchers together: hundreds of them would be hundreds of sleepers. */
export function bookmarkRounds(registry: Registry): BookmarkRounds {
  const listeners = new Set<Watcher>();
  let running: AbortController | undefined;
  const run = async ({ signal }: AbortController): Promise<void> => {
    for (;;) {
      await registry.parts.clock.sleep(minutes(1), signal);
      if (signal.aborted) return;
      for (const watcher of listeners) watcher.bookmark(Math.max(registry.version, watcher.after));
    }
  };
  return {
    joined(watcher) {
      if (!watcher.bookmarks) return;
      listeners.add(watcher);
      if (running !== undefined) return;
      running = new AbortController();
      void run(running);
    },
    left(watcher) {
      listeners.delete(watcher);
      if (listeners.size > 0) return;
      running?.abort();
      running = undefined;
    },
  };
}
