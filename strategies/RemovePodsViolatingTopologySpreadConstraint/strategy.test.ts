import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { aContainer, anOwner, aPod, pods } from '../../test/builders/pod.ts';
import { aNode, aTaint } from '../../test/builders/node.ts';
import { aPolicy, facts, perNode, type PolicyParts, problemsOf, runCycle } from '../../test/builders/rebalancing.ts';
import { takeNotes } from '../../test/fakes/explainer.ts';
import { removePodsViolatingTopologySpreadConstraint as strategy } from './strategy.ts';

interface Row {
  readonly title: string;
  readonly nodes: readonly NodeRecord[];
  readonly pods: readonly PodRecord[];
  readonly args?: object;
  readonly policy?: PolicyParts;
  /** How many go from each node. */
  readonly evicted: Readonly<Record<string, number>>;
}

/** A node alone in the zone of its own name, unless it says otherwise. */
const zone = (name: string, { labels, ...given }: Partial<NodeRecord> = {}): NodeRecord => aNode({ name, ...given, labels: { zone: name, host: name, ...labels } });
const zones = (...names: string[]): NodeRecord[] => names.map((name) => zone(name));
const constraint = (given: object = {}): object => ({ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...given });

/** Pods of one workload: `web({ a: 3 })` is three of them on the node of zone a. */
const web = (counts: Readonly<Record<string, number>>, given: Partial<PodRecord> = {}, own: object = {}): PodRecord[] => {
  const common = { labels: { app: 'web' }, topologySpreadConstraints: [constraint(own)], ...given };
  return Object.entries(counts).flatMap(([node, count]) => pods(count, node, common));
};
const wishes = (terms: unknown[]): object => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } });
const notC = { affinity: wishes([{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['c'] }] }]) };
const full = { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } };
const abc = zones('a', 'b', 'c');

