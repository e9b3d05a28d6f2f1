import { variableFor } from './description.ts';
import type { ScriptRun } from './script.ts';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Everything a script finds in its environment. Our own stays out: it may hold what a script must not see. */
export function environmentFor(run: ScriptRun, home: string): Record<string, string> {
  return {
    PATH: path,
    HOME: home,
    LANG: 'C.UTF-8',
    FENCE_ACTION: run.action,
    FENCE_NODE: run.node,
    FENCE_ID: run.machineID,
    FENCE_ATTEMPT: String(run.attempt),
    // Rounded down, so that a script that keeps its limit ends before it is killed.
    FENCE_TIMEOUT: String(Math.max(1, Math.floor(run.timeout / 1_000))),
    ...Object.fromEntries(Object.entries(run.parameters).map(([name, value]) => [variableFor(name), value])),
  };
}
