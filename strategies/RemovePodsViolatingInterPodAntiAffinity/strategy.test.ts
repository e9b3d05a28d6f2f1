import { describe, expect, test } from 'vitest';
import { use } from '../../src/decide/rebalancing/policy.ts';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { instant } from '../../src/model/time.ts';
import { aNode, nodes } from '../../test/builders/node.ts';
import { aContainerStatus, anOwner, aPod, details, pods } from '../../test/builders/pod.ts';
import { anEvictor, aPolicy, type Case, evictedBy, facts, limitedBy, problemsOf, runCycle, staysBecause } from '../../test/builders/rebalancing.ts';
import { removePodsHavingTooManyRestarts } from '../RemovePodsHavingTooManyRestarts/strategy.ts';
import { removePodsViolatingInterPodAntiAffinity } from './strategy.ts';

const hostname = 'kubernetes.io/hostname';
const zone = 'zone';
const app = (name: string) => ({ matchLabels: { app: name } });
const required = (...terms: object[]) => ({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } });
/** Does not want pods with this label in its topology domain. */
const avoids = (labelSelector: object | null, topologyKey = hostname, more: object = {}) => required({ ...(labelSelector === null ? {} : { labelSelector }), topologyKey, ...more });
const inZone = (name: string, value: string): NodeRecord => aNode({ name, labels: { [hostname]: name, zone: value } });

/** A pod with the label `app=x` that does not want another one on its node. */
const x = (name: string, given: Partial<PodRecord> = {}): PodRecord => aPod({ name, labels: { app: 'x' }, ...avoids(app('x')), ...given });
const scratch = { volumes: [{ kind: 'emptyDir' }] } as const;
const bad = { matchExpressions: [{ key: 'app', operator: 'Near' }] };

