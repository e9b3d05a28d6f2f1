import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { aContainer, anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aNode, aTaint } from '../../test/builders/node.ts';
import { aPolicy, facts, perNode, type PolicyParts, runCycle } from '../../test/builders/rebalancing.ts';
import { takeNotes } from '../../test/fakes/explainer.ts';
import { lowNodeUtilization as strategy } from './strategy.ts';

interface Row {
  readonly title: string;
  readonly nodes: readonly NodeRecord[];
  readonly pods: readonly PodRecord[];
  readonly args: object;
  readonly policy?: PolicyParts;
  readonly evicted: Readonly<Record<string, number>>;
}

const room = { cpu: '4', memory: '8Gi', pods: '20' };
const node = (name: string, given: Partial<NodeRecord> = {}): NodeRecord => aNode({ name, allocatable: room, ...given });
const three = ['n1', 'n2', 'n3'].map((name) => node(name));
const two = three.slice(0, 2);
/** Pods of 400m, 512Mi unless told otherwise. */
const load = (count: number, on: string, given: Partial<PodRecord> = {}, requests: Record<string, string> = { cpu: '400m', memory: '512Mi' }): PodRecord[] => pods(count, on, { containers: [aContainer({ requests })], ...given });
const small = (cpu: string): Record<string, string> => ({ cpu, memory: '128Mi' });
const levels = (low: number, high: number, ...resources: string[]): object => ({ thresholds: Object.fromEntries(resources.map((name) => [name, low])), targetThresholds: Object.fromEntries(resources.map((name) => [name, high])) });
const all = levels(20, 50, 'cpu', 'memory', 'pods');
const cpu = levels(20, 50, 'cpu');
const nine = [...load(9, 'n1'), ...load(1, 'n2'), ...load(4, 'n3')];
const protectedBy = { volumes: [{ kind: 'emptyDir' }] } as const;
const gpu = 'example.com/gpu';

const rows: Row[] = [
  { title: 'LNU-1: an over-utilised node comes down to its target', nodes: three, pods: nine, args: all, evicted: { n1: 4 } },
  { title: 'LNU-2: evictionLimits ends a node earlier', nodes: three, pods: nine, args: { ...all, evictionLimits: { node: 2 } }, evicted: { n1: 2 } },
  { title: 'evictionLimits of 0 is none at all', nodes: three, pods: nine, args: { ...all, evictionLimits: { node: 0 } }, evicted: {} },
  { title: 'evictionLimits without a number is no limit', nodes: three, pods: nine, args: { ...all, evictionLimits: {} }, evicted: { n1: 4 } },
  { title: 'LNU-3: not more under-utilised nodes than numberOfNodes', nodes: three, pods: nine, args: { ...all, numberOfNodes: 1 }, evicted: {} },
  {
    title: 'LNU-4: the last pod may overdraw the budget',
    nodes: [node('n1'), node('n2', { allocatable: { ...room, cpu: '1' } })],
    pods: [...load(5, 'n1', {}, { cpu: '700m', memory: '256Mi' }), ...load(1, 'n2', {}, { cpu: '100m', memory: '256Mi' })],
    args: all,
    evicted: { n1: 1 },
  },
  { title: 'LNU-5: exactly at its target is not over', nodes: two, pods: [...load(4, 'n1', {}, small('500m')), ...load(1, 'n2', {}, small('800m'))], args: cpu, evicted: {} },
  { title: 'LNU-5: a little more is, and exactly at the threshold is under', nodes: two, pods: [...load(4, 'n1', {}, small('501m')), ...load(1, 'n2', {}, small('800m'))], args: cpu, evicted: { n1: 1 } },
  { title: 'LNU-7: the budget is shared and never filled up again', nodes: three, pods: [...load(6, 'n1', {}, { cpu: '600m', memory: '256Mi' }), ...load(5, 'n2', {}, small('600m')), ...load(1, 'n3', {}, small('200m'))], args: cpu, evicted: { n1: 3 } },
  { title: 'LNU-8: thresholds around the average', nodes: three, pods: [...load(8, 'n1'), ...load(1, 'n2'), ...load(4, 'n3')], args: { ...levels(10, 10, 'cpu'), useDeviationThresholds: true }, evicted: { n1: 3 } },
  {
    title: 'LNU-9: a resource that no under-utilised node has blocks everything',
    nodes: [node('g1', { allocatable: { ...room, [gpu]: '4' } }), node('n2')],
    pods: [...load(3, 'g1', {}, { ...small('100m'), [gpu]: '1' }), ...load(1, 'n2', {}, small('100m'))],
    args: levels(30, 50, gpu),
    evicted: {},
  },
  { title: 'an extended resource is balanced like any other', nodes: ['g1', 'g2'].map((name) => node(name, { allocatable: { ...room, [gpu]: '4' } })), pods: load(4, 'g1', {}, { [gpu]: '1' }), args: levels(30, 50, gpu), evicted: { g1: 2 } },
  { title: 'LNU-10: as many tolerations as taints are needed, however much one covers', nodes: [node('n1'), node('n2', { taints: [aTaint({ key: 'a' }), aTaint({ key: 'b' })] }), node('n3')], pods: [...load(9, 'n1', { tolerations: [{ operator: 'Exists' }] }), ...nine.slice(9)], args: all, evicted: {} },
  {
    title: 'LNU-10: two tolerations will do',
    nodes: [node('n1'), node('n2', { taints: [aTaint({ key: 'a' }), aTaint({ key: 'b' })] }), node('n3')],
    pods: [...load(9, 'n1', { tolerations: [{ operator: 'Exists' }, { operator: 'Exists' }] }), ...nine.slice(9)],
    args: all,
    evicted: { n1: 4 },
  },
  { title: 'a PreferNoSchedule taint has to be tolerated as well', nodes: [node('n1'), node('n2', { taints: [aTaint({ effect: 'PreferNoSchedule' })] }), node('n3')], pods: nine, args: all, evicted: {} },
  { title: 'LNU-11: a cordoned node takes nothing', nodes: [node('n1'), node('n2', { unschedulable: true }), node('n3')], pods: nine, args: all, evicted: {} },
  { title: 'a cordoned node can be over-utilised', nodes: [node('n1', { unschedulable: true }), node('n2'), node('n3')], pods: nine, args: all, evicted: { n1: 4 } },
  { title: 'LNU-12: protected pods stay and count', nodes: three, pods: [...load(3, 'n1'), ...load(6, 'n1', { name: 'scratch', ...protectedBy }), ...nine.slice(9)], args: all, evicted: { n1: 3 } },
  { title: 'LNU-13: pods of excluded namespaces stay and count', nodes: three, pods: [...load(9, 'n1', { namespace: 'x' }), ...nine.slice(9)], args: { ...all, evictableNamespaces: { exclude: ['x'] } }, evicted: {} },
  { title: 'nothing happens when every node is under-utilised', nodes: three, pods: load(1, 'n1'), args: all, evicted: {} },
  { title: 'finished pods use nothing', nodes: three, pods: [...load(9, 'n1', { phase: 'Failed' }), ...nine.slice(9)], args: all, evicted: {} },
  {
    title: 'what is not thresholded blocks, too, once the destinations are full of it',
    nodes: [node('n1'), node('n2', { allocatable: { ...room, pods: '1' } })],
    pods: [...load(9, 'n1'), ...load(1, 'n2', {}, small('1m'))],
    args: cpu,
    evicted: {},
  },
  { title: 'capacity serves where allocatable is empty', nodes: three.map((each) => ({ ...each, allocatable: {}, capacity: room })), pods: nine, args: all, evicted: { n1: 4 } },
  { title: 'a node without capacity has no room', nodes: [node('n1'), node('n2', { allocatable: {} }), node('n3')], pods: nine, args: all, evicted: {} },
  { title: 'pods that may not go now stay', nodes: three, pods: nine, args: all, policy: { evictor: { nodeFit: true, nodeSelector: 'none=such' } }, evicted: {} },
  { title: 'a node limit goes on with the next node', nodes: [...three, node('n4'), node('n5')], pods: [...nine, ...load(9, 'n4')], args: all, policy: { limits: { perNode: 1 } }, evicted: { n1: 1, n4: 1 } },
];

