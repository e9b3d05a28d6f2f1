import { describe, expect, test } from 'vitest';
import type { CycleSummary, Eviction, RebalanceEntry } from '../model/rebalancing.ts';
import { fakeClock } from '../../test/fakes/clock.ts';
import type { EventToWrite } from './kubernetes-events.ts';
import { makeLog } from './log.ts';
import { makeMetrics } from './metrics.ts';
import { rebalanceReporter } from './rebalancing.ts';

const eviction: Eviction = { pod: { namespace: 'shop', name: 'web-1', uid: 'u1' }, node: 'n1', profile: 'p', strategy: 'PodLifeTime', because: 'it is old' };
const totals = { evicted: 0, blocked: 0, gone: 0, failed: 0, limited: 0 };
const evicted: RebalanceEntry = { kind: 'eviction', eviction, answer: { kind: 'evicted' }, dryRun: false };
const blocked: RebalanceEntry = { kind: 'eviction', eviction, answer: { kind: 'blocked', because: 'the budget says no' }, dryRun: false };
const limited: RebalanceEntry = { kind: 'limited', eviction, limit: 'maxNoOfPodsToEvictTotal', because: 'total eviction limit exceeded (1)', dryRun: false };

function told(failureEvents: boolean, ...entries: RebalanceEntry[]): { events: EventToWrite[]; lines: string[] } {
  const events: EventToWrite[] = [];
  const lines: string[] = [];
  const clock = fakeClock();
  const log = makeLog({ level: 'warn', format: 'text' }, clock, { write: (line) => void lines.push(line) });
  const record = rebalanceReporter({ events: { write: (event) => void events.push(event), flush: () => Promise.resolve(), dropped: 0 }, metrics: makeMetrics(), log, clock, failureEvents });
  for (const entry of entries) record(entry);
  return { events, lines };
}

describe('what a rebalance run leaves behind', () => {
  test('an Event about the pod for each eviction, in the words of the reference and with our reason', () => {
    expect(told(false, evicted).events).toMatchObject([
      { type: 'Normal', reason: 'PodLifeTime', action: 'Descheduled', reporter: 'sigs.k8s.io.descheduler', note: 'pod eviction from n1 node by sigs.k8s.io/descheduler: it is old', regarding: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'u1' } },
    ]);
  });

  test('a warning for each that was refused or limited, only where evictionFailureEventNotification asks for it', () => {
    expect(told(false, blocked, limited).events).toEqual([]);
    const begins = 'pod eviction from n1 node by sigs.k8s.io/descheduler failed: ';
    expect(told(true, blocked, limited).events).toMatchObject([
      { type: 'Warning', reason: 'EvictionFailed', action: 'Descheduled', note: `${begins}the budget says no: it is old` },
      { type: 'Warning', reason: 'EvictionFailed', action: 'Descheduled', note: `${begins}total eviction limit exceeded (1): it is old` },
    ]);
  });

  test('no Event of a dry run', () => {
    expect(told(true, { ...evicted, dryRun: true }, { ...limited, dryRun: true }).events).toEqual([]);
  });

  test('a line for a strategy that could not work, since it leaves nothing else', () => {
    const summary: CycleSummary = { nodes: 3, pods: 9, totals, stopped: undefined, strategies: [{ profile: 'p', strategy: 'LowNodeUtilization', tally: totals, refused: {}, failed: 'Prometheus gave no answer' }] };
    expect(told(false, { kind: 'finished', summary, dryRun: false }).lines.join('')).toContain('LowNodeUtilization could not work in this cycle: Prometheus gave no answer');
  });
});
