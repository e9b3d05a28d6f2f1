import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { aContainer, anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aNode, aTaint } from '../../test/builders/node.ts';
import { aPolicy, facts, perNode, type PolicyParts, problemsOf, runCycle } from '../../test/builders/rebalancing.ts';
import { takeNotes } from '../../test/fakes/explainer.ts';
import { highNodeUtilization as strategy } from './strategy.ts';

interface Row {
  readonly title: string;
  readonly nodes?: readonly NodeRecord[];
  readonly pods?: readonly PodRecord[];
  readonly args?: object;
  readonly policy?: PolicyParts;
  readonly evicted: Readonly<Record<string, number>>;
}

const room = { cpu: '4', memory: '8Gi', pods: '20' };
const node = (name: string, given: Partial<NodeRecord> = {}): NodeRecord => aNode({ name, allocatable: room, ...given });
const load = (count: number, on: string, requests: Record<string, string>, given: Partial<PodRecord> = {}): PodRecord[] => pods(count, on, { containers: [aContainer({ requests })], ...given });

/** The cluster and policy of the first example; rows change one thing. */
const nodes = ['n1', 'n2', 'n3'].map((name) => node(name));
const running = [
  ...load(1, 'n1', { cpu: '200m', memory: '256Mi' }, { name: 'one' }),
  ...load(1, 'n1', { cpu: '100m', memory: '128Mi' }, { name: 'two' }),
  ...load(4, 'n2', { cpu: '500m', memory: '512Mi' }),
  ...load(4, 'n3', { cpu: '600m', memory: '512Mi' }),
];
const args = { thresholds: { cpu: 20, memory: 20 } };
const cpu = { thresholds: { cpu: 20 } };
const gpu = 'example.com/gpu';
const cordoned = (...names: string[]): NodeRecord[] => nodes.map((each) => ({ ...each, unschedulable: names.includes(each.name) }));

const rows: Row[] = [
  { title: 'HNU-1: an under-utilised node is emptied', evicted: { n1: 2 } },
  {
    title: 'HNU-2: until the others have no room left',
    nodes: [node('n1'), node('n2', { allocatable: { ...room, cpu: '2' } })],
    pods: [...load(3, 'n1', { cpu: '250m', memory: '64Mi' }), ...load(4, 'n2', { cpu: '400m', memory: '64Mi' })],
    args: cpu,
    evicted: { n1: 2 },
  },
  { title: 'HNU-3: nothing moves when all nodes are under-utilised', pods: ['n1', 'n2', 'n3'].flatMap((name) => load(1, name, { cpu: '400m' })), evicted: {} },
  { title: 'HNU-5: not more under-utilised nodes than numberOfNodes', args: { ...args, numberOfNodes: 1 }, evicted: {} },
  { title: 'HNU-6: cordoned nodes take nothing', nodes: cordoned('n2', 'n3'), evicted: {} },
  { title: 'HNU-7: a cordoned node is emptied as well', nodes: cordoned('n1'), evicted: { n1: 2 } },
  { title: 'exactly at the threshold is under-utilised', pods: [...load(1, 'n1', { cpu: '800m' }), ...running.slice(2)], evicted: { n1: 1 } },
  { title: 'a little more is not', pods: [...load(1, 'n1', { cpu: '801m' }), ...running.slice(2)], evicted: {} },
  { title: 'the least loaded node goes first', pods: [...load(2, 'n1', { cpu: '200m', memory: '64Mi' }), ...load(2, 'n2', { cpu: '200m', memory: '32Mi' }), ...running.slice(6)], policy: { limits: { total: 1 } }, evicted: { n2: 1 } },
  { title: 'pods that tolerate no destination stay', nodes: nodes.map((each) => (each.name === 'n1' ? each : { ...each, taints: [aTaint()] })), evicted: {} },
  { title: 'one destination that a pod tolerates is enough', nodes: nodes.map((each) => (each.name === 'n2' ? { ...each, taints: [aTaint()] } : each)), evicted: { n1: 2 } },
  { title: 'protected pods stay and count', pods: [...running, ...load(1, 'n1', { cpu: '10m' }, { name: 'scratch', volumes: [{ kind: 'emptyDir' }] })], evicted: { n1: 2 } },
  { title: 'pods of excluded namespaces stay', args: { ...args, evictableNamespaces: { exclude: ['shop'] } }, evicted: {} },
  { title: 'a destination without capacity has no room', nodes: [node('n1'), node('n2', { allocatable: {} }), node('n3')], args: cpu, pods: running.filter((pod) => pod.node !== 'n2'), evicted: { n1: 2 } },
  { title: 'a destination that lacks a thresholded resource blocks everything', nodes: [node('n1', { allocatable: { ...room, [gpu]: '4' } }), node('n2'), node('n3')], args: { thresholds: { cpu: 20, [gpu]: 20 } }, evicted: {} },
  { title: 'a node limit goes on with the next node', nodes: [...nodes, node('n4')], pods: [...running, ...load(2, 'n4', { cpu: '1m' })], policy: { limits: { perNode: 1 } }, evicted: { n1: 1, n4: 1 } },
];