const rows: Row[] = [
  { title: 'TSC-1: 5, 1, 0 is evened out to 2 each', nodes: abc, pods: web({ a: 5, b: 1 }), evicted: { a: 3 } },
  { title: 'TSC-2: 3, 1', nodes: zones('a', 'b'), pods: web({ a: 3, b: 1 }), evicted: { a: 1 } },
  { title: 'TSC-3: 2, 1, 0', nodes: abc, pods: web({ a: 2, b: 1 }), evicted: { a: 1 } },
  { title: 'TSC-4: a maxSkew of 2 leaves 3, 1', nodes: zones('a', 'b'), pods: web({ a: 4 }, {}, { maxSkew: 2 }), evicted: { a: 1 } },
  { title: 'TSC-5: 3, 0 ends at 2, 1', nodes: zones('a', 'b'), pods: web({ a: 3 }), evicted: { a: 1 } },
  { title: 'TSC-6: two full domains give the same to the empty one', nodes: abc, pods: web({ a: 6, b: 6 }), evicted: { a: 2, b: 2 } },
  { title: 'TSC-7: 10, 1, 1, 1', nodes: zones('a', 'b', 'c', 'd'), pods: web({ a: 10, b: 1, c: 1, d: 1 }), evicted: { a: 7 } },
  { title: 'TSC-8: of two equally large domains one gives', nodes: abc, pods: web({ a: 3, b: 3, c: 1 }), evicted: { b: 1 } },
  { title: 'TSC-9: a skew of 1 is allowed', nodes: zones('a', 'b'), pods: web({ a: 2, b: 1 }), evicted: {} },
  { title: 'TSC-10: 4, 1 ends at 3, 2', nodes: zones('a', 'b'), pods: web({ a: 4, b: 1 }), evicted: { a: 1 } },
  { title: 'TSC-13: protected pods are not counted', nodes: zones('a', 'b'), pods: [...web({ a: 2, b: 1 }), ...web({ a: 3 }, { name: 'scratch', volumes: [{ kind: 'emptyDir' }] })], evicted: {} },
  { title: 'TSC-14: no room in the small domain', nodes: [zone('a'), zone('b', full)], pods: web({ a: 3, b: 1 }), evicted: {} },
  { title: 'TSC-14: room is not asked for without topologyBalanceNodeFit', nodes: [zone('a'), zone('b', full)], pods: web({ a: 3, b: 1 }), args: { topologyBalanceNodeFit: false }, evicted: { a: 1 } },
  { title: 'TSC-16: ScheduleAnyway does not count by default', nodes: zones('a', 'b'), pods: web({ a: 2 }, {}, { whenUnsatisfiable: 'ScheduleAnyway' }), evicted: {} },
  { title: 'TSC-16: an empty list of constraints is the default', nodes: zones('a', 'b'), pods: web({ a: 2 }, {}, { whenUnsatisfiable: 'ScheduleAnyway' }), args: { constraints: [] }, evicted: {} },
  { title: 'TSC-16: ScheduleAnyway counts when it is asked for', nodes: zones('a', 'b'), pods: web({ a: 2 }, {}, { whenUnsatisfiable: 'ScheduleAnyway' }), args: { constraints: ['ScheduleAnyway'] }, evicted: { a: 1 } },
  { title: 'TSC-17: pods that do not declare the constraint count and go as well', nodes: zones('a', 'b'), pods: [...web({ a: 2 }, { topologySpreadConstraints: [] }), ...web({ a: 1, b: 1 }, { name: 'other' })], evicted: { a: 1 } },
  {
    title: 'TSC-18: matchLabelKeys keeps revisions apart',
    nodes: zones('a', 'b'),
    pods: [...web({ a: 2 }, { name: 'old', labels: { app: 'web', hash: '1' } }, { matchLabelKeys: ['hash', 'constructor'] }), ...web({ b: 2 }, { name: 'new', labels: { app: 'web', hash: '2' } }, { matchLabelKeys: ['hash', 'constructor'] })],
    evicted: { a: 1, b: 1 },
  },
  {
    title: 'TSC-22: taints that one namespace honours and another ignores make different domains, though no pod tolerates any',
    nodes: [zone('a'), zone('b'), zone('c', { taints: [aTaint()] })],
    pods: [...web({ a: 2, b: 1 }, { namespace: 'careless' }), ...web({ a: 2, b: 1 }, {}, { nodeTaintsPolicy: 'Honor' })],
    args: { topologyBalanceNodeFit: false },
    evicted: { a: 1 },
  },
  { title: 'TSC-19: a zone that the affinity rules out is no domain', nodes: abc, pods: web({ a: 2, b: 1 }, notC), evicted: {} },
  { title: 'TSC-20: ignored, it is a domain, but nothing fits there', nodes: abc, pods: web({ a: 2, b: 1 }, notC, { nodeAffinityPolicy: 'Ignore' }), evicted: {} },
  { title: 'TSC-20: ignored, and room is not asked for', nodes: abc, pods: web({ a: 2, b: 1 }, notC, { nodeAffinityPolicy: 'Ignore' }), args: { topologyBalanceNodeFit: false }, evicted: { a: 1 } },
  { title: 'TSC-21: a tainted zone is a domain, but nothing fits there', nodes: [zone('a'), zone('b'), zone('c', { taints: [aTaint()] })], pods: web({ a: 2, b: 1 }), evicted: {} },
  { title: 'TSC-21: a tainted zone takes part when room is not asked for', nodes: [zone('a'), zone('b'), zone('c', { taints: [aTaint()] })], pods: web({ a: 2, b: 1 }), args: { topologyBalanceNodeFit: false }, evicted: { a: 1 } },
  {
    title: 'TSC-22: honoured, the taint rules the zone out',
    nodes: [zone('a'), zone('b'), zone('c', { taints: [aTaint()] })],
    pods: web({ a: 2, b: 1 }, {}, { nodeTaintsPolicy: 'Honor' }),
    args: { topologyBalanceNodeFit: false },
    evicted: {},
  },
  {
    title: 'a pod on a node that is not eligible still counts and makes its domain',
    nodes: [zone('a'), zone('b', { taints: [aTaint()] })],
    pods: web({ a: 1, b: 3 }, {}, { nodeTaintsPolicy: 'Honor' }),
    evicted: { b: 1 },
  },
  { title: 'nodes without the label are no domain, and their pods do not count', nodes: [...zones('a', 'b'), aNode({ name: 'n9' })], pods: web({ a: 2, b: 1, n9: 7 }), evicted: {} },
  { title: 'a constraint without a selector matches nothing', nodes: zones('a', 'b'), pods: web({ a: 4 }, {}, { labelSelector: undefined }), evicted: {} },
  { title: 'an empty selector matches every pod of the namespace', nodes: zones('a', 'b'), pods: [...web({ a: 2 }, {}, { labelSelector: {} }), ...pods(4, 'a', { namespace: 'batch' })], evicted: { a: 1 } },
  { title: 'minDomains is ignored', nodes: zones('a', 'b'), pods: web({ a: 1, b: 1 }, {}, { minDomains: 5 }), evicted: {} },
  { title: 'terminating pods are not counted, even if they might be evicted', nodes: zones('a', 'b'), pods: [...web({ a: 2, b: 1 }), ...web({ a: 4 }, { name: 'going', deletionTimestamp: 1 as never, annotations: { 'descheduler.alpha.kubernetes.io/evict': '' } })], evicted: {} },
  { title: 'finished pods are not counted', nodes: zones('a', 'b'), pods: [...web({ a: 2, b: 1 }), ...web({ a: 4 }, { name: 'done', phase: 'Succeeded' })], evicted: {} },
  { title: 'pods that labelSelector leaves out are not counted', nodes: zones('a', 'b'), pods: [...web({ a: 2, b: 1 }), ...web({ a: 4 }, { name: 'x', labels: { app: 'web', tier: 'x' } })], args: { labelSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } }, evicted: {} },
  { title: 'excluded namespaces are left alone', nodes: zones('a', 'b'), pods: [...web({ a: 4 }), ...web({ a: 2 }, { namespace: 'batch' })], args: { namespaces: { exclude: ['shop'] } }, evicted: { a: 1 } },
  { title: 'a node limit ends the node, not the others', nodes: abc, pods: web({ a: 6, b: 6 }), policy: { limits: { perNode: 1 } }, evicted: { a: 1, b: 1 } },
  { title: 'the total limit ends the strategy', nodes: abc, pods: web({ a: 6, b: 6 }), policy: { limits: { total: 1 } }, evicted: { b: 1 } },
  { title: 'what no other node would take stays, when DefaultEvictor asks for node fit', nodes: [zone('a'), zone('b', full)], pods: web({ a: 3, b: 1 }), args: { topologyBalanceNodeFit: false }, policy: { evictor: { nodeFit: true } }, evicted: {} },
];

