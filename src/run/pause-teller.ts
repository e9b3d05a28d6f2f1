import type { Paused } from '../model/snapshot.ts';
import type { Reporter } from '../report/report.ts';
import type { ObjectReference } from '../report/kubernetes-events.ts';

export interface PauseTellerParts {
  readonly report: Pick<Reporter, 'tell'>;
  readonly regarding: ObjectReference;
  paused(): Paused | undefined;
  leading(): boolean;
}

/** Tells of each pause and of its end once, as long as this replica leads. A new leader that starts paused says so again. */
export function pauseTeller({ report, regarding, paused, leading }: PauseTellerParts): () => void {
  let told: string | undefined;
  return () => {
    if (!leading()) return;
    const now = paused();
    const next = now === undefined ? undefined : JSON.stringify([now.by, now.reason]);
    if (next === told) return;
    told = next;
    if (now === undefined) report.tell('Resumed', 'The pause is over: what was held is decided anew', { regarding });
    else report.tell('Paused', `${now.by} has paused evenkeel${now.reason === '' ? '' : ` (${now.reason})`}: nothing new is begun, what is under way is brought to a safe state`, { regarding, facts: { by: now.by } });
  };
}
