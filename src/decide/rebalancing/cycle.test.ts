import { describe, expect, test } from 'vitest';
import type { PodRecord } from '../../model/cluster.ts';
import { parseSelector } from '../../model/selector.ts';
import { aNode, nodes } from '../../../test/builders/node.ts';
import { aPod, pods } from '../../../test/builders/pod.ts';
import { aPolicy, anEvictor, facts, runCycle } from '../../../test/builders/rebalancing.ts';
import { use } from './policy.ts';
import type { Proposal, ProposalOutcome, Strategy } from './strategy.ts';

/** Proposes every pod it can see, as its caller groups them, and remembers what it was told. */
function everyPod(grouping: (pod: PodRecord) => Pick<Proposal, 'group' | 'pass'> = () => ({}), name = 'EveryPod'): Strategy<undefined> & { readonly heard: ProposalOutcome[] } {
  const heard: ProposalOutcome[] = [];
  return {
    name,
    summary: '',
    extensionPoint: 'deschedule',
    heard,
    parseArgs: () => ({ kind: 'read', args: undefined, problems: [] }),
    *propose(view) {
      for (const node of view.nodes) for (const pod of view.candidates(node, { phases: 'active' })) heard.push(yield { pod, because: 'it is there', ...grouping(pod) });
    },
  };
}

const byNode = ({ node }: PodRecord): Pick<Proposal, 'group'> => ({ group: node });
const names = (evictions: readonly { readonly pod: { readonly name: string } }[]): string[] => evictions.map(({ pod }) => pod.name);
const twoNodes = nodes('n1', 'n2');
const abc = [aPod({ name: 'a', node: 'n1' }), aPod({ name: 'b', node: 'n1' }), aPod({ name: 'c', node: 'n2' })];

describe('limits', () => {
  test('LIM-1: the total limit lets the first ones go and ends the strategy', () => {
    const strategy = everyPod();
    const { evicted, summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: pods(5, 'n1') }), policy: aPolicy(strategy, {}, { limits: { total: 2 } }) });
    expect(names(evicted)).toEqual(['web-n1-1', 'web-n1-2']);
    expect(summary.totals).toMatchObject({ evicted: 2, limited: 1 });
  });

  test('LIM-2: without groups a node limit passes on to the next pod', () => {
    const { evicted, summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: aPolicy(everyPod(), {}, { limits: { perNode: 1 } }) });
    expect(names(evicted)).toEqual(['a', 'c']);
    expect(summary.totals.limited).toBe(1);
  });

  test('a node limit ends the group: its other pods are not even asked', () => {
    const strategy = everyPod(byNode);
    const { summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: [...pods(4, 'n1'), ...pods(1, 'n2')] }), policy: aPolicy(strategy, {}, { limits: { perNode: 1 } }) });
    expect(summary.totals).toMatchObject({ evicted: 2, limited: 1 });
    expect(strategy.heard.map(({ kind }) => kind)).toEqual(['evicted', 'limited', 'skipped', 'skipped', 'evicted']);
  });

  test('the total limit ends only the pass where the strategy has passes', () => {
    const strategy = everyPod(({ name }) => ({ pass: name === 'c' ? 'second' : 'first' }));
    const { summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: aPolicy(strategy, {}, { limits: { total: 0 } }) });
    expect(strategy.heard.map(({ kind }) => kind)).toEqual(['limited', 'skipped', 'limited']);
    expect(summary.totals.evicted).toBe(0);
  });

  test('LIM-3: the namespace limit spares each namespace for itself', () => {
    const running = [...pods(3, 'n1', { namespace: 'ns1' }), ...pods(2, 'n1', { namespace: 'ns2' })];
    const { evicted } = runCycle({ facts: facts({ nodes: twoNodes, pods: running }), policy: aPolicy(everyPod(byNode), {}, { limits: { perNamespace: 1 } }) });
    expect(evicted.map(({ pod }) => pod.namespace)).toEqual(['ns1', 'ns2']);
  });

  test('LIM-4: limits hold across strategies', () => {
    const first = everyPod(() => ({}), 'First');
    const second = everyPod(() => ({}), 'Second');
    const policy = aPolicy(first, {}, { limits: { total: 1 } });
    const [profile] = policy.profiles;
    if (profile === undefined) throw new Error('a policy has a profile');
    const both = { ...policy, profiles: [{ ...profile, deschedule: [use(first, undefined), use(second, undefined)] }] };
    const { summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: both });
    expect(summary.strategies.map(({ strategy, tally }) => [strategy, tally.evicted, tally.limited])).toEqual([['First', 1, 1], ['Second', 0, 1]]);
  });

  test('LIM-5: a refused eviction does not use up the limit', () => {
    const { tried, evicted } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: aPolicy(everyPod(byNode), {}, { limits: { perNode: 1 } }) }, ({ pod }) =>
      pod.name === 'a' ? { kind: 'blocked', because: 'budget' } : { kind: 'evicted' },
    );
    expect(names(tried)).toEqual(['a', 'b', 'c']);
    expect(names(evicted)).toEqual(['b', 'c']);
  });

  test('POL-9: a limit of 0 evicts nothing and says so', () => {
    const { tried, summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: aPolicy(everyPod(), {}, { limits: { total: 0 } }) });
    expect(tried).toEqual([]);
    expect(summary.totals.limited).toBe(1);
  });
});

