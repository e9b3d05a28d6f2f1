import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { aContainer, anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aNode, aTaint, nodes } from '../../test/builders/node.ts';
import { aPolicy, facts, perNode, type PolicyParts, runCycle } from '../../test/builders/rebalancing.ts';
import { removeDuplicates } from './strategy.ts';

interface Row {
  readonly title: string;
  readonly nodes: readonly NodeRecord[];
  readonly pods: readonly PodRecord[];
  readonly args?: object;
  readonly policy?: PolicyParts;
  readonly evicted: Readonly<Record<string, number>>;
}

const toSsd = { nodeSelector: { disk: 'ssd' } };
const ssd = (name: string): NodeRecord => aNode({ name, labels: { disk: 'ssd' } });
const onN1Only = { nodeSelector: { only: 'n1' } };

const rows: Row[] = [
  { title: 'RD-1: 5, 1, 0 is evened out', nodes: nodes('n1', 'n2', 'n3'), pods: [...pods(5, 'n1'), ...pods(1, 'n2')], evicted: { n1: 3 } },
  {
    title: 'RD-2: a node that pods do not tolerate takes no share',
    nodes: [...nodes('n1', 'n2'), aNode({ name: 'n3', taints: [aTaint()] })],
    pods: [...pods(5, 'n1'), ...pods(1, 'n2')],
    evicted: { n1: 2 },
  },
  { title: 'RD-3: 4, 3, 3 is as even as it gets', nodes: nodes('n1', 'n2', 'n3'), pods: [...pods(4, 'n1'), ...pods(3, 'n2'), ...pods(3, 'n3')], evicted: {} },
  {
    title: 'RD-4: only nodes that the pods select take a share',
    nodes: [ssd('n1'), ssd('n2'), ...nodes('n3', 'n4')],
    pods: [...pods(5, 'n1', toSsd), ...pods(1, 'n2', toSsd)],
    evicted: { n1: 2 },
  },
  {
    title: 'RD-5: with one feasible node nothing moves',
    nodes: [aNode({ name: 'n1', labels: { only: 'n1' } }), ...nodes('n2', 'n3')],
    pods: pods(5, 'n1', onN1Only),
    evicted: {},
  },
  {
    title: 'RD-6: protected copies are neither counted nor moved',
    nodes: nodes('n1', 'n2', 'n3'),
    pods: [...pods(2, 'n1'), ...pods(2, 'n1', { name: 'scratch', volumes: [{ kind: 'emptyDir' }] })],
    evicted: { n1: 1 },
  },
  {
    title: 'RD-7: two images of one owner are two groups',
    nodes: nodes('n1', 'n2'),
    pods: [...pods(2, 'n1', { name: 'old' }), ...pods(2, 'n1', { name: 'new', containers: [aContainer({ image: 'app:v2' })] })],
    evicted: { n1: 2 },
  },
  { title: 'RD-8: one copy each is no duplicate', nodes: nodes('n1', 'n2', 'n3'), pods: ['n1', 'n2', 'n3'].flatMap((node) => pods(1, node)), evicted: {} },
  { title: 'RD-9: an excluded owner kind is left alone', nodes: nodes('n1', 'n2'), pods: pods(4, 'n1'), args: { excludeOwnerKinds: ['ReplicaSet'] }, evicted: {} },
  {
    title: 'RD-9: pods of a Deployment are owned by its ReplicaSet, so excluding Deployment excludes nothing',
    nodes: nodes('n1', 'n2'),
    pods: pods(4, 'n1'),
    args: { excludeOwnerKinds: ['Deployment'] },
    evicted: { n1: 2 },
  },
  { title: 'RD-10: the per-node limit ends the node', nodes: nodes('n1', 'n2'), pods: pods(4, 'n1'), policy: { limits: { perNode: 1 } }, evicted: { n1: 1 } },
  {
    title: 'a copy that accepts a single node has nowhere to go and does not widen the choice of the others',
    nodes: [aNode({ name: 'n1', labels: { only: 'n1' } }), ssd('n2'), ssd('n3')],
    pods: [...pods(3, 'n1', onN1Only), ...pods(3, 'n2', toSsd)],
    evicted: {},
  },
  {
    title: 'an affinity that cannot be read counts as accepting every node',
    nodes: nodes('n1', 'n2'),
    pods: pods(4, 'n1', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'Near', values: ['a'] }] }] } } } }),
    evicted: { n1: 2 },
  },
  {
    title: 'namespaces that are not included are left alone',
    nodes: nodes('n1', 'n2'),
    pods: [...pods(4, 'n1'), ...pods(4, 'n1', { namespace: 'batch' })],
    args: { namespaces: { include: ['batch'] } },
    evicted: { n1: 2 },
  },
  {
    title: 'Succeeded and Failed pods are no copies',
    nodes: nodes('n1', 'n2'),
    pods: [...pods(1, 'n1'), ...pods(3, 'n1', { name: 'done', phase: 'Succeeded' })],
    evicted: {},
  },
  {
    title: 'the same owner name in two namespaces is two groups',
    nodes: nodes('n1', 'n2'),
    pods: [...pods(1, 'n1'), ...pods(1, 'n1', { namespace: 'batch' })],
    evicted: {},
  },
  {
    title: 'a pod with two owners goes once, though it counts for both',
    nodes: nodes('n1', 'n2'),
    pods: pods(2, 'n1', { owners: [anOwner(), anOwner({ name: 'also' })] }),
    evicted: { n1: 1 },
  },
];

