import { describe, expect, test } from 'vitest';
import type { PodRecord } from '../../src/model/cluster.ts';
import { instant } from '../../src/model/time.ts';
import { nodes } from '../../test/builders/node.ts';
import { aContainerStatus, anOwner, aPod, details, pods } from '../../test/builders/pod.ts';
import { aPolicy, type Case, evictedBy, facts, limitedBy, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { removeFailedPods } from './strategy.ts';

const failed = (name: string, given: Partial<PodRecord> = {}): PodRecord => aPod({ name, phase: 'Failed', ...given });
/** A failed pod that is so many seconds old. */
const old = (name: string, seconds: number): PodRecord => failed(name, { createdAt: instant(-seconds * 1_000) });
const ended = (exitCode: number, reason = 'Error') => aContainerStatus({ terminated: { reason, exitCode } });
const initFailed = failed('a', details({ initContainers: [ended(1)] }));

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'FP-1: an hour old or older by default', pods: [old('a', 3_599), old('b', 3_600)], evicted: ['b'] },
  { title: 'FP-2: the reason of the pod', args: { minPodLifetimeSeconds: 0, reasons: ['Evicted'] }, pods: [failed('a', details({ reason: 'Evicted' }))], evicted: ['a'] },
  {
    title: 'FP-3: reasons and exit codes may come from two containers',
    args: { minPodLifetimeSeconds: 0, reasons: ['OOMKilled'], exitCodes: [1] },
    pods: [failed('a', details({ containers: [ended(137, 'OOMKilled'), ended(1)] }))],
    evicted: ['a'],
  },
  { title: 'but both are needed', args: { minPodLifetimeSeconds: 0, reasons: ['OOMKilled'], exitCodes: [1] }, pods: [failed('a', details({ containers: [ended(137, 'OOMKilled')] })), failed('b', details({ containers: [ended(1)] }))], evicted: [] },
  { title: 'FP-4: init containers do not count', args: { minPodLifetimeSeconds: 0, exitCodes: [1] }, pods: [initFailed], evicted: [] },
  { title: 'FP-4: they do when asked for', args: { minPodLifetimeSeconds: 0, exitCodes: [1], includingInitContainers: true }, pods: [initFailed], evicted: ['a'] },
  { title: 'reasons of init containers count when asked for', args: { minPodLifetimeSeconds: 0, reasons: ['Error'], includingInitContainers: true }, pods: [initFailed], evicted: ['a'] },
  { title: 'FP-5: an excluded kind of owner', args: { minPodLifetimeSeconds: 0, excludeOwnerKinds: ['Job'] }, pods: [failed('a', { owners: [anOwner({ kind: 'Job' })] }), failed('b')], evicted: ['b'] },
  { title: 'the reason why a container waits counts', args: { minPodLifetimeSeconds: 0, reasons: ['ErrImagePull'] }, pods: [failed('a', details({ containers: [aContainerStatus({ waiting: 'ErrImagePull' })] }))], evicted: ['a'] },
  { title: 'a reason that is not given is none', args: { minPodLifetimeSeconds: 0, reasons: [''] }, pods: [failed('a', details({ containers: [aContainerStatus({ waiting: '' })] }))], evicted: [] },
  { title: 'ephemeral containers never count', args: { minPodLifetimeSeconds: 0, reasons: ['Error'], includingInitContainers: true }, pods: [failed('a', details({ ephemeralContainers: [ended(1)] }))], evicted: [] },
  { title: 'only failed pods', args: { minPodLifetimeSeconds: 0 }, pods: ['Running', 'Pending', 'Succeeded', 'Unknown', ''].map((phase) => aPod({ name: `pod-${phase}`, phase })), evicted: [] },
  { title: 'bare pods stay by default', args: { minPodLifetimeSeconds: 0 }, pods: [failed('a', { owners: [] })], evicted: [] },
  { title: 'bare pods go without FailedBarePods', args: { minPodLifetimeSeconds: 0 }, pods: [failed('a', { owners: [] })], policy: { evictor: { podProtections: { defaultDisabled: ['FailedBarePods'] } } }, evicted: ['a'] },
  { title: 'a pod from the future or of unknown age is never old enough', args: { minPodLifetimeSeconds: 1 }, pods: [old('ahead', -100), failed('unknown')], evicted: [] },
  { title: 'with a least age of 0 no age is asked', args: { minPodLifetimeSeconds: 0 }, pods: [old('ahead', -100), failed('unknown')], evicted: ['ahead', 'unknown'] },
  { title: 'a full node is left for the next', args: { minPodLifetimeSeconds: 0 }, pods: [failed('a'), failed('b'), failed('c', { node: 'n2' })], policy: { limits: { perNode: 1 } }, evicted: ['a', 'c'] },
  { title: 'a full namespace does not stop the others', args: { minPodLifetimeSeconds: 0 }, pods: [failed('a'), failed('b'), failed('c', { namespace: 'x' })], policy: { limits: { perNamespace: 1 } }, evicted: ['a', 'c'] },
  { title: 'the total limit ends it', args: { minPodLifetimeSeconds: 0 }, pods: [failed('a'), failed('b')], policy: { limits: { total: 1 } }, evicted: ['a'] },
  { title: 'a pod without containers and one with 64 owners are pods like others', args: { minPodLifetimeSeconds: 0 }, pods: [failed('bare', { containers: [] }), failed('owned', { owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) })], evicted: ['bare', 'owned'] },
  { title: 'namespaces and labels restrict it', args: { minPodLifetimeSeconds: 0, namespaces: { exclude: ['shop'] }, labelSelector: { matchLabels: { app: 'a' } } }, pods: [failed('a', { labels: { app: 'a' } }), failed('b', { namespace: 'x' }), failed('c', { namespace: 'x', labels: { app: 'a' } })], evicted: ['c'] },
];

