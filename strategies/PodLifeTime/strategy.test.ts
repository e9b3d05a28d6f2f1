import { describe, expect, test } from 'vitest';
import type { PodRecord } from '../../src/model/cluster.ts';
import { instant } from '../../src/model/time.ts';
import { nodes } from '../../test/builders/node.ts';
import { aContainerStatus, anOwner, aPod, details, pods } from '../../test/builders/pod.ts';
import { aPolicy, type Case, evictedBy, facts, limitedBy, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { podLifeTime } from './strategy.ts';

/** A pod that is so many seconds old. */
const old = (name: string, seconds: number, given: Partial<PodRecord> = {}): PodRecord => aPod({ name, createdAt: instant(-seconds * 1_000), ...given });

const day = 86_400;
const crashing = aContainerStatus({ waiting: 'CrashLoopBackOff' });
const ended = (exitCode: number, reason = 'Error') => aContainerStatus({ terminated: { reason, exitCode } });
const completed = (minutes: number) => details({ conditions: [{ type: 'Ready', status: 'True', reason: 'PodCompleted', lastTransition: instant(-minutes * 60_000) }] });
const hourAgo = { conditions: [{ type: 'Ready', minTimeSinceLastTransitionSeconds: 3_600 }] };
const condition = (type: string, lastTransition?: number) =>
  details({ conditions: [{ type, status: 'False', reason: 'Because', lastTransition: lastTransition === undefined ? undefined : instant(lastTransition) }] });

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'PLT-1: whole seconds above the limit, the oldest first', args: { maxPodLifeTimeSeconds: 600 }, pods: [old('a', 600.9), old('b', 601), old('c', 5_000)], evicted: ['c', 'b'] },
  {
    title: 'PLT-2: a container that waits counts, an init container does not',
    args: { states: ['CrashLoopBackOff'] },
    pods: [aPod({ name: 'p1', ...details({ containers: [crashing] }) }), aPod({ name: 'p2', ...details({ initContainers: [crashing] }) })],
    evicted: ['p1'],
  },
  {
    title: 'PLT-2: an init container does when it is asked for',
    args: { states: ['CrashLoopBackOff'], includingInitContainers: true },
    pods: [aPod({ name: 'p1', ...details({ containers: [crashing] }) }), aPod({ name: 'p2', ...details({ initContainers: [crashing] }) })],
    evicted: ['p1', 'p2'],
  },
  {
    title: 'PLT-3: owners of an excluded kind protect',
    args: { maxPodLifeTimeSeconds: 60, ownerKinds: { exclude: ['Job'] } },
    pods: [old('web', 7_200), old('job', 7_200, { owners: [anOwner({ kind: 'Job' })] })],
    evicted: ['web'],
  },
  {
    title: 'PLT-4: completed for long enough',
    args: { states: ['Succeeded'], conditions: [{ reason: 'PodCompleted', status: 'True', minTimeSinceLastTransitionSeconds: 3_600 }] },
    pods: [aPod({ name: 'new', phase: 'Succeeded', ...completed(59) }), aPod({ name: 'done', phase: 'Succeeded', ...completed(61) })],
    evicted: ['done'],
  },
  { title: 'PLT-5: a container that runs again has no exit code', args: { exitCodes: [137] }, pods: [aPod(details({ containers: [aContainerStatus({ restarts: 1 })] }))], evicted: [] },
  {
    title: 'PLT-7: entries of conditions are alternatives',
    args: { conditions: [{ type: 'Ready', status: 'False' }, { reason: 'ContainersNotReady' }] },
    pods: [
      aPod({ name: 'by-type', ...condition('Ready') }),
      aPod({ name: 'by-reason', ...details({ conditions: [{ type: 'ContainersReady', status: 'True', reason: 'ContainersNotReady', lastTransition: undefined }] }) }),
      aPod({ name: 'neither', ...condition('Initialized') }),
    ],
    evicted: ['by-reason', 'by-type'],
  },
  {
    title: 'an entry of conditions asks for all of its fields in one condition',
    args: { conditions: [{ type: 'Ready', status: 'True' }] },
    pods: [aPod(details({ conditions: [{ type: 'Ready', status: 'False', reason: '', lastTransition: undefined }, { type: 'Initialized', status: 'True', reason: '', lastTransition: undefined }] }))],
    evicted: [],
  },
  {
    title: 'LIM-1: the total limit leaves the oldest',
    args: { maxPodLifeTimeSeconds: 60 },
    pods: [old('a', 100), old('b', 500), old('c', 300), old('d', 400), old('e', 200)],
    policy: { limits: { total: 2 } },
    evicted: ['b', 'd'],
  },
  {
    title: 'LIM-2: a full node does not stop the others',
    args: { maxPodLifeTimeSeconds: 60 },
    pods: [old('a', 5 * day), old('b', 4 * day), old('c', 3 * day, { node: 'n2' })],
    policy: { limits: { perNode: 1 } },
    evicted: ['a', 'c'],
  },
  { title: 'finished pods are looked at, too', args: { states: ['Succeeded', 'Failed'] }, pods: [aPod({ name: 'a', phase: 'Succeeded' }), aPod({ name: 'b', phase: 'Failed' })], evicted: ['a', 'b'] },
  { title: 'the reason of the pod is a state', args: { states: ['Evicted'] }, pods: [aPod({ phase: 'Failed', ...details({ reason: 'Evicted' }) })], evicted: ['web-1'] },
  { title: 'the reason why a container ended is a state', args: { states: ['OOMKilled'] }, pods: [aPod(details({ containers: [ended(137, 'OOMKilled')] }))], evicted: ['web-1'] },
  { title: 'ephemeral containers count for states when asked for', args: { states: ['Error'], includingEphemeralContainers: true }, pods: [aPod(details({ ephemeralContainers: [ended(1)] }))], evicted: ['web-1'] },
  { title: 'ephemeral containers do not count otherwise', args: { states: ['Error'], includingInitContainers: true }, pods: [aPod(details({ ephemeralContainers: [ended(1)] }))], evicted: [] },
  { title: 'ephemeral containers never count for exit codes', args: { exitCodes: [1], includingEphemeralContainers: true }, pods: [aPod(details({ ephemeralContainers: [ended(1)] }))], evicted: [] },
  { title: 'init containers count for exit codes when asked for', args: { exitCodes: [1], includingInitContainers: true }, pods: [aPod(details({ initContainers: [ended(1)] }))], evicted: ['web-1'] },
  { title: 'and not otherwise', args: { exitCodes: [1] }, pods: [aPod(details({ initContainers: [ended(1)] }))], evicted: [] },
  { title: 'exit code 0 is an exit code', args: { exitCodes: [0] }, pods: [aPod(details({ containers: [ended(0, 'Completed')] }))], evicted: ['web-1'] },
  {
    title: 'only owners of an included kind',
    args: { maxPodLifeTimeSeconds: 60, ownerKinds: { include: ['Job'] } },
    pods: [old('web', 100), old('job', 100, { owners: [anOwner({ kind: 'Job' })] })],
    evicted: ['job'],
  },
  {
    title: 'all kinds of arguments have to hold together',
    args: { maxPodLifeTimeSeconds: 60, states: ['Pending'], exitCodes: [1] },
    pods: [old('young', 10, { phase: 'Pending', ...details({ containers: [ended(1)] }) }), old('running', 100, details({ containers: [ended(1)] })), old('both', 100, { phase: 'Pending', ...details({ containers: [ended(1)] }) })],
    evicted: ['both'],
  },
  { title: 'a transition exactly as long ago as asked for is enough', args: hourAgo, pods: [aPod(condition('Ready', -3_600_000))], evicted: ['web-1'] },
  { title: 'a part of a second less is not', args: hourAgo, pods: [aPod(condition('Ready', -3_599_900))], evicted: [] },
  { title: 'a condition without a time of transition has not lasted', args: hourAgo, pods: [aPod(condition('Ready'))], evicted: [] },
  { title: 'nor has one that lies ahead, not even for 0 s', args: { conditions: [{ minTimeSinceLastTransitionSeconds: 0 }] }, pods: [aPod(condition('Ready', 500))], evicted: [] },
  { title: 'a pod from the future has no age', args: { maxPodLifeTimeSeconds: 0 }, pods: [old('ahead', -100), old('now', 0), old('past', 1)], evicted: ['past'] },
  { title: 'a pod without a time of creation has no age', args: { maxPodLifeTimeSeconds: 0 }, pods: [aPod({ createdAt: undefined })], evicted: [] },
  { title: 'a pod without a time of creation can go for another reason, and goes first', args: { states: ['Running'] }, pods: [old('a', 5), aPod({ name: 'b' })], evicted: ['b', 'a'] },
  { title: 'pods of one age go by node, namespace and name', args: { maxPodLifeTimeSeconds: 1 }, pods: [old('a', 9, { node: 'n2' }), old('d', 9), old('c', 9), old('e', 9, { namespace: 'any' })], evicted: ['e', 'c', 'd', 'a'] },
  { title: 'a pod without containers and one with 64 owners are pods like others', args: { states: ['Running'] }, pods: [aPod({ name: 'bare', containers: [] }), aPod({ name: 'owned', owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) })], evicted: ['bare', 'owned'] },
  { title: 'namespaces and labels restrict it', args: { states: ['Running'], namespaces: { exclude: ['shop'] }, labelSelector: { matchLabels: { app: 'a' } } }, pods: [aPod({ name: 'in-shop', labels: { app: 'a' } }), aPod({ name: 'other-label', namespace: 'x' }), aPod({ name: 'wanted', namespace: 'x', labels: { app: 'a' } })], evicted: ['wanted'] },
  { title: 'DefaultEvictor protects', args: { states: ['Running'] }, pods: [aPod({ volumes: [{ kind: 'emptyDir' }] })], evicted: [] },
];