describe('RemoveDuplicates', () => {
  test.each(rows)('$title', ({ nodes: given, pods: running, args, policy, evicted }) => {
    const outcome = runCycle({ facts: facts({ nodes: given, pods: running }), policy: aPolicy(removeDuplicates, args, policy) });
    expect(perNode(outcome.evicted)).toEqual(evicted);
  });

  test('RD-7 takes one of each image', () => {
    const running = [...pods(2, 'n1', { name: 'old' }), ...pods(2, 'n1', { name: 'new', containers: [aContainer({ image: 'app:v2' })] })];
    const { evicted } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy: aPolicy(removeDuplicates) });
    expect(evicted.map(({ pod }) => pod.name)).toEqual(['old-n1-2', 'new-n1-2']);
  });

  test('the plan does not depend on the order in which the cluster is listed', () => {
    const running = [...pods(5, 'n1'), ...pods(1, 'n2'), ...pods(4, 'n2', { namespace: 'batch' })];
    const plan = (list: PodRecord[]): unknown => runCycle({ facts: facts({ nodes: nodes('n3', 'n1', 'n2'), pods: list }), policy: aPolicy(removeDuplicates) }).tried;
    expect(plan(running.toReversed())).toEqual(plan(running));
  });

  test('says why with the deciding figures', () => {
    const { tried } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2', 'n3'), pods: [...pods(5, 'n1'), ...pods(1, 'n2')] }), policy: aPolicy(removeDuplicates) });
    expect(tried[0]?.because).toBe('n1 has 5 of the 6 copies of ReplicaSet shop/web; an even share over 3 nodes is 2');
  });

  test('RD-10: the second copy is stopped by the limit and is not tried at the API server', () => {
    const { tried, summary } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: pods(4, 'n1') }), policy: aPolicy(removeDuplicates, {}, { limits: { perNode: 1 } }) });
    expect(tried).toHaveLength(1);
    expect(summary.totals).toMatchObject({ evicted: 1, limited: 1 });
  });

  test('includes and excludes together are refused', () => {
    expect(removeDuplicates.parseArgs({ namespaces: { include: ['a'], exclude: ['b'] } })).toMatchObject({ kind: 'read', problems: [{ path: ['namespaces'], says: 'only one of Include/Exclude namespaces can be set' }] });
  });

  test.each([
    [{ excludeOwnerKind: [] }, 'strict decoding error: unknown field "excludeOwnerKind"'],
    [{ namespaces: { includes: ['a'] } }, 'strict decoding error: unknown field "namespaces.includes"'],
    [{ excludeOwnerKinds: 'Job' }, 'excludeOwnerKinds: a list of strings is required'],
  ])('args %j are refused', (args, because) => {
    expect(removeDuplicates.parseArgs(args)).toEqual({ kind: 'undecodable', because });
  });

  test('a large cluster is no harder: 20,000 copies on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const running = names.flatMap((node, at) => pods(20, node, { owners: [anOwner({ name: `web-${at % 100}` })], nodeSelector: { pool: 'a' } }));
    const given = facts({ nodes: names.map((name) => aNode({ name, labels: { pool: 'a' } })), pods: running });
    const { evicted } = runCycle({ facts: given, policy: aPolicy(removeDuplicates, {}, { evictor: { nodeFit: true } }) });
    expect(evicted).toHaveLength(20_000 - 1_000);
    // A walk over all pods per pod would not end within the limit of this test.
  }, 30_000);
});

test('a pod without UID is never sent', () => {
  const running = [aPod({ name: 'a' }), aPod({ name: 'b', uid: '' })];
  const { tried, summary } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy: aPolicy(removeDuplicates) });
  expect(tried).toEqual([]);
  expect(summary.totals.failed).toBe(1);
});
