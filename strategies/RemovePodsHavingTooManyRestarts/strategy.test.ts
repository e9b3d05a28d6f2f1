import { describe, expect, test } from 'vitest';
import { use } from '../../src/decide/rebalancing/policy.ts';
import type { ContainerStatus, PodRecord } from '../../src/model/cluster.ts';
import { instant } from '../../src/model/time.ts';
import { nodes } from '../../test/builders/node.ts';
import { aContainerStatus, anOwner, aPod, details, pods } from '../../test/builders/pod.ts';
import { anEvictor, aPolicy, type Case, evictedBy, facts, limitedBy, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { podLifeTime } from '../PodLifeTime/strategy.ts';
import { removePodsHavingTooManyRestarts } from './strategy.ts';

const restarted = (...counts: number[]): ContainerStatus[] => counts.map((restarts) => aContainerStatus({ restarts }));
/** A pod whose one container was restarted so often. */
const failing = (name: string, restarts: number, given: Partial<PodRecord> = {}): PodRecord => aPod({ name, ...details({ containers: restarted(restarts) }), ...given });
const crashing = aContainerStatus({ restarts: 8, waiting: 'CrashLoopBackOff' });
const tmr2 = aPod(details({ containers: restarted(5, 4), initContainers: restarted(3) }));

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'TMR-1: the restarts of all containers count together', args: { podRestartThreshold: 10 }, pods: [aPod(details({ containers: restarted(6, 4) }))], evicted: ['web-1'] },
  { title: 'TMR-2: those of init containers do not', args: { podRestartThreshold: 10 }, pods: [tmr2], evicted: [] },
  { title: 'TMR-2: they do when asked for', args: { podRestartThreshold: 10, includingInitContainers: true }, pods: [tmr2], evicted: ['web-1'] },
  { title: 'TMR-3: within a limit those with the most go', args: { podRestartThreshold: 5 }, pods: [failing('a', 7), failing('b', 12), failing('c', 9)], policy: { limits: { perNode: 2 } }, evicted: ['b', 'c'] },
  { title: 'TMR-4: a pod that runs now is not in CrashLoopBackOff', args: { podRestartThreshold: 5, states: ['CrashLoopBackOff'] }, pods: [failing('a', 8)], evicted: [] },
  { title: 'one whose container waits is', args: { podRestartThreshold: 5, states: ['CrashLoopBackOff'] }, pods: [aPod(details({ containers: [crashing] }))], evicted: ['web-1'] },
  { title: 'a container that has ended does not wait', args: { podRestartThreshold: 5, states: ['CrashLoopBackOff'] }, pods: [aPod(details({ containers: [aContainerStatus({ restarts: 8, terminated: { reason: 'CrashLoopBackOff', exitCode: 1 } })] }))], evicted: [] },
  { title: 'an init container that waits counts when asked for', args: { podRestartThreshold: 5, states: ['CrashLoopBackOff'], includingInitContainers: true }, pods: [aPod(details({ initContainers: [crashing] }))], evicted: ['web-1'] },
  { title: 'and not otherwise', args: { podRestartThreshold: 5, states: ['CrashLoopBackOff'] }, pods: [aPod(details({ containers: restarted(8), initContainers: [crashing] }))], evicted: [] },
  { title: 'the phase is a state', args: { podRestartThreshold: 5, states: ['Running'] }, pods: [failing('a', 8), failing('b', 8, { phase: 'Pending' })], evicted: ['a'] },
  { title: 'nodes are taken by name; a full one is left for the next', args: { podRestartThreshold: 5 }, pods: [failing('a', 5, { node: 'n2' }), failing('b', 5), failing('c', 6)], policy: { limits: { perNode: 1 } }, evicted: ['c', 'a'] },
  { title: 'the total limit ends it', args: { podRestartThreshold: 5 }, pods: [failing('a', 5), failing('b', 6), failing('c', 7, { node: 'n2' })], policy: { limits: { total: 1 } }, evicted: ['b'] },
  { title: 'equal sums go by name', args: { podRestartThreshold: 5 }, pods: [failing('b', 5), failing('a', 5)], evicted: ['a', 'b'] },
  { title: 'finished pods are looked at, too', args: { podRestartThreshold: 5 }, pods: [failing('a', 5, { phase: 'Failed' })], evicted: ['a'] },
  { title: 'a pod of which no status is known, or without containers, has no restarts', args: { podRestartThreshold: 1 }, pods: [aPod(), aPod({ name: 'bare', containers: [], ...details() })], evicted: [] },
  { title: 'a pod with 64 owners is a pod like others', args: { podRestartThreshold: 1 }, pods: [failing('a', 1, { owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) })], evicted: ['a'] },
  { title: 'namespaces and labels restrict it', args: { podRestartThreshold: 1, namespaces: { include: ['x'] }, labelSelector: { matchLabels: { app: 'a' } } }, pods: [failing('a', 1, { labels: { app: 'a' } }), failing('b', 1, { namespace: 'x' }), failing('c', 1, { namespace: 'x', labels: { app: 'a' } })], evicted: ['c'] },
];

