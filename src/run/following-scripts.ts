import type { ScriptRunner } from '../act/scripts/runner.ts';
import type { FencingSettings } from '../model/configuration.ts';

type ScriptSettings = FencingSettings['scripts'];

export interface FollowingScripts extends ScriptRunner {
  /** How many run now. */
  readonly running: number;
  /** Resolves when none runs any more: they and their children are gone. */
  idle(): Promise<void>;
}

/**
 * Runs scripts under the settings of this moment. What an administrator takes off the list is started no more, not even
 * for an attempt that began when it was on it.
 */
export function followingScripts(make: (settings: ScriptSettings) => ScriptRunner, current: () => ScriptSettings): FollowingScripts {
  let settings = current();
  let runner = make(settings);
  const running = new Set<Promise<unknown>>();
  const now = (): ScriptRunner => {
    if (settings !== current()) {
      settings = current();
      runner = make(settings);
    }
    return runner;
  };
  return {
    async run(run, signal) {
      const result = now().run(run, signal);
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },
    describe: (name) => now().describe(name),
    list: () => now().list(),
    get running() {
      return running.size;
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