const rows: (Case & { readonly title: string; readonly evicted: readonly string[] })[] = [
  { title: 'AA-1: the least important go until the rest is at peace', pods: [x('p1', { priority: 10 }), x('p2', { priority: 5 }), x('p3', { priority: 1 })], evicted: ['p3', 'p2'] },
  {
    title: 'AA-2: across nodes the first node gives way, whatever the priorities',
    nodes: [inZone('a1', 'a'), inZone('a2', 'a')],
    pods: [
      aPod({ name: 'x', node: 'a1', labels: { app: 'x' }, priority: 1, ...avoids(app('y'), zone) }),
      aPod({ name: 'y', node: 'a2', labels: { app: 'y' }, priority: 100, ...avoids(app('x'), zone) }),
    ],
    evicted: ['x'],
  },
  { title: 'AA-3: only the pod with the term goes', pods: [aPod({ name: 'p1', priority: 100, ...avoids(app('y')) }), aPod({ name: 'p2', labels: { app: 'y' } })], evicted: ['p1'] },
  { title: 'AA-4: a protected pod stays in the way', pods: [x('p1', { priority: 10 }), x('p2', { priority: 5 }), x('p3', { priority: 1, ...scratch })], evicted: ['p2', 'p1'] },
  { title: 'AA-5: a pod that the arguments leave out is in nobody’s way', args: { namespaces: { include: ['ns1'] } }, pods: [aPod({ name: 'a', namespace: 'ns1', ...avoids(app('y'), hostname, { namespaces: ['ns2'] }) }), aPod({ name: 'b', namespace: 'ns2', labels: { app: 'y' } })], evicted: [] },
  { title: 'without that restriction it is', pods: [aPod({ name: 'a', namespace: 'ns1', ...avoids(app('y'), hostname, { namespaces: ['ns2'] }) }), aPod({ name: 'b', namespace: 'ns2', labels: { app: 'y' } })], evicted: ['a'] },
  { title: 'AA-6: on one node the topology label is not needed', pods: [x('a', avoids(app('x'), 'rack')), x('b', avoids(app('x'), 'rack'))], evicted: ['a'] },
  { title: 'on two nodes it is', pods: [x('a', avoids(app('x'), 'rack')), x('b', { node: 'n2', ...avoids(app('x'), 'rack') })], evicted: [] },
  {
    title: 'AA-7: pods of one name never conflict',
    pods: [aPod({ name: 'db-0', namespace: 'ns1', ...avoids(app('y'), hostname, { namespaces: ['ns2'] }) }), aPod({ name: 'db-0', namespace: 'ns2', labels: { app: 'y' } })],
    evicted: [],
  },
  {
    title: 'a namesake does not hide another pod',
    pods: [aPod({ name: 'db-0', namespace: 'ns1', ...avoids(app('y'), hostname, { namespaces: ['ns2', 'ns1', 'ns2'] }) }), ...['db-0', 'db-1'].map((name) => aPod({ name, namespace: 'ns2', labels: { app: 'y' } }))],
    evicted: ['db-0'],
  },
  {
    title: 'a namesake in another place is not subtracted here',
    nodes: [...nodes('n1', 'n2')],
    pods: [aPod({ name: 'db-0', namespace: 'ns1', ...avoids(app('y'), hostname, { namespaces: ['ns2'] }) }), aPod({ name: 'db-0', namespace: 'ns2', node: 'n2', labels: { app: 'y' } }), aPod({ name: 'db-1', namespace: 'ns2', labels: { app: 'y' } })],
    evicted: ['db-0'],
  },
  { title: 'a term without namespaces means the own one', pods: [x('a'), x('b', { namespace: 'other' })], evicted: [] },
  { title: 'a namespaceSelector and match-label keys are not read', pods: [x('a', avoids(app('x'), hostname, { namespaceSelector: {}, matchLabelKeys: ['rev'] })), x('b', { namespace: 'other' })], evicted: [] },
  { title: 'zones: one of each domain stays', nodes: [inZone('a1', 'a'), inZone('a2', 'a'), inZone('b1', 'b')], pods: ['a1', 'a2', 'b1'].map((node) => x(`on-${node}`, { node, ...avoids(app('x'), zone) })), evicted: ['on-a1'] },
  { title: 'a term that matches nobody', pods: [x('a', avoids(app('z')))], evicted: [] },
  { title: 'an absent selector matches nothing', pods: [x('a', avoids(null)), x('b')], evicted: ['b'] },
  { title: 'an empty selector matches everything', pods: [x('a', avoids({})), aPod({ name: 'b' })], evicted: ['a'] },
  { title: 'expressions are read', pods: [aPod({ name: 'a', ...avoids({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['q'] }, { key: 'app', operator: 'In', values: ['x', 'y', 'x'] }] }) }), aPod({ name: 'b', labels: { app: 'y' } })], evicted: ['a'] },
  { title: 'a selector that cannot be read ends the check', pods: [x('a', required({ labelSelector: bad, topologyKey: hostname }, { labelSelector: app('y'), topologyKey: hostname })), aPod({ name: 'b', labels: { app: 'y' } })], evicted: [] },
  { title: 'but not a conflict that was found before it', pods: [x('a', required({ labelSelector: app('y'), topologyKey: hostname }, { labelSelector: bad, topologyKey: hostname })), aPod({ name: 'b', labels: { app: 'y' } })], evicted: ['a'] },
  { title: 'terms that make no sense', pods: [aPod({ name: 'a', ...required('x' as unknown as object, {}, { labelSelector: null, namespaces: 5, topologyKey: 7 }) }), aPod({ name: 'b', affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: 'x' } } })], evicted: [] },
  { title: 'a second term can conflict, too', pods: [aPod({ name: 'a', ...required({ labelSelector: app('q'), topologyKey: hostname }, { labelSelector: app('y'), topologyKey: zone }) }), aPod({ name: 'b', labels: { app: 'y' } })], evicted: ['a'] },
  { title: 'of two terms with one selector each has its own domain', nodes: [inZone('a1', 'a'), inZone('a2', 'a')], pods: [aPod({ name: 'a', node: 'a1', ...required({ labelSelector: app('y'), topologyKey: hostname }, { labelSelector: app('y'), topologyKey: zone }) }), aPod({ name: 'b', node: 'a2', labels: { app: 'y' } })], evicted: ['a'] },
  { title: 'a value that is listed twice makes no second pod', pods: [x('a', avoids({ matchExpressions: [{ key: 'app', operator: 'In', values: ['x', 'x'] }] })), ...pods(3, 'n1')], evicted: [] },
  { title: 'preferred anti-affinity is not looked at', pods: [x('a', { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { labelSelector: app('x'), topologyKey: hostname } }] } } }), x('b', { affinity: undefined })], evicted: [] },
  { title: 'a terminating pod is in the way, and does not go again', pods: [x('a', { deletionTimestamp: instant(1), priority: 1 }), x('b', { priority: 2 })], evicted: ['b'] },
  { title: 'finished pods are not in the way', pods: [x('a', { phase: 'Succeeded' }), x('b')], evicted: [] },
  { title: 'pods on nodes that are not ready are not in the way', nodes: [...nodes('n1', 'n2'), aNode({ name: 'n3', ready: 'False', labels: { zone: 'a' } })], pods: [x('a', avoids(app('x'), zone)), x('b', { node: 'n3', ...avoids(app('x'), zone) })], evicted: [] },
  { title: 'QoS decides between equal priorities, then the wish to stay', pods: [x('a', { qosClass: 'Guaranteed' }), x('b', { qosClass: 'BestEffort', annotations: { 'descheduler.alpha.kubernetes.io/prefer-no-eviction': '' } }), x('c', { qosClass: 'BestEffort' }), x('d', { qosClass: 'Burstable' })], evicted: ['c', 'b', 'd'] },
  { title: 'nodeFit keeps pods that have nowhere to go', policy: { evictor: { nodeFit: true } }, nodes: [aNode({ name: 'n1' }), aNode({ name: 'n2', unschedulable: true })], pods: [x('a'), x('b')], evicted: [] },
  { title: 'a full node is left for the next', policy: { limits: { perNode: 1 } }, pods: [x('a'), x('b'), x('c'), x('d', { node: 'n2' }), x('e', { node: 'n2' })], evicted: ['a', 'd'] },
  { title: 'the total limit ends it', policy: { limits: { total: 1 } }, pods: [x('a'), x('b'), x('c'), x('d', { node: 'n2' }), x('e', { node: 'n2' })], evicted: ['a'] },
  { title: 'labels restrict it', args: { labelSelector: { matchLabels: { team: 'a' } } }, pods: [x('a', { labels: { app: 'x', team: 'a' } }), x('b')], evicted: [] },
  { title: 'a pod without containers and one with 64 owners are pods like others', pods: [x('a', { containers: [] }), x('b', { owners: Array.from({ length: 64 }, (_, at) => anOwner({ name: `o${at}` })) }), x('c')], evicted: ['a', 'b'] },
];