describe('RemoveFailedPods', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(removeFailedPods, given)).toEqual(evicted);
  });

  test('a node that has reached its limit is not tried again', () => {
    expect(limitedBy(removeFailedPods, { args: { minPodLifetimeSeconds: 0 }, pods: pods(4, 'n1', { phase: 'Failed' }), policy: { limits: { perNode: 1 } } })).toBe(1);
  });

  test('says why pods go and stay, with the deciding figures', () => {
    const args = { excludeOwnerKinds: ['Job'], reasons: ['Evicted'] };
    const given = [
      { ...old('goes', 4_000), ...details({ reason: 'Evicted' }) },
      old('young', 100),
      { ...old('job', 4_000), owners: [anOwner({ kind: 'Job' })] },
      old('other', 4_000),
      aPod({ name: 'runs', volumes: [{ kind: 'emptyDir' }] }),
    ];
    const { tried, summary } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: given }), policy: aPolicy(removeFailedPods, args) });
    expect(tried.map(({ because }) => because)).toEqual(['shop/goes is Failed with an age of 4000 s, minPodLifetimeSeconds is 3600 and has the reason Evicted']);
    expect(summary.strategies[0]?.refused).toEqual({});
    expect(staysBecause(removeFailedPods, { args, pods: given })).toEqual({
      young: 'its age of 100 s is below minPodLifetimeSeconds (3600)',
      job: 'its owner is a Job, which excludeOwnerKinds lists',
      other: 'neither it nor a container of it has one of reasons (Evicted)',
      runs: 'its phase is Running, not Failed',
    });
  });

  test('details are fetched only for arguments that need them', () => {
    const needs = (args: object): unknown => removeFailedPods.needs?.({ minPodLifetimeSeconds: 0, ...args });
    expect([needs({}), needs({ reasons: ['a'] }), needs({ exitCodes: [1] })]).toEqual([false, true, true].map((podDetails) => ({ podDetails })));
  });

  test.each([
    ['a negative age', { minPodLifetimeSeconds: -1 }, 'minPodLifetimeSeconds: must not be negative'],
    ['an exit code that is no number', { exitCodes: ['1'] }, 'exitCodes[0]: a whole number is required'],
    ['both lists of namespaces', { namespaces: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude namespaces can be set'],
    ['a selector without values', { labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }, expect.stringMatching(/^failed to get label selectors/u)],
    ['an unknown field', { minPodLifeTimeSeconds: 1 }, 'strict decoding error: unknown field "minPodLifeTimeSeconds"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(removeFailedPods, args)).toEqual([problem]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const running = names.flatMap((node, at) => pods(20, node, { phase: at % 2 === 0 ? 'Failed' : 'Running' }));
    const { evicted } = runCycle({ facts: facts({ nodes: nodes(...names), pods: running }), policy: aPolicy(removeFailedPods, { minPodLifetimeSeconds: 0 }, { evictor: { nodeFit: true } }) });
    expect(evicted).toHaveLength(10_000);
  }, 30_000);
});