const run = (nodes: readonly NodeRecord[], running: readonly PodRecord[], args: object = {}, policy: PolicyParts = {}): ReturnType<typeof runCycle> => runCycle({ facts: facts({ nodes, pods: running }), policy: aPolicy(strategy, args, policy) });
const gone = (...given: Parameters<typeof run>): string[] => run(...given).evicted.map(({ pod }) => pod.name);

describe('RemovePodsViolatingTopologySpreadConstraint', () => {
  test.each(rows)('$title', ({ nodes, pods: running, args, policy, evicted }) => {
    expect(perNode(run(nodes, running, args, policy).evicted)).toEqual(evicted);
  });

  const ranked = (priority: number | undefined, given: Partial<PodRecord> = {}): PodRecord[] => web({ a: 1 }, { name: `p${priority}`, priority, ...given });

  test('TSC-11: the highest priority goes first, as it does in the reference', () => {
    expect(gone(zones('a', 'b'), [...ranked(1), ...ranked(9), ...ranked(5)])).toEqual(['p9-a-1']);
  });

  test('pods without a priority stay longer than those with one', () => {
    expect(gone(zones('a', 'b'), [...ranked(-5), ...ranked(undefined), ...ranked(undefined, { name: 'q' })])).toEqual(['p-5-a-1']);
  });

  test.each<[string, Partial<PodRecord>]>([
    ['a nodeSelector', { nodeSelector: { both: 'yes' } }],
    ['an affinity of any kind', { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } }],
  ])('TSC-12: a pod with %s goes after those without', (_, wish) => {
    const both = ['a', 'b'].map((name) => zone(name, { labels: { both: 'yes' } }));
    expect(gone(both, [...ranked(1), ...ranked(5), ...ranked(9, wish)])).toEqual(['p5-a-1']);
  });

  test('TSC-15: a pod that can move goes before one that cannot', () => {
    const bound = { nodeSelector: { zone: 'a' } };
    const running = [...web({ a: 1 }, { name: 'p', ...bound }, { nodeAffinityPolicy: 'Ignore' }), ...web({ a: 1, b: 1 }, { name: 'q' }, { nodeAffinityPolicy: 'Ignore' })];
    expect(gone(abc, running)).toEqual(['q-a-1']);
  });

  test('TSC-15: an unmovable pod of higher rank goes after a movable one', () => {
    const running = [...web({ a: 1 }, { name: 'huge', priority: 9, containers: [aContainer({ requests: { cpu: '1e400' } })] }), ...web({ a: 2 }, { priority: 1 })];
    expect(gone(zones('a', 'b'), running)).toEqual(['web-a-2']);
  });

  test('TSC-23: every constraint is balanced by itself, and a pod goes once', () => {
    const host = constraint({ topologyKey: 'host' });
    const nodes = [zone('a1', { labels: { zone: 'a' } }), zone('a2', { labels: { zone: 'a' } }), zone('b1', { labels: { zone: 'b' } })];
    const names = gone(nodes, web({ a1: 4, a2: 2 }, { topologySpreadConstraints: [constraint(), host] }));
    // Over zones 3 of 6 have to leave a, over hosts 2 of 4 have to leave a1.
    expect(names).toHaveLength(new Set(names).size);
    expect(names.length).toBeGreaterThanOrEqual(3);
    expect(names.length).toBeLessThanOrEqual(5);
  });

  test('the plan does not depend on the order in which the cluster is listed', () => {
    const running = [...web({ a: 5, b: 1 }), ...web({ b: 7 }, { namespace: 'batch' }), ...web({ c: 4 }, { name: 'host', labels: { app: 'host' } }, { topologyKey: 'host' })];
    expect(run(abc.toReversed(), running.toReversed()).tried).toEqual(run(abc, running).tried);
  });

  test('says why with the deciding figures', () => {
    expect(run(abc, web({ a: 5, b: 1 })).tried[0]?.because).toBe('zone a has 5 of the 6 pods that a spread constraint counts and c has 0: a skew of 5 where maxSkew is 1');
  });

  test('says for each constraint how even it is, and which pods would find no place', () => {
    const notes = takeNotes();
    runCycle({ facts: facts({ nodes: [zone('a'), zone('b', full)], pods: web({ a: 3, b: 1 }) }), policy: aPolicy(strategy), explain: notes.explain });
    expect(notes.sentences).toEqual(['shop: the pods of a constraint over zone are in b 1, a 3; average 2, skew 2, maxSkew 1']);
    expect(notes.pods['web-a-3']).toEqual(['it should leave its domain, but no node of the domains that are too small would take it']);
  });

  test('says why the other pods stay', () => {
    const notes = takeNotes();
    const running = [...web({ a: 3, b: 1 }), ...web({ a: 1 }, { name: 'apart', labels: { app: 'apart' }, topologySpreadConstraints: [] }), ...web({ a: 1, b: 1 }, { name: 'even', namespace: 'batch' })];
    runCycle({ facts: facts({ nodes: zones('a', 'b'), pods: running }), policy: aPolicy(strategy), explain: notes.explain });
    expect(notes.pods['web-a-1']).toEqual(['zone a has 3 of the 4 pods that a spread constraint counts and b has 1: a skew of 2 where maxSkew is 1; another one is chosen before it']);
    expect(notes.pods['web-b-1']).toEqual(['zone b has 1 of the 4 pods that a spread constraint counts and b has 1: a skew of 0 where maxSkew is 1']);
    expect(notes.pods['apart-a-1']).toEqual(['no spread constraint of namespace shop that the args consider counts it']);
    expect(notes.pods['even-a-1']).toEqual(['zone a has 1 of the 2 pods that a spread constraint counts and a has 1: a skew of 0 where maxSkew is 1']);
  });

  test.each<[string, unknown]>([
    ['no maxSkew', { maxSkew: undefined }],
    ['a maxSkew that is no number', { maxSkew: Number.NaN }],
    ['no topologyKey', { topologyKey: undefined }],
    ['a selector with an unknown operator', { labelSelector: { matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] } }],
  ])('a constraint with %s evicts nothing', (_, own) => {
    expect(gone(zones('a', 'b'), web({ a: 5 }, {}, own as object))).toEqual([]);
  });

  test('odd pods and nodes are no problem', () => {
    const owners = Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` }));
    const odd = [
      ...web({ a: 2 }, { name: 'none', containers: [] }),
      ...web({ a: 2 }, { name: 'minus', containers: [aContainer({ requests: { cpu: '-1', memory: 'much' } })], owners }),
      ...web({ a: 1 }, { name: 'text', topologySpreadConstraints: ['zone', null, 7] }),
      aPod({ name: 'cycle', node: 'a', owners: [anOwner({ uid: 'uid-shop-cycle' })], labels: { app: 'web' } }),
    ];
    expect(perNode(run([zone('a', { allocatable: {} }), zone('b')], odd).evicted)).toEqual({ a: 3 });
  });

  test.each<[object, string[]]>([
    [{ constraints: ['Always'] }, ['constraints: "Always" is not known; DoNotSchedule and ScheduleAnyway are']],
    [{ namespaces: { include: ['a'], exclude: ['b'] } }, ['only one of Include/Exclude namespaces can be set']],
    [{ constraints: ['DoNotSchedule', 'ScheduleAnyway'], topologyBalanceNodeFit: null }, []],
  ])('args %j have problems %j', (args, problems) => {
    expect(problemsOf(strategy, args)).toEqual(problems);
  });

  test('a label selector that cannot be read is refused', () => {
    expect(problemsOf(strategy, { labelSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } })).toEqual([expect.stringContaining('label selector')]);
  });

  test.each([
    [{ constraint: [] }, 'strict decoding error: unknown field "constraint"'],
    [{ constraints: 'DoNotSchedule' }, 'constraints: a list of strings is required'],
    [{ topologyBalanceNodeFit: 'yes' }, 'topologyBalanceNodeFit: true or false is required'],
  ])('args %j are refused', (args, because) => {
    expect(strategy.parseArgs(args)).toEqual({ kind: 'undecodable', because });
  });

  test('a large cluster is no harder: 20,000 pods of one namespace on 1,000 nodes', () => {
    const nodes = Array.from({ length: 1_000 }, (_, at) => zone(`n${at}`, { labels: { zone: `z${at % 4}` } }));
    const running = Array.from({ length: 200 }, (_, at) => web({ [`n${4 * at}`]: 100 }, { name: `w${at}`, labels: { app: `w${at}` } }, { labelSelector: { matchLabels: { app: `w${at}` } } })).flat();
    expect(run(nodes, running).evicted).toHaveLength(200 * 75);
    // To ask every pod of the namespace for every constraint, or for room inside a comparison, would not end in time.
  }, 30_000);
});