const run = ({ nodes: on = nodes, pods: given = running, args: with_ = args, policy = {} }: Partial<Row>): ReturnType<typeof runCycle> => runCycle({ facts: facts({ nodes: on, pods: given }), policy: aPolicy(strategy, with_, policy) });

describe('HighNodeUtilization', () => {
  test.each(rows)('$title', (row) => {
    expect(perNode(run(row).evicted)).toEqual(row.evicted);
  });

  const withGpus = [node('g1', { allocatable: { ...room, [gpu]: '4' } }), node('g2', { allocatable: { ...room, [gpu]: '4' } })];
  const gpuPods = [...load(1, 'g1', { cpu: '100m' }, { name: 'cpu-only', priority: 0 }), ...load(1, 'g1', { [gpu]: '1' }, { name: 'gpu-a', priority: 10 }), ...load(3, 'g2', { [gpu]: '1' })];

  test.each<[object, string[]]>([
    [{}, ['cpu-only-g1-1', 'gpu-a-g1-1']],
    [{ evictionModes: ['OnlyThresholdingResources'] }, ['gpu-a-g1-1']],
  ])('HNU-4: with %j go %j', (mode, names) => {
    expect(run({ nodes: withGpus, pods: gpuPods, args: { thresholds: { [gpu]: 30 }, ...mode } }).evicted.map(({ pod }) => pod.name)).toEqual(names);
  });

  test.each<[string, Partial<PodRecord>, boolean]>([
    ['an amount of 0', { containers: [aContainer({ requests: { [gpu]: '0' } })] }, true],
    ['an init container', { initContainers: [aContainer({ requests: { [gpu]: '0' } })] }, true],
    ['requests of the pod', { podRequests: { [gpu]: '0' } }, false],
    ['overhead', { overhead: { [gpu]: '0' } }, false],
    ['limits', { containers: [aContainer({ limits: { [gpu]: '0' } })] }, false],
  ])('HNU-4: OnlyThresholdingResources, and %s names the resource', (_, given, goes) => {
    const { evicted } = run({ nodes: withGpus, pods: [aPod({ node: 'g1', ...given }), ...gpuPods.slice(2)], args: { thresholds: { [gpu]: 30 }, evictionModes: ['OnlyThresholdingResources'] } });
    expect(evicted).toHaveLength(goes ? 1 : 0);
  });

  test('says why with the deciding figures', () => {
    expect(run({}).tried[0]?.because).toBe('n1 uses only cpu 7.5 % (threshold 20 %), memory 4.69 % (threshold 20 %), and there is room on 2 other nodes');
  });

  test('explains nodes, and what ended it', () => {
    const notes = takeNotes();
    runCycle({ facts: facts({ nodes: cordoned('n2', 'n3'), pods: running }), policy: aPolicy(strategy, args), explain: notes.explain });
    expect(notes.nodes.map(({ name, figures }) => [name, figures['class']])).toEqual([['n1', 'under'], ['n2', 'appropriate'], ['n3', 'appropriate']]);
    expect(notes.nodes[1]?.figures).toMatchObject({ usage: { cpu: '2000m' }, percentages: { cpu: 50 }, thresholds: { cpu: 20 }, caps: { cpu: '4000m' }, budget: { cpu: '2000m' } });
    expect(notes.sentences).toEqual(['no node is schedulable']);
  });

  test('says why pods stay', () => {
    const notes = takeNotes();
    const tainted = nodes.map((each) => (each.name === 'n1' ? each : { ...each, taints: [aTaint()] }));
    runCycle({ facts: facts({ nodes: tainted, pods: running }), policy: aPolicy(strategy, args), explain: notes.explain });
    expect(notes.pods['one-n1-1']).toEqual(['it does not tolerate the taints of any destination, or has fewer tolerations than each of them has taints']);
  });

  test('odd quantities and owners are no problem', () => {
    const odd = [
      ...load(1, 'n1', { cpu: '-1' }, { name: 'minus', owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) }),
      ...load(1, 'n1', {}, { name: 'none', containers: [] }),
      aPod({ name: 'cycle', owners: [anOwner({ uid: 'uid-shop-cycle' })] }),
      ...running.slice(2),
    ];
    expect(perNode(run({ nodes: [node('n1', { allocatable: { ...room, pods: '100m' } }), ...nodes.slice(1)], pods: odd }).evicted)).toEqual({ n1: 3 });
    expect(run({ pods: [...odd, ...load(1, 'n2', { cpu: '1e400' }), ...load(1, 'n3', { cpu: 'much' })] }).evicted).toEqual([]);
  });

  test('the plan does not depend on the order in which the cluster is listed', () => {
    expect(run({ nodes: nodes.toReversed(), pods: running.toReversed() }).tried).toEqual(run({}).tried);
  });

  test.each<[object, string[]]>([
    [{}, ['thresholds: at least one resource needs a percentage']],
    [{ thresholds: { cpu: 100.5 } }, ['thresholds.cpu: 100.5 is not a percentage between 0 and 100']],
    [{ ...cpu, evictionModes: ['All'] }, ['evictionModes: "All" is not known; only OnlyThresholdingResources is']],
    [{ ...cpu, evictableNamespaces: { include: ['a'] } }, ['evictableNamespaces.include: only "exclude" can be set here, namespaces cannot be included']],
    [{ ...cpu, evictionModes: ['OnlyThresholdingResources'], numberOfNodes: null }, []],
  ])('args %j have problems %j', (given, problems) => {
    expect(problemsOf(strategy, given)).toEqual(problems);
  });

  test.each<[object, string]>([
    [{ ...cpu, targetThresholds: { cpu: 50 } }, 'strict decoding error: unknown field "targetThresholds"'],
    [{ ...cpu, evictableNamespaces: { namespaces: { exclude: ['a'] } } }, 'strict decoding error: unknown field "evictableNamespaces.namespaces"'],
    [{ thresholds: { cpu: '20' } }, 'thresholds.cpu: a number is required'],
  ])('args %j are refused', (given, because) => {
    expect(strategy.parseArgs(given)).toEqual({ kind: 'undecodable', because });
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const given = names.flatMap((name, at) => load(at < 500 ? 5 : 35, name, { cpu: '100m', memory: '64Mi' }, { tolerations: [{ key: `t${at % 10}`, operator: 'Exists' }] }));
    const on = names.map((name, at) => node(name, { allocatable: { ...room, pods: '110' }, taints: [aTaint({ key: `t${at % 10}` })] }));
    expect(run({ nodes: on, pods: given, args: cpu, policy: { evictor: { nodeFit: true } } }).evicted).toHaveLength(500 * 5);
    // To compare every pod with every node would not end in time.
  }, 30_000);
});
