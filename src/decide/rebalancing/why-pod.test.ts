import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { instant } from '../../model/time.ts';
import { aNode, nodes } from '../../../test/builders/node.ts';
import { aContainer, aContainerStatus, aPod, details, pods } from '../../../test/builders/pod.ts';
import { aPolicy, facts, type PolicyParts } from '../../../test/builders/rebalancing.ts';
import { highNodeUtilization } from '../../../strategies/HighNodeUtilization/strategy.ts';
import { lowNodeUtilization } from '../../../strategies/LowNodeUtilization/strategy.ts';
import { removeDuplicates } from '../../../strategies/RemoveDuplicates/strategy.ts';
import { removePodsHavingTooManyRestarts } from '../../../strategies/RemovePodsHavingTooManyRestarts/strategy.ts';
import type { RebalancePolicy } from './policy.ts';
import { type PodVerdict, whyPod } from './why-pod.ts';

const room = { allocatable: { cpu: '4', memory: '8Gi', pods: '20' } };
const three = ['n1', 'n2', 'n3'].map((name) => aNode({ name, ...room }));
const load = (count: number, node: string, given: Partial<PodRecord> = {}): PodRecord[] => pods(count, node, { containers: [aContainer({ requests: { cpu: '400m' } })], ...given });

const low = (parts: PolicyParts = {}, more: object = {}): RebalancePolicy => aPolicy(lowNodeUtilization, { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 }, ...more }, parts);
const high = (more: object = {}): RebalancePolicy => aPolicy(highNodeUtilization, { thresholds: { cpu: 20 }, ...more });

interface Asked {
  readonly policy: RebalancePolicy;
  readonly running: readonly PodRecord[];
  readonly cluster?: readonly NodeRecord[];
}

function ask(name: string, { policy, running, cluster = three }: Asked): PodVerdict {
  const verdict = whyPod({ namespace: 'shop', name, facts: facts({ nodes: cluster, pods: running }), policy, now: instant(0) });
  if (verdict === undefined) throw new Error(`no pod ${name}`);
  return verdict;
}

/** Three nodes of which `n1` is over-utilised, `n2` neither, and `n3` under-utilised. */
const lopsided = [...load(8, 'n1'), ...load(4, 'n2'), ...load(1, 'n3')];

