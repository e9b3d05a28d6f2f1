import type { Api } from '../kube/api.ts';
import type { Leadership } from '../kube/election.ts';
import type { ActionRecord, Outcome } from '../model/decision.ts';
import type { Clock } from '../model/time.ts';
import type { PowerBoard } from './power.ts';
import type { ScriptRunner } from './scripts/runner.ts';

/** What every action is given. Nothing in this folder makes a client, a clock or a process of its own. */
export interface Parts {
  readonly api: Api;
  readonly leadership: Leadership;
  readonly scripts: ScriptRunner;
  readonly power: PowerBoard;
  readonly clock: Clock;
  /** Namespace of our Leases. */
  readonly namespace: string;
  /** For what ends after the action that began it: a script's outcome. */
  report(record: ActionRecord): void;
  /** Aborts when leadership is lost or the process is told to stop: running scripts are killed with their children. */
  readonly stopping: AbortSignal;
}

export const skipped = (because: string): Outcome => ({ kind: 'skipped', because });

export const done = (...records: readonly ActionRecord[]): Outcome => ({ kind: 'done', records });