const run = (running: readonly PodRecord[], args: object, nodes: readonly NodeRecord[] = three, policy: PolicyParts = {}): ReturnType<typeof runCycle> => runCycle({ facts: facts({ nodes, pods: running }), policy: aPolicy(strategy, args, policy) });

describe('LowNodeUtilization', () => {
  test.each(rows)('$title', ({ nodes, pods: running, args, policy, evicted }) => {
    expect(perNode(run(running, args, nodes, policy).evicted)).toEqual(evicted);
  });

  test('LNU-6: by priority, then by QoS class, until the node is at its target', () => {
    const one = (name: string, request: string, given: Partial<PodRecord>): PodRecord => aPod({ name, containers: [aContainer({ requests: { cpu: request, memory: '256Mi' } })], ...given });
    const running = [
      one('hi', '1', { priority: 1000, qosClass: 'Guaranteed' }),
      one('lo-g', '1', { priority: 10, qosClass: 'Guaranteed' }),
      one('lo-b', '1', { priority: 10, qosClass: 'Burstable' }),
      one('none', '500m', { qosClass: 'Guaranteed' }),
    ];
    expect(run(running, cpu, two).evicted.map(({ pod }) => pod.name)).toEqual(['none', 'lo-b']);
  });

  test('the node with the most memory goes first, and a limit of one pod is its', () => {
    const running = [...load(9, 'n1', {}, small('400m')), ...load(9, 'n3', {}, { cpu: '400m', memory: '256Mi' })];
    expect(perNode(run(running, cpu, three, { limits: { total: 1 } }).evicted)).toEqual({ n3: 1 });
  });

  test('what the API server refuses is not subtracted', () => {
    const { tried, evicted } = runCycle({ facts: facts({ nodes: three, pods: nine }), policy: aPolicy(strategy, all) }, ({ pod }) => (pod.name === 'web-n1-1' ? { kind: 'blocked', because: 'a budget' } : { kind: 'evicted' }));
    expect([tried.length, evicted.length]).toEqual([5, 4]);
  });

  test.each(['terminating', 'gone', 'unchanged'] as const)('the figures are those of the start, whatever an eviction leaves behind (%s)', (afterEviction) => {
    expect(runCycle({ facts: facts({ nodes: three, pods: nine }), policy: aPolicy(strategy, all), afterEviction }).evicted).toHaveLength(4);
  });

  test('says why with the deciding figures', () => {
    const said = run(nine, all).tried.map(({ because }) => because);
    expect(said[0]).toBe('n1 uses cpu 90 % (target 50 %), memory 56.25 % (target 50 %), and there is room on 1 under-utilised node');
    expect(said[3]).toBe('n1 uses cpu 60 % (target 50 %), and there is room on 1 under-utilised node');
  });

  test('explains nodes, and why the rest of the pods stays', () => {
    const explained = takeNotes();
    runCycle({ facts: facts({ nodes: three, pods: nine }), policy: aPolicy(strategy, all), explain: explained.explain });
    expect(explained.nodes.map(({ name, figures, podsStay }) => [name, figures['class'], podsStay])).toEqual([['n1', 'over', undefined], ['n2', 'under', 'n2 is under-utilised: a destination'], ['n3', 'appropriate', 'n3 is neither over- nor under-utilised']]);
    expect(explained.nodes[1]?.figures).toMatchObject({ usage: { cpu: '400m', memory: '512Mi', pods: '1' }, percentages: { cpu: 10 }, thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 }, caps: { cpu: '2000m' }, budget: { cpu: '1600m' } });
    expect(explained.pods['web-n1-9']).toEqual(['the destinations have no room left for cpu (cpu 0m, memory 1536Mi, pods 5)']);
    expect(explained.sentences).toEqual(['1 over-utilised node; 1 under-utilised node with room for cpu 1600m, memory 3584Mi, pods 9']);
  });

  test.each([
    [load(9, 'n1'), { ...all, numberOfNodes: 2 }, '2 under-utilised nodes are not more than numberOfNodes (2)'],
    [[...load(9, 'n1'), ...load(5, 'n2'), ...load(5, 'n3')], all, 'no node is under-utilised'],
    [[...load(9, 'n1'), ...load(4, 'n2')], { ...all, numberOfNodes: 1 }, '1 under-utilised node is not more than numberOfNodes (1)'],
    [load(1, 'n1'), all, 'all 3 nodes are under-utilised'],
    [load(4, 'n1'), all, 'no node is over-utilised'],
  ])('says why nothing moves', (running, args, because) => {
    const explained = takeNotes();
    runCycle({ facts: facts({ nodes: three, pods: running }), policy: aPolicy(strategy, args), explain: explained.explain });
    expect(explained.sentences).toEqual([because]);
  });

  test('asking why changes neither the evictions nor the counts', () => {
    const running = [...load(9, 'n1'), ...load(6, 'n2'), ...load(1, 'n2', { name: 'disk', volumes: [{ kind: 'emptyDir' }] }), ...load(1, 'n3')];
    const given = { facts: facts({ nodes: three, pods: running }), policy: aPolicy(strategy, all) };
    const told = runCycle({ ...given, explain: () => ({ ...takeNotes().explain(), refused: () => {} }) });
    expect(told.summary.strategies[0]?.ended).toContain('from n2 on nothing moves');
    expect(told).toEqual(runCycle(given));
  });

  test('odd quantities and owners are no problem', () => {
    const owners = Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` }));
    const odd = [...load(1, 'n1', { name: 'huge', owners }, { cpu: '1e400' }), ...load(1, 'n1', { name: 'minus' }, { cpu: '-1' }), ...load(1, 'n1', { name: 'none', containers: [] }), ...load(1, 'n1', { name: 'bad' }, { memory: 'much' })];
    const nodes = [node('n1', { allocatable: { ...room, pods: '100m' } }), node('n2'), node('n3', { allocatable: { cpu: 'x', memory: '-1', pods: '1e400' } })];
    expect(run([...odd, aPod({ name: 'cycle', owners: [anOwner({ uid: 'uid-shop-cycle' })] })], all, nodes).summary.strategies[0]?.failed).toBeUndefined();
    expect(run(odd, all, [...nodes.slice(0, 2), node('n4')]).evicted.length).toBeGreaterThan(0);
  });

  test('the plan does not depend on the order in which the cluster is listed', () => {
    expect(run(nine.toReversed(), all, three.toReversed()).tried).toEqual(run(nine, all).tried);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const running = names.slice(0, 500).flatMap((name, at) => load(40, name, { tolerations: [{ key: `t${at % 10}`, operator: 'Exists' }] }, { cpu: '100m', memory: '64Mi' }));
    const nodes = names.map((name, at) => node(name, { allocatable: { ...room, pods: '110' }, taints: [aTaint({ key: `t${at % 10}` })] }));
    expect(run(running, levels(20, 50, 'cpu'), nodes, { evictor: { nodeFit: true } }).evicted).toHaveLength(500 * 20);
    // To compare every pod with every node, or to order the pods again after each eviction, would not end in time.
  }, 30_000);
});
