import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { aNode } from '../../test/builders/node.ts';
import { anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aPolicy, type Case, evictedBy, facts, limitedBy, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { removePodsViolatingNodeAffinity } from './strategy.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const requiring = { nodeAffinityType: [required] };
const preferring = { nodeAffinityType: [preferred] };

/** `a1` in zone a and `b1` in zone b. */
const a1 = aNode({ name: 'a1', labels: { zone: 'a' } });
const b1 = aNode({ name: 'b1', labels: { zone: 'b' } });
const full = (node: NodeRecord): NodeRecord => ({ ...node, allocatable: { ...node.allocatable, pods: '0' } });

const zoneIn = (...values: string[]) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values }] });
const requires = (...terms: object[]) => ({ affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: terms } } } });
const prefers = (...terms: [weight: number, preference: object][]) => ({ affinity: { nodeAffinity: { [preferred]: terms.map(([weight, preference]) => ({ weight, preference })) } } });
const onA1 = (given: Partial<PodRecord>): PodRecord[] => [aPod({ node: 'a1', ...given })];

const bothViolated = { affinity: { nodeAffinity: { ...requires(zoneIn('b')).affinity.nodeAffinity, ...prefers([1, zoneIn('b')]).affinity.nodeAffinity } } };
const toB = prefers([10, zoneIn('a')], [50, zoneIn('b')]);

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'NA-1: a required affinity that the node does not match', args: requiring, nodes: [a1, b1], pods: onA1(requires(zoneIn('b'))), evicted: ['web-1'] },
  { title: 'NA-2: not when it fits nowhere', args: requiring, nodes: [a1, full(b1)], pods: onA1(requires(zoneIn('b'))), evicted: [] },
  { title: 'NA-3: a nodeSelector alone is no affinity', args: requiring, nodes: [a1, b1], pods: onA1({ nodeSelector: { zone: 'b' } }), evicted: [] },
  { title: 'NA-4: a better node, though it is full', args: preferring, nodes: [a1, full(b1)], pods: onA1(toB), evicted: ['web-1'] },
  { title: 'NA-4: with nodeFit some other node has to fit', args: preferring, nodes: [a1, full(b1)], pods: onA1(toB), policy: { evictor: { nodeFit: true } }, evicted: [] },
  { title: 'with nodeFit it need not be the better one', args: preferring, nodes: [a1, full(b1), aNode({ name: 'c1' })], pods: onA1(toB), policy: { evictor: { nodeFit: true } }, evicted: ['web-1'] },
  { title: 'NA-5: no node is better than its own', args: preferring, nodes: [a1, b1], pods: onA1(prefers([1, zoneIn('a')])), evicted: [] },
  { title: 'NA-6: a pod that violates both goes once', args: { nodeAffinityType: [required, preferred] }, nodes: [a1, b1], pods: onA1(bothViolated), evicted: ['web-1'] },
  {
    title: 'NA-7: next to an affinity the nodeSelector counts',
    args: requiring,
    nodes: [a1, aNode({ name: 'b1', labels: { zone: 'a', disk: 'ssd' } })],
    pods: onA1({ ...requires(zoneIn('a')), nodeSelector: { disk: 'ssd' } }),
    evicted: ['web-1'],
  },
  { title: 'one matching term is enough to stay', args: requiring, nodes: [a1, b1], pods: onA1(requires(zoneIn('b'), zoneIn('a'))), evicted: [] },
  { title: 'an affinity that cannot be read is not matched, but fits nowhere', args: requiring, nodes: [a1, b1], pods: onA1(requires({ matchExpressions: [{ key: 'zone', operator: 'Near', values: ['a'] }] })), evicted: [] },
  { title: 'an affinity of which one term cannot be read and another fits elsewhere', args: requiring, nodes: [a1, b1], pods: onA1(requires({ matchExpressions: [{ key: 'zone', operator: 'Near' }] }, zoneIn('b'))), evicted: ['web-1'] },
  { title: 'an affinity without terms matches nothing, so it fits nowhere', args: requiring, nodes: [a1, b1], pods: onA1(requires()), evicted: [] },
  { title: 'an affinity to a node by its name', args: requiring, nodes: [a1, b1], pods: onA1(requires({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b1'] }] })), evicted: ['web-1'] },
  { title: 'affinities that make no sense', args: { nodeAffinityType: [required, preferred] }, nodes: [a1, b1], pods: [aPod({ node: 'a1', name: 'text', affinity: 'zone a' }), aPod({ node: 'a1', name: 'lists', affinity: { nodeAffinity: { [required]: 'x', [preferred]: [null, 'x', { weight: 'much' }] } } })], evicted: [] },
  { title: 'weights add up', args: preferring, nodes: [aNode({ name: 'a1', labels: { zone: 'a', disk: 'ssd' } }), b1], pods: onA1(prefers([30, zoneIn('a')], [30, { matchExpressions: [{ key: 'disk', operator: 'Exists' }] }], [50, zoneIn('b')])), evicted: [] },
  { title: 'an empty preference matches nothing', args: preferring, nodes: [a1, b1], pods: onA1(prefers([10, zoneIn('b')], [100, {}])), evicted: ['web-1'] },
  { title: 'a preference that cannot be read matches nothing', args: preferring, nodes: [a1, b1], pods: onA1(prefers([10, { matchExpressions: [{ key: 'zone', operator: 'Near' }] }])), evicted: [] },
  { title: 'only nodes of the cycle can be better', args: preferring, nodes: [a1, aNode({ name: 'a2', labels: { zone: 'a' } }), { ...b1, ready: 'False' }], pods: onA1(toB), evicted: [] },
  { title: 'required affinity is not looked at when only preferred is listed', args: preferring, nodes: [a1, b1], pods: onA1(requires(zoneIn('b'))), evicted: [] },
  { title: 'a type that nobody knows is passed over', args: { nodeAffinityType: ['wished', required] }, nodes: [a1, b1], pods: onA1(requires(zoneIn('b'))), evicted: ['web-1'] },
  { title: 'a full node is left for the next', args: requiring, nodes: [a1, aNode({ name: 'a2', labels: { zone: 'a' } }), b1], pods: [...pods(2, 'a1', requires(zoneIn('b'))), ...pods(2, 'a2', requires(zoneIn('b')))], policy: { limits: { perNode: 1 } }, evicted: ['web-a1-1', 'web-a2-1'] },
  { title: 'finished pods are left alone', args: requiring, nodes: [a1, b1], pods: onA1({ ...requires(zoneIn('b')), phase: 'Failed' }), evicted: [] },
  { title: 'DefaultEvictor protects', args: requiring, nodes: [a1, b1], pods: onA1({ ...requires(zoneIn('b')), volumes: [{ kind: 'hostPath' }] }), evicted: [] },
  { title: 'a pod without containers and one with 64 owners are pods like others', args: requiring, nodes: [a1, b1], pods: [...onA1({ ...requires(zoneIn('b')), containers: [] }), ...onA1({ ...requires(zoneIn('b')), name: 'web-2', owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) })], evicted: ['web-1', 'web-2'] },
  { title: 'namespaces and labels restrict it', args: { ...requiring, namespaces: { include: ['x'] }, labelSelector: { matchLabels: { app: 'a' } } }, nodes: [a1, b1], pods: [...onA1({ ...requires(zoneIn('b')), labels: { app: 'a' } }), ...onA1({ ...requires(zoneIn('b')), namespace: 'x' }), ...onA1({ ...requires(zoneIn('b')), name: 'c', namespace: 'x', labels: { app: 'a' } })], evicted: ['c'] },
];

describe('RemovePodsViolatingNodeAffinity', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(removePodsViolatingNodeAffinity, given)).toEqual(evicted);
  });

  test('NA-6: the second pass tries the pod again when nothing shows that it is going, as the reference does', () => {
    const given = { facts: facts({ nodes: [a1, b1], pods: onA1(bothViolated) }), policy: aPolicy(removePodsViolatingNodeAffinity, { nodeAffinityType: [required, preferred] }) };
    expect(runCycle({ ...given, afterEviction: 'unchanged', referenceDefects: true }).tried).toHaveLength(2);
    expect(runCycle({ ...given, afterEviction: 'unchanged' }).tried).toHaveLength(1);
    expect(runCycle({ ...given, afterEviction: 'terminating', referenceDefects: true }).tried).toHaveLength(1);
  });

  test('the total limit ends one pass; the next type is tried as well', () => {
    const policy = aPolicy(removePodsViolatingNodeAffinity, { nodeAffinityType: [required, preferred] }, { limits: { total: 1 } });
    const { summary } = runCycle({ facts: facts({ nodes: [a1, b1], pods: [...pods(3, 'a1', requires(zoneIn('b'))), ...pods(3, 'a1', { name: 'pref', ...toB })] }), policy });
    expect(summary.totals).toMatchObject({ evicted: 1, limited: 2 });
  });

  test('a node that has reached its limit is tried once more for each type', () => {
    expect(limitedBy(removePodsViolatingNodeAffinity, { args: { nodeAffinityType: [required, preferred] }, nodes: [a1, b1], pods: [...pods(4, 'a1', requires(zoneIn('b'))), ...pods(4, 'a1', { name: 'pref', ...toB })], policy: { limits: { perNode: 1 } } })).toBe(2);
  });

  test('says why pods go and stay, with the deciding figures', () => {
    const given = [
      ...onA1({ name: 'away', ...requires(zoneIn('b')) }),
      ...onA1({ name: 'better', ...toB }),
      ...onA1({ name: 'content', affinity: { nodeAffinity: { ...requires(zoneIn('a')).affinity.nodeAffinity, ...prefers([1, zoneIn('a')]).affinity.nodeAffinity } } }),
    ];
    const cluster = { nodes: [a1, b1], pods: given };
    const { tried } = runCycle({ facts: facts(cluster), policy: aPolicy(removePodsViolatingNodeAffinity, { nodeAffinityType: [required, preferred] }) });
    expect(tried.map(({ because }) => because)).toEqual([
      'shop/away requires another node than a1 by its node affinity or selector',
      'shop/better prefers b1 (weight 50) to a1 (weight 10)',
    ]);
    expect(staysBecause(removePodsViolatingNodeAffinity, { args: requiring, ...cluster })).toEqual({ better: 'it has no required node affinity', content: 'a1 matches its required node affinity' });
    expect(staysBecause(removePodsViolatingNodeAffinity, { args: { nodeAffinityType: [preferred, 'wished'] }, ...cluster })).toEqual({
      away: 'it has no preferred node affinity',
      content: 'it prefers no node to a1, whose weight is 1',
      '*': '"wished" in nodeAffinityType is no known type and is passed over',
    });
    expect(staysBecause(removePodsViolatingNodeAffinity, { args: requiring, nodes: [a1, full(b1)], pods: onA1(requires(zoneIn('b'))) })).toEqual({ 'web-1': 'it fits on none of the nodes' });
  });

  test.each([
    ['no type', {}, 'nodeAffinityType must name at least one type'],
    ['an empty list of types', { nodeAffinityType: [] }, 'nodeAffinityType must name at least one type'],
    ['both lists of namespaces', { ...requiring, namespaces: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude namespaces can be set'],
    ['a selector with a bad operator', { ...requiring, labelSelector: { matchExpressions: [{ key: 'a', operator: 'near' }] } }, expect.stringMatching(/^failed to get label selectors/u)],
    ['a type that is no list', { nodeAffinityType: required }, 'nodeAffinityType: a list of strings is required'],
    ['an unknown field', { ...requiring, nodeAffinityTypes: [] }, 'strict decoding error: unknown field "nodeAffinityTypes"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(removePodsViolatingNodeAffinity, args)).toEqual([problem]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const given = facts({
      nodes: names.map((name, at) => aNode({ name, labels: { zone: at < 500 ? 'a' : 'b' } })),
      // Every pod has an affinity object of its own: equal ones have to be known for equal.
      pods: names.flatMap((node, at) => [...pods(10, node, requires(zoneIn('b'))), ...pods(10, node, { name: `pref-${at % 50}`, ...prefers([10, zoneIn('a')], [50, zoneIn('b')], [(at % 50) + 1, { matchExpressions: [{ key: 'none', operator: 'Exists' }] }]) })]),
    });
    const { evicted } = runCycle({ facts: given, policy: aPolicy(removePodsViolatingNodeAffinity, { nodeAffinityType: [required, preferred] }, { evictor: { nodeFit: true } }) });
    expect(evicted).toHaveLength(10_000);
  }, 30_000);
});
