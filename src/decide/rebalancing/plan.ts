import type { ClusterFacts, CycleSummary, RebalanceEntry } from '../../model/rebalancing.ts';
import { ClusterIndex } from './cluster-index.ts';
import { type CycleInput, rebalanceCycle } from './cycle.ts';
import { warningsBefore } from './warnings.ts';

/** What a run would do, told in the words of a dry run. */
export interface Plan {
  readonly entries: readonly RebalanceEntry[];
  readonly summary: CycleSummary;
}

/** Plays a dry run on these facts: the same facts, policy and moment give the same plan. */
export function planRebalance({ facts, ...input }: Omit<CycleInput, 'index' | 'afterEviction'> & { readonly facts: ClusterFacts }): Plan {
  const entries: RebalanceEntry[] = warningsBefore(facts);
  const cycle = rebalanceCycle({ ...input, index: new ClusterIndex(facts), afterEviction: 'gone' });
  let step = cycle.next();
  while (step.done !== true) {
    const { value } = step;
    const answer = value.kind === 'evict' ? ({ kind: 'evicted' } as const) : undefined;
    entries.push(value.kind === 'limited' ? { ...value, dryRun: true } : { kind: 'eviction', eviction: value.eviction, answer: { kind: 'evicted' }, dryRun: true });
    step = cycle.next(answer);
  }
  const summary = step.value;
  const stopped: RebalanceEntry[] = summary.stopped === undefined ? [] : [{ kind: 'stopped', ...summary.stopped, dryRun: true }];
  return { summary, entries: [...entries, ...stopped, { kind: 'finished', summary, dryRun: true }] };
}
