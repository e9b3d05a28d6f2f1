import { describe, expect, test } from 'vitest';
import type { NodeRecord, Taint } from '../../src/model/cluster.ts';
import { aNode, aTaint, nodes } from '../../test/builders/node.ts';
import { anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aPolicy, type Case, evictedBy, facts, limitedBy, perNode, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { removePodsViolatingNodeTaints } from './strategy.ts';

/** `n1` with these taints, and `n2` without any. */
const tainted = (...taints: Taint[]): NodeRecord[] => [aNode({ name: 'n1', taints }), aNode({ name: 'n2' })];
const hard = (key: string, value?: string): Taint => aTaint({ key, ...(value === undefined ? {} : { value }) });
const soft = aTaint({ key: 'k', value: 'v', effect: 'PreferNoSchedule' });
const two = tainted(hard('k', 'v'), hard('k', 'w'));
const onePod = [aPod()];

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'NT-1: a taint that the pod does not tolerate', nodes: tainted(hard('k', 'v')), pods: onePod, evicted: ['web-1'] },
  { title: 'NT-2: NoExecute never counts', nodes: tainted(aTaint({ key: 'k', value: 'v', effect: 'NoExecute' })), pods: onePod, evicted: [] },
  { title: 'not even with the flag', nodes: tainted(aTaint({ effect: 'NoExecute' })), args: { includePreferNoSchedule: true }, pods: onePod, evicted: [] },
  { title: 'NT-3: PreferNoSchedule does not count', nodes: tainted(soft), pods: onePod, evicted: [] },
  { title: 'NT-3: it does with the flag', nodes: tainted(soft), args: { includePreferNoSchedule: true }, pods: onePod, evicted: ['web-1'] },
  { title: 'NT-4: an excluded taint leaves the others', nodes: two, args: { excludedTaints: ['k=v'] }, pods: onePod, evicted: ['web-1'] },
  { title: 'NT-5: an excluded key excludes all of its values', nodes: two, args: { excludedTaints: ['k'] }, pods: onePod, evicted: [] },
  { title: 'NT-6: a taint that is not included', nodes: tainted(hard('k', 'v')), args: { includedTaints: ['decom'] }, pods: onePod, evicted: [] },
  { title: 'a taint that is included by key and value', nodes: tainted(hard('k', 'v')), args: { includedTaints: ['k=v'] }, pods: onePod, evicted: ['web-1'] },
  { title: 'NT-7: an empty list includes nothing', nodes: tainted(hard('k', 'v')), args: { includedTaints: [] }, pods: onePod, evicted: [] },
  { title: 'null is no list', nodes: tainted(hard('k', 'v')), args: { includedTaints: null }, pods: onePod, evicted: ['web-1'] },
  { title: 'NT-8: a cordoned node is emptied', nodes: [aNode({ name: 'n1', unschedulable: true, taints: [hard('node.kubernetes.io/unschedulable')] }), aNode({ name: 'n2' })], pods: onePod, evicted: ['web-1'] },
  { title: 'NT-9: an entry with = never matches a taint without a value', nodes: tainted(hard('reserved')), args: { excludedTaints: ['reserved='] }, pods: onePod, evicted: ['web-1'] },
  {
    title: 'every taint that counts has to be tolerated',
    nodes: two,
    pods: [aPod({ name: 'one', tolerations: [{ key: 'k', value: 'v' }] }), aPod({ name: 'both', tolerations: [{ key: 'k', value: 'v' }, { key: 'k', value: 'w' }] }), aPod({ name: 'any', tolerations: [{ operator: 'Exists' }] })],
    evicted: ['one'],
  },
  {
    title: 'LIM-3: a full namespace does not stop the others',
    nodes: tainted(hard('k')),
    pods: [...['a', 'b', 'c'].map((name) => aPod({ name, namespace: 'ns1' })), ...['d', 'e'].map((name) => aPod({ name, namespace: 'ns2' }))],
    policy: { limits: { perNamespace: 1 } },
    evicted: ['a', 'd'],
  },
  { title: 'a full node is left for the next', nodes: [aNode({ name: 'n1', taints: [hard('k')] }), aNode({ name: 'n2', taints: [hard('k')] })], pods: [aPod({ name: 'a' }), aPod({ name: 'b' }), aPod({ name: 'c', node: 'n2' })], policy: { limits: { perNode: 1 } }, evicted: ['a', 'c'] },
  { title: 'the total limit ends it', nodes: tainted(hard('k')), pods: [aPod({ name: 'a' }), aPod({ name: 'b' })], policy: { limits: { total: 1 } }, evicted: ['a'] },
  { title: 'finished pods are left alone', nodes: tainted(hard('k')), pods: [aPod({ phase: 'Succeeded' }), aPod({ name: 'b', phase: 'Failed' })], evicted: [] },
  { title: 'DefaultEvictor protects', nodes: tainted(hard('k')), pods: [aPod({ volumes: [{ kind: 'emptyDir' }] })], evicted: [] },
  { title: 'a pod without containers and one with 64 owners are pods like others', nodes: tainted(hard('k')), pods: [aPod({ name: 'bare', containers: [] }), aPod({ name: 'owned', owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) })], evicted: ['bare', 'owned'] },
  { title: 'namespaces and labels restrict it', nodes: tainted(hard('k')), args: { namespaces: { include: ['x'] }, labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, pods: [aPod({ name: 'a', labels: { app: 'a' } }), aPod({ name: 'b', namespace: 'x' }), aPod({ name: 'c', namespace: 'x', labels: { app: 'a' } })], evicted: ['c'] },
];

