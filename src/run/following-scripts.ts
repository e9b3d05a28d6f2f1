import type { ScriptRunner } from '../act/scripts/runner.ts';
import type { FencingSettings } from '../model/configuration.ts';

type ScriptSettings = FencingSettings['scripts'];

/**
 * Runs scripts under the settings of this moment. What an administrator takes off the list is started no more, not even
 * for an attempt that began when it was on it.
 */
export function followingScripts(make: (settings: ScriptSettings) => ScriptRunner, current: () => ScriptSettings): ScriptRunner {
  let settings = current();
  let runner = make(settings);
  const now = (): ScriptRunner => {
    if (settings !== current()) {
      settings = current();
      runner = make(settings);
    }
    return runner;
  };
  return {
    run: (run, signal) => now().run(run, signal),
    describe: (name) => now().describe(name),
    list: () => now().list(),
  };
}
