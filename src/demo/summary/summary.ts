import type { DemoRecord } from '../records/record.ts';
import { isOurs } from '../timeline/narrate-event.ts';
import type { Outcome } from '../story/outcome.ts';
import type { Balance } from '../story/scene.ts';
import { measured } from './figures.ts';

/** The last line of `evenkeel demo --json`. */
export type Summary = {
  readonly type: 'summary';
  /** `recovery`, or what was broken. */
  readonly story: string;
  /** Everything went as it should. */
  readonly ok: boolean;
  /** What went otherwise. */
  readonly problems: readonly string[];
  /** How long the demo took in all. */
  readonly tookSeconds: number;
  /** Kubernetes Events that evenkeel wrote. */
  readonly events: number;
  /** Every power command that the fence device received, in order, such as `off worker-1`. */
  readonly powerCommands: readonly string[];
  /** Moments at which two writers met on a disk. */
  readonly twoWriters: number;
} & (RecoverySummary | RefusalSummary | FailureSummary);

export interface RecoverySummary {
  readonly outcome: 'recovered';
  readonly outage: { readonly pod: string; readonly from: string; readonly to: string; readonly seconds: number; readonly secondsFromProof: number };
  /** What other ways cost: seconds until the volume is attached elsewhere. `doingNothing` null: it never ends by itself. */
  readonly without: { readonly doingNothing: null; readonly forceDeletingThePod: number; readonly deletingTheNode: number; readonly source: string };
  /** Ready replicas per worker. */
  readonly balance: { readonly before: Balance; readonly after: Balance };
}

export interface RefusalSummary {
  readonly outcome: 'refused';
  readonly refused: readonly string[];
  readonly because: string;
  readonly next: readonly string[];
}

/** The story did not come to its end. */
export interface FailureSummary {
  readonly outcome: 'failed';
}

export interface Facts {
  readonly story: string;
  readonly outcome: Outcome | undefined;
  /** Why there is no outcome. */
  readonly failure?: string;
  readonly records: readonly DemoRecord[];
  readonly twoWriters: number;
  readonly tookSeconds: number;
}

export function summarize({ story, outcome, failure, records, twoWriters, tookSeconds }: Facts): Summary {
  const problems = outcome?.problems ?? [failure ?? 'it did not come to its end'];
  const common = {
    type: 'summary',
    story,
    ok: problems.length === 0,
    problems,
    tookSeconds,
    events: records.filter((record) => record.type === 'event' && isOurs(record.by)).length,
    powerCommands: records.flatMap((record) => (record.type === 'device' && record.step === 'received' && !['status', 'monitor'].includes(record.command) ? [`${record.command} ${record.machine}`] : [])),
    twoWriters,
  } as const;
  if (outcome === undefined) return { ...common, outcome: 'failed' };
  if (outcome.kind === 'refused') return { ...common, outcome: 'refused', refused: outcome.refused, because: outcome.because, next: outcome.next };
  return {
    ...common,
    outcome: 'recovered',
    outage: { pod: 'search/elasticsearch-0', from: outcome.victim, to: outcome.movedTo, seconds: outcome.outage, secondsFromProof: outcome.fromProof },
    without: { doingNothing: null, ...measured },
    balance: { before: outcome.before, after: outcome.after },
  };
}