describe('RemovePodsHavingTooManyRestarts', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(removePodsHavingTooManyRestarts, given)).toEqual(evicted);
  });

  test('LIM-4: a total limit used up by one strategy leaves nothing for the next', () => {
    const profile = {
      name: 'p',
      evictor: anEvictor(),
      deschedule: [use(removePodsHavingTooManyRestarts, { podRestartThreshold: 1 }), use(podLifeTime, { maxPodLifeTimeSeconds: 1 })],
      balance: [],
    };
    const policy = aPolicy(podLifeTime, { maxPodLifeTimeSeconds: 1 }, { limits: { total: 1 }, policy: { profiles: [profile] } });
    const running = [failing('a', 1, { createdAt: instant(-9_000) }), failing('b', 0, { createdAt: instant(-9_000) })];
    const { evicted, summary } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy });
    expect(evicted.map(({ pod, strategy }) => [pod.name, strategy])).toEqual([['a', 'RemovePodsHavingTooManyRestarts']]);
    expect(summary.strategies.map(({ tally }) => [tally.evicted, tally.limited])).toEqual([[1, 0], [0, 1]]);
  });

  test('LIM-5: an eviction that the API server rejects does not use up the limit', () => {
    const given = { facts: facts({ nodes: nodes('n1', 'n2'), pods: [failing('a', 3), failing('b', 2), failing('c', 1)] }), policy: aPolicy(removePodsHavingTooManyRestarts, { podRestartThreshold: 1 }, { limits: { perNode: 1 } }) };
    const { evicted, tried } = runCycle(given, ({ pod }) => (pod.name === 'a' ? { kind: 'blocked', because: 'the budget' } : { kind: 'evicted' }));
    expect(tried.map(({ pod }) => pod.name)).toEqual(['a', 'b']);
    expect(evicted.map(({ pod }) => pod.name)).toEqual(['b']);
  });

  test('a node that has reached its limit is not tried again', () => {
    expect(limitedBy(removePodsHavingTooManyRestarts, { args: { podRestartThreshold: 5 }, pods: pods(4, 'n1', details({ containers: restarted(5) })), policy: { limits: { perNode: 1 } } })).toBe(1);
  });

  test('says why pods go and stay, with the deciding figures', () => {
    const args = { podRestartThreshold: 5, states: ['CrashLoopBackOff'] };
    const running = [aPod(details({ containers: [crashing] })), failing('few', 4), failing('runs', 8)];
    const { tried } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy: aPolicy(removePodsHavingTooManyRestarts, args) });
    expect(tried.map(({ because }) => because)).toEqual(['shop/web-1 has 8 restarts, podRestartThreshold is 5 and is in the state CrashLoopBackOff']);
    expect(staysBecause(removePodsHavingTooManyRestarts, { args, pods: running })).toEqual({
      few: 'its 4 restarts are fewer than podRestartThreshold (5)',
      runs: 'its phase is Running and no container of it waits for one of states (CrashLoopBackOff)',
    });
  });

  test('needs the details of pods', () => {
    expect(removePodsHavingTooManyRestarts.needs?.({ podRestartThreshold: 1 })).toEqual({ podDetails: true });
  });

  test.each([
    ['no threshold', {}, 'invalid podRestartThreshold: it must be at least 1, not 0'],
    ['a negative threshold', { podRestartThreshold: -1 }, 'invalid podRestartThreshold: it must be at least 1, not -1'],
    ['a threshold beyond 32 bits', { podRestartThreshold: 2 ** 31 }, 'podRestartThreshold: must fit 32 bits'],
    ['another state', { podRestartThreshold: 1, states: ['Pending'] }, 'states: "Pending" is not one of Running, CrashLoopBackOff'],
    ['a selector with a bad operator', { podRestartThreshold: 1, labelSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } }, expect.stringMatching(/"Gt" is not a valid label selector operator/u)],
    ['an unknown field', { podRestartThresholds: 1 }, 'strict decoding error: unknown field "podRestartThresholds"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(removePodsHavingTooManyRestarts, args)).toEqual([problem]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const running = names.flatMap((node) => pods(20, node).map((pod, at) => ({ ...pod, ...details({ containers: restarted(at) }) })));
    const { evicted } = runCycle({ facts: facts({ nodes: nodes(...names), pods: running }), policy: aPolicy(removePodsHavingTooManyRestarts, { podRestartThreshold: 10 }, { evictor: { nodeFit: true } }) });
    expect(evicted).toHaveLength(10_000);
  }, 30_000);
});