describe('RemovePodsViolatingNodeTaints', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(removePodsViolatingNodeTaints, given)).toEqual(evicted);
  });

  test('a node that has reached its limit is not tried again', () => {
    expect(limitedBy(removePodsViolatingNodeTaints, { nodes: tainted(hard('k')), pods: pods(4, 'n1'), policy: { limits: { perNode: 1 } } })).toBe(1);
  });

  test('says why pods go and stay', () => {
    const given = [aPod(), aPod({ name: 'tolerant', tolerations: [{ key: 'k', operator: 'Exists' }] }), aPod({ name: 'elsewhere', node: 'n2' })];
    const cluster = { nodes: tainted(hard('k', 'v'), hard('k')), pods: given };
    const { tried } = runCycle({ facts: facts(cluster), policy: aPolicy(removePodsViolatingNodeTaints) });
    expect(tried.map(({ because }) => because)).toEqual(['shop/web-1 does not tolerate the taint k=v:NoSchedule of n1']);
    expect(staysBecause(removePodsViolatingNodeTaints, cluster)).toEqual({
      tolerant: 'it tolerates every taint of n1 that counts (k=v:NoSchedule, k:NoSchedule)',
      elsewhere: 'n2 has no taint that counts',
    });
  });

  test.each([
    ['both lists of taints', { includedTaints: ['a'], excludedTaints: ['b'] }, 'only one of includedTaints and excludedTaints can be set'],
    ['both lists of namespaces', { namespaces: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude namespaces can be set'],
    ['a selector with a bad key', { labelSelector: { matchLabels: { '-': 'a' } } }, expect.stringMatching(/^failed to get label selectors/u)],
    ['a flag that is none', { includePreferNoSchedule: 'yes' }, 'includePreferNoSchedule: true or false is required'],
    ['an unknown field', { excludeTaints: [] }, 'strict decoding error: unknown field "excludeTaints"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(removePodsViolatingNodeTaints, args)).toEqual([problem]);
  });

  test('an empty list may stand beside a full one', () => {
    expect(problemsOf(removePodsViolatingNodeTaints, { includedTaints: [], excludedTaints: ['b'] })).toEqual([]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const given = facts({ nodes: [...names.map((name) => aNode({ name, taints: [hard('k')] })), ...nodes('free-1', 'free-2')], pods: names.flatMap((node) => pods(20, node)) });
    const { evicted } = runCycle({ facts: given, policy: aPolicy(removePodsViolatingNodeTaints, {}, { evictor: { nodeFit: true } }) });
    expect(Object.keys(perNode(evicted))).toHaveLength(1_000);
    expect(evicted).toHaveLength(20_000);
  }, 30_000);
});