describe('why a pod stays that a strategy never looked at', () => {
  test.each<[string, string, Asked, string]>([
    ['nothing moves at all', 'web-n1-1', { policy: high(), running: load(1, 'n1') }, 'all 3 nodes are under-utilised'],
    ['its node is a destination', 'web-n2-1', { policy: high(), running: [...load(1, 'n1'), ...load(4, 'n2')] }, 'n2 is not under-utilised: a destination'],
    ['its node is no destination', 'web-n2-1', { policy: high(), running: [...load(1, 'n1'), ...load(4, 'n2'), ...load(4, 'n3')], cluster: three.map((node) => (node.name === 'n2' ? { ...node, unschedulable: true } : node)) }, 'n2 is not under-utilised'],
    ['its node is a destination of the other strategy', 'web-n3-1', { policy: low(), running: lopsided }, 'n3 is under-utilised: a destination'],
    ['its node is in the middle', 'web-n2-1', { policy: low(), running: lopsided }, 'n2 is neither over- nor under-utilised'],
    ['its node is cordoned', 'web-n4-1', { policy: low(), running: [...lopsided, ...load(1, 'n4')], cluster: [...three, aNode({ name: 'n4', ...room, unschedulable: true })] }, 'n4 is cordoned, and not over-utilised'],
    ['the destinations are full', 'web-n2-1', { policy: low(), running: [...load(9, 'n1'), ...load(6, 'n2'), ...load(1, 'n3')] }, 'the destinations have no room left for cpu (cpu 0m, memory 8Gi, pods 15)'],
    ['it asks for nothing that counts', 'none', { policy: high({ evictionModes: ['OnlyThresholdingResources'] }), running: [aPod({ name: 'none' }), ...load(4, 'n2')] }, 'no container of it requests a resource of thresholds (cpu)'],
    ['as many left its node as may', 'web-n1-8', { policy: low({}, { evictionLimits: { node: 1 } }), running: lopsided }, '1 pod of n1 was evicted, and no more than 1 may'],
    ['a limit closed its node', 'web-n1-8', { policy: low({ limits: { perNode: 0 } }), running: lopsided }, 'a limit was reached for its group'],
    ['it has ended', 'done', { policy: low(), running: [...lopsided, aPod({ name: 'done', phase: 'Succeeded' })] }, 'its phase (Succeeded), or the namespaces or labels of its args leave the pod out'],
    ['its namespace is left out', 'web-n1-1', { policy: aPolicy(removeDuplicates, { namespaces: { exclude: ['shop'] } }), running: load(2, 'n1') }, 'the namespaces or labels of its args leave the pod out'],
    ['it is bound to no node', 'free', { policy: low(), running: [aPod({ name: 'free', node: '' })] }, 'the pod is bound to no node, and strategies look at the pods of nodes'],
    ['its node is not ready', 'far', { policy: low(), running: [aPod({ name: 'far', node: 'n4' })], cluster: [...three, aNode({ name: 'n4', ready: 'False' })] }, 'strategies do not work on n4: its condition Ready is False'],
  ])('%s', (_, name, asked, because) => {
    const verdict = ask(name, asked);
    expect(verdict).toMatchObject({ verdict: 'would stay', because });
    expect(verdict.strategies.map((each) => each.because)).toEqual([because]);
  });

  test('a limit ended the strategy before', () => {
    const restarted = ['n1', 'n2', 'n3'].map((node) => aPod({ name: `on-${node}`, node, ...details({ containers: [aContainerStatus({ restarts: 9 })] }) }));
    const policy = aPolicy(removePodsHavingTooManyRestarts, { podRestartThreshold: 3 }, { limits: { total: 1 } });
    expect(ask('on-n2', { policy, running: restarted }).because).toContain('total eviction limit exceeded (1)');
    expect(ask('on-n3', { policy, running: restarted }).because).toBe('a limit was reached before it came to the pod, or the namespaces or labels of its args leave the pod out');
  });

  test('no node is left, and no strategy runs', () => {
    expect(ask('web-n1-1', { policy: low(), running: load(1, 'n1'), cluster: nodes('n1') })).toMatchObject({ strategies: [], because: expect.stringContaining('there is 1') as string });
    expect(ask('web-n1-1', { policy: { ...low(), profiles: [] }, running: load(1, 'n1') }).because).toBe('no profile of the policy enables a strategy');
  });
});

describe('several strategies', () => {
  const both: RebalancePolicy = { ...low(), profiles: [...low().profiles, ...high().profiles, ...aPolicy(removeDuplicates).profiles] };

  test('have one row each, in the order of the run, with what each decided', () => {
    const verdict = ask('web-n1-1', { policy: both, running: lopsided });
    expect(verdict.verdict).toBe('would be evicted');
    expect(verdict.strategies.map(({ strategy, decision }) => [strategy, decision])).toEqual([['LowNodeUtilization', 'would evict'], ['HighNodeUtilization', undefined], ['RemoveDuplicates', undefined]]);
    expect(verdict.because).toBe(verdict.strategies[0]?.because);
    expect(verdict.strategies.slice(1).map(({ because }) => because)).toEqual(['it would be gone by then', 'it would be gone by then']);
  });

  test('that never came to the pod are told apart in one sentence', () => {
    const policy = { ...both, profiles: both.profiles.slice(0, 2) };
    expect(ask('web-n2-1', { policy, running: lopsided }).because).toBe('LowNodeUtilization: n2 is neither over- nor under-utilised; HighNodeUtilization: n2 is not under-utilised: a destination');
  });
});