describe('a cycle', () => {
  test('POL-10: deschedule of all profiles comes before balance of any', () => {
    const strategy = everyPod();
    const named = (name: string): ReturnType<typeof use> => ({ ...use(strategy, undefined), name });
    const evictor = anEvictor();
    const profiles = [
      { name: 'A', evictor, deschedule: [named('d1')], balance: [named('b1')] },
      { name: 'B', evictor, deschedule: [named('d2')], balance: [named('b2')] },
    ];
    const { summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: [] }), policy: { ...aPolicy(strategy), profiles } });
    expect(summary.strategies.map(({ strategy: name }) => name)).toEqual(['d1', 'd2', 'b1', 'b2']);
  });

  test('needs two ready nodes', () => {
    const { tried, summary } = runCycle({ facts: facts({ nodes: [aNode(), aNode({ name: 'n2', ready: 'Unknown' })], pods: abc }), policy: aPolicy(everyPod()) });
    expect(tried).toEqual([]);
    expect(summary.stopped?.cause).toBe('tooFewNodes');
  });

  test('a node without Ready condition counts as ready; tainted and cordoned ones take part', () => {
    const three = [aNode({ ready: undefined }), aNode({ name: 'n2', unschedulable: true }), aNode({ name: 'n3', ready: 'False' })];
    const { tried, summary } = runCycle({ facts: facts({ nodes: three, pods: [...abc, aPod({ name: 'd', node: 'n3' })] }), policy: aPolicy(everyPod()) });
    expect(names(tried)).toEqual(['a', 'b', 'c']);
    expect(summary.nodes).toBe(2);
  });

  test("the policy's nodeSelector chooses the nodes of every strategy", () => {
    const read = parseSelector('pool=a');
    if ('problem' in read) throw new Error(read.problem);
    const pooled = [...nodes('n1'), aNode({ name: 'n2', labels: { pool: 'a' } }), aNode({ name: 'n3', labels: { pool: 'a' } })];
    const { tried } = runCycle({ facts: facts({ nodes: pooled, pods: abc }), policy: aPolicy(everyPod(), {}, { policy: { nodeSelector: read.selector } }) });
    expect(names(tried)).toEqual(['c']);
  });

  test('stops before the next eviction and says what it had done', () => {
    const { tried, evicted, summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: aPolicy(everyPod()) }, ({ pod }) =>
      pod.name === 'b' ? { kind: 'stop', cause: 'openFence', because: 'n9 is being fenced' } : { kind: 'evicted' },
    );
    expect(names(tried)).toEqual(['a', 'b']);
    expect(names(evicted)).toEqual(['a']);
    expect(summary).toMatchObject({ totals: { evicted: 1 }, stopped: { cause: 'openFence', because: 'n9 is being fenced' } });
  });

  test('counts by cause what the filters refuse', () => {
    const running = [aPod({ name: 'a' }), aPod({ name: 'b', owners: [] }), aPod({ name: 'c', owners: [] }), aPod({ name: 'd', priority: 2_000_000_000 })];
    const { summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: running }), policy: aPolicy(everyPod()) });
    expect(summary.strategies[0]?.refused).toEqual({ FailedBarePods: 2, SystemCriticalPods: 1 });
  });

  test('a later strategy finds a pod that went before terminating, and leaves it alone', () => {
    const strategy = everyPod();
    const policy = aPolicy(strategy);
    const [profile] = policy.profiles;
    if (profile === undefined) throw new Error('a policy has a profile');
    const twice = { ...policy, profiles: [profile, { ...profile, name: 'again' }] };
    const { tried, summary } = runCycle({ facts: facts({ nodes: twoNodes, pods: abc }), policy: twice });
    expect(tried).toHaveLength(3);
    expect(summary.strategies[1]?.refused).toEqual({ Terminating: 3 });
  });
});
