import type { Decision, Ending } from '../decide/rebalancing/explanation.ts';
import type { NodeReport } from '../decide/rebalancing/node-report.ts';
import type { CycleSummary, RebalanceEntry } from '../model/rebalancing.ts';
import { table } from './table.ts';

export interface FinishedRun {
  readonly entries: readonly RebalanceEntry[];
  readonly summary: CycleSummary;
  readonly dryRun: boolean;
  /** What programs get besides: see `docs/rebalancing.md`. */
  readonly report?: RunReport;
}

export interface RunReport {
  /** The moment that ages are counted from. */
  readonly now: string;
  readonly nodes: readonly NodeReport[];
  /** What strategies say of the cycle as a whole. */
  readonly said: readonly Ending[];
  /** `namespace/name` → the chain of decisions; only when it was asked for. */
  readonly pods?: Readonly<Record<string, readonly Decision[]>>;
}

/** What a run did, for people or for programs. */
export function printRun(run: FinishedRun, format: 'table' | 'json'): string {
  const rows = run.entries.flatMap(rowOf);
  const warnings = [...run.entries.flatMap((entry) => (entry.kind === 'warning' ? [entry.because] : [])), ...failures(run.summary)];
  if (format === 'json') {
    const { now, ...report } = run.report ?? {};
    return `${JSON.stringify({ dryRun: run.dryRun, now, evictions: rows, warnings, summary: run.summary, ...report }, undefined, 2)}\n`;
  }
  const columns = rows.map(({ node, pod, strategy, outcome, because }) => [node, pod, strategy, outcome, because]);
  const lines = [...failures(run.summary), ...ends(run.summary), ...refusedLines(run.summary), verdict(run)];
  return `${rows.length === 0 ? '' : `${table(['NODE', 'POD', 'STRATEGY', 'OUTCOME', 'WHY'], columns)}\n`}${lines.join('\n')}\n`;
}

interface Row {
  readonly node: string;
  readonly pod: string;
  readonly profile: string;
  readonly strategy: string;
  readonly outcome: string;
  readonly because: string;
}

function rowOf(entry: RebalanceEntry): Row[] {
  if (entry.kind !== 'eviction' && entry.kind !== 'limited') return [];
  const { pod, node, profile, strategy, because } = entry.eviction;
  const says = entry.kind === 'limited' ? entry.because : 'because' in entry.answer ? entry.answer.because : because;
  const outcome = entry.kind === 'limited' ? 'limited' : entry.dryRun ? 'would evict' : entry.answer.kind;
  return [{ node, pod: `${pod.namespace}/${pod.name}`, profile, strategy, outcome, because: says }];
}

/** Strategies that could not work: what they would have done is missing. */
const failures = ({ strategies }: CycleSummary): string[] => strategies.flatMap(({ profile, strategy, failed }) => (failed === undefined ? [] : [`${profile}/${strategy} could not work: ${failed}`]));

/** Why strategies had nothing to do, or nothing more. */
const ends = ({ strategies }: CycleSummary): string[] => strategies.flatMap(({ profile, strategy, ended }) => (ended === undefined ? [] : [`${profile}/${strategy}: ${ended}`]));

function refusedLines({ strategies }: CycleSummary): string[] {
  return strategies.flatMap(({ profile, strategy, refused }) => {
    const counts = Object.entries(refused).map(([cause, pods]) => `${pods} ${cause}`);
    return counts.length === 0 ? [] : [`${profile}/${strategy} left alone: ${counts.join(', ')}`];
  });
}

function verdict({ summary, dryRun }: FinishedRun): string {
  const { evicted, blocked, gone, failed, limited } = summary.totals;
  const parts = [`${dryRun ? 'Dry run: would evict' : 'Evicted'} ${evicted}`, `blocked ${blocked}`, `gone ${gone}`, `failed ${failed}`, `limited ${limited}`];
  const looked = summary.nodes === 0 && summary.pods === 0 ? '' : `; looked at ${count(summary.pods, 'pod')} on ${count(summary.nodes, 'node')}`;
  return `${parts.join(', ')}${looked}${summary.stopped === undefined ? '' : `. Stopped: ${summary.stopped.because}`}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