describe('RemovePodsViolatingInterPodAntiAffinity', () => {
  test.each(rows)('$title', ({ evicted, ...given }) => {
    expect(evictedBy(removePodsViolatingInterPodAntiAffinity, given)).toEqual(evicted);
  });

  test('a pod whose eviction failed stays in the way', () => {
    const given = { facts: facts({ nodes: nodes('n1', 'n2'), pods: [x('a'), x('b')] }), policy: aPolicy(removePodsViolatingInterPodAntiAffinity) };
    const { tried } = runCycle(given, () => ({ kind: 'blocked', because: 'the budget' }));
    expect(tried.map(({ pod }) => pod.name)).toEqual(['a', 'b']);
  });

  test('a pod that another strategy has evicted already is in nobody’s way any more', () => {
    const annotations = { 'descheduler.alpha.kubernetes.io/evict': '' };
    const running = [x('a', { annotations, ...details({ containers: [aContainerStatus({ restarts: 9 })] }) }), x('b')];
    const deschedule = [use(removePodsHavingTooManyRestarts, { podRestartThreshold: 5 }), use(removePodsViolatingInterPodAntiAffinity, {})];
    const policy = aPolicy(removePodsViolatingInterPodAntiAffinity, {}, { policy: { profiles: [{ name: 'p', evictor: anEvictor(), deschedule, balance: [] }] } });
    expect(runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy }).tried.map(({ pod }) => pod.name)).toEqual(['a']);
  });

  test('a term first asked about after an eviction does not count the evicted pod', () => {
    const running = [x('a', { priority: 1 }), x('b', { priority: 2 }), aPod({ name: 'c', priority: 3, ...avoids({ matchExpressions: [{ key: 'app', operator: 'In', values: ['x'] }, { key: 'old', operator: 'Exists' }] }) })];
    const old = { labels: { app: 'x', old: 'yes' } };
    expect(evictedBy(removePodsViolatingInterPodAntiAffinity, { pods: running.map((pod) => (pod.name === 'a' ? { ...pod, ...old } : pod)) })).toEqual(['a']);
  });

  test('a node that has reached its limit is not tried again', () => {
    expect(limitedBy(removePodsViolatingInterPodAntiAffinity, { pods: [x('a'), x('b'), x('c'), x('d')], policy: { limits: { perNode: 1 } } })).toBe(1);
  });

  test('says why pods go and stay, with the deciding figures', () => {
    const running = [x('a', avoids(app('x'), hostname, { namespaces: ['shop', 'shop'] })), x('b'), x('c'), aPod({ name: 'free' }), aPod({ name: 'bad', ...avoids(bad) })];
    const { tried } = runCycle({ facts: facts({ nodes: nodes('n1', 'n2'), pods: running }), policy: aPolicy(removePodsViolatingInterPodAntiAffinity) });
    expect(tried.map(({ because }) => because)).toEqual([
      'shop/a has a required anti-affinity to 2 other pods within kubernetes.io/hostname=n1',
      'shop/b has a required anti-affinity to another pod within kubernetes.io/hostname=n1',
    ]);
    expect(staysBecause(removePodsViolatingInterPodAntiAffinity, { pods: running })).toEqual({
      c: 'no other pod is where its required anti-affinity does not want it',
      free: 'it has no required anti-affinity',
      bad: expect.stringMatching(/^its anti-affinity cannot be read: "Near" is not a valid/u) as string,
    });
  });

  test('the plan does not depend on the order in which the cluster is listed', () => {
    const running = ['n1', 'n2'].flatMap((node) => ['a', 'b', 'c'].map((name) => x(`${name}-${node}`, { node, ...avoids(app('x'), zone) })));
    const given = { nodes: [inZone('n1', 'a'), inZone('n2', 'a')] };
    expect(evictedBy(removePodsViolatingInterPodAntiAffinity, { ...given, pods: running.toReversed() })).toEqual(evictedBy(removePodsViolatingInterPodAntiAffinity, { ...given, pods: running }));
  });

  test.each([
    ['both lists of namespaces', { namespaces: { include: ['a'], exclude: ['b'] } }, 'only one of Include/Exclude namespaces can be set'],
    ['a selector with a bad operator', { labelSelector: bad }, expect.stringMatching(/^failed to get label selectors/u)],
    ['an unknown field', { labels: {} }, 'strict decoding error: unknown field "labels"'],
  ])('%s is refused', (_, args, problem: unknown) => {
    expect(problemsOf(removePodsViolatingInterPodAntiAffinity, args)).toEqual([problem]);
  });

  test('a large cluster is no harder: 20,000 pods on 1,000 nodes, of 200 workloads that avoid themselves by node or zone', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `n${at}`);
    const own = (at: number, key: string) => ({ name: `app-${at}`, labels: { app: `app-${at}` }, ...avoids(app(`app-${at}`), key) });
    const running = names.flatMap((node, at) => [...pods(10, node, own(at % 100, hostname)), ...pods(10, node, own(100 + (at % 100), zone))]);
    const given = facts({ nodes: names.map((name, at) => inZone(name, `z${at % 10}`)), pods: running });
    const { evicted } = runCycle({ facts: given, policy: aPolicy(removePodsViolatingInterPodAntiAffinity) });
    // One of each workload stays per node, and one of each workload per zone.
    expect(evicted).toHaveLength(20_000 - 1_000 - 100);
  }, 30_000);
});