describe('PodLifeTime', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(podLifeTime, given)).toEqual(evicted);
  });

  test('a node that has reached its limit is tried with each of its pods, since pods of all nodes are in one order', () => {
    expect(limitedBy(podLifeTime, { args: { states: ['Running'] }, pods: pods(4, 'n1'), policy: { limits: { perNode: 1 } } })).toBe(3);
  });

  test('says why with the deciding figures', () => {
    const given = facts({ nodes: nodes('n1', 'n2'), pods: [old('web-1', 700, details({ containers: [crashing] }))] });
    const { tried } = runCycle({ facts: given, policy: aPolicy(podLifeTime, { maxPodLifeTimeSeconds: 600, states: ['CrashLoopBackOff'] }) });
    expect(tried[0]?.because).toBe('shop/web-1 has an age of 700 s, above maxPodLifeTimeSeconds (600) and is in the state CrashLoopBackOff');
  });

  test('says why the others stay', () => {
    const args = { maxPodLifeTimeSeconds: 600, ownerKinds: { exclude: ['Job'] }, conditions: [{ type: 'Ready' }], exitCodes: [1, 2] };
    const running = [old('young', 100), old('job', 700, { owners: [anOwner({ kind: 'Job' })] }), old('well', 700), old('codeless', 700, condition('Ready')), aPod({ name: 'ageless' })];
    expect(staysBecause(podLifeTime, { args, pods: running })).toEqual({
      young: 'its age of 100 s is not above maxPodLifeTimeSeconds (600)',
      job: 'its owner is a Job, which ownerKinds.exclude lists',
      well: 'none of its conditions matches an entry of conditions',
      codeless: 'no container of it has ended with one of exitCodes (1, 2)',
      ageless: 'its unknown age is not above maxPodLifeTimeSeconds (600)',
    });
  });

  test('details are fetched only for arguments that need them', () => {
    const needs = (args: object): unknown => podLifeTime.needs?.(args);
    expect([needs({ maxPodLifeTimeSeconds: 1 }), needs({ states: ['Running'] }), needs({ conditions: [{}] }), needs({ exitCodes: [1] })]).toEqual([false, true, true, true].map((podDetails) => ({ podDetails })));
  });

  test.each([
    ['PLT-6: owner kinds alone', { ownerKinds: { include: ['Job'] } }, 'at least one of maxPodLifeTimeSeconds, states, conditions and exitCodes must be given'],
    ['empty lists', { states: [], conditions: [], exitCodes: [] }, 'at least one of maxPodLifeTimeSeconds, states, conditions and exitCodes must be given'],
    ['POL-8: a negative age', { maxPodLifeTimeSeconds: -1 }, 'maxPodLifeTimeSeconds: must not be negative'],
    ['a fraction of a second', { maxPodLifeTimeSeconds: 1.5 }, 'maxPodLifeTimeSeconds: a whole number is required'],
    ['both lists of kinds', { maxPodLifeTimeSeconds: 1, ownerKinds: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude ownerKinds can be set'],
    ['both lists of namespaces', { maxPodLifeTimeSeconds: 1, namespaces: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude namespaces can be set'],
    ['a condition that asks for nothing', { conditions: [{ type: '' }] }, 'conditions[0]: at least one of type, status, reason and minTimeSinceLastTransitionSeconds must be set'],
    ['a state that nobody knows', { states: ['Tired'] }, expect.stringMatching(/^states: "Tired" is not one of Running, /u)],
    ['a selector with a bad operator', { maxPodLifeTimeSeconds: 1, labelSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }, expect.stringMatching(/^failed to get label selectors from strategy's params: "Near"/u)],
    ['an exit code beyond 32 bits', { exitCodes: [2 ** 31] }, 'exitCodes[0]: must fit 32 bits'],
    ['an unknown field', { maxPodLifeTimeSeconds: 1, podStatusPhases: [] }, 'strict decoding error: unknown field "podStatusPhases"'],
    ['an unknown field of a condition', { conditions: [{ type: 'a', kind: 'b' }] }, 'strict decoding error: unknown field "conditions[0].kind"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(podLifeTime, args)).toEqual([problem]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const running = names.flatMap((node, at) => pods(20, node, { createdAt: instant(-(at + 1) * 1_000), ...details({ containers: [crashing] }) }));
    const { evicted } = runCycle({ facts: facts({ nodes: nodes(...names), pods: running }), policy: aPolicy(podLifeTime, { maxPodLifeTimeSeconds: 500, states: ['CrashLoopBackOff'] }, { evictor: { nodeFit: true } }) });
    expect(evicted).toHaveLength(10_000);
    expect(evicted[0]?.node).toBe('n999');
  }, 30_000);
});
