import { describe, expect, test } from 'vitest';
import { aCase, evictionsOf, nodeObject, nodeObjects, now, podObject, type PodParts, podObjects, secondsAgo } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { canonicallyEqual } from './canonical.ts';

const two = nodeObjects('n1', 'n2');
const created = (seconds: number): PodParts => ({ metadata: { creationTimestamp: secondsAgo(seconds) } });
const restarted = (name: string, restartCount: number): object => podObject(name, 'n1', { status: { containerStatuses: [{ name: 'main', restartCount }] } });
const tainted = nodeObject('n1', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
const excluding = (priority: number): PodParts => ({
  spec: { priority, affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }] } } },
});
const using = (cpu: string): PodParts => ({ requests: { cpu } });
const small = (name: string): object => nodeObject(name, { allocatable: { cpu: '4' } });
const zoned = (zone: string): object => nodeObject(zone, { labels: { zone } });
const spread: PodParts = { spec: { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } }] } };

interface Row {
  readonly title: string;
  readonly given: Case;
  readonly equal: readonly [string, string][];
  readonly different: readonly [string, string][];
}

const lifetime = (policy: object = {}): Case =>
  aCase('PodLifeTime', { nodes: two, args: { maxPodLifeTimeSeconds: 60 }, policy, pods: [podObject('a', 'n1', created(900)), podObject('b', 'n1', created(300)), podObject('c', 'n2', created(300))] });

const rows: Row[] = [
  { title: 'taints: the set', given: aCase('RemovePodsViolatingNodeTaints', { nodes: [tainted, nodeObject('n2')], pods: podObjects('a b c', 'n1') }), equal: [['a b c', 'c a b']], different: [['a b c', 'a b'], ['', 'a']] },
  { title: 'age: the set, and the sequence of ages', given: lifetime(), equal: [['a b c', 'a c b']], different: [['a b c', 'b a c'], ['a b', 'a c']] },
  { title: 'a limit that was hit: the number', given: lifetime({ maxNoOfPodsToEvictTotal: 2 }), equal: [['a b', 'a c']], different: [['a b', 'a']] },
  { title: 'a limit per node that was hit: the number per node', given: lifetime({ maxNoOfPodsToEvictPerNode: 1 }), equal: [['a c', 'b c']], different: [['a c', 'a']] },
  {
    title: 'restarts: per node the sequence of sums',
    given: aCase('RemovePodsHavingTooManyRestarts', { nodes: two, args: { podRestartThreshold: 2 }, pods: [restarted('a', 9), restarted('b', 5), restarted('c', 5)] }),
    equal: [['a b c', 'a c b']],
    different: [['a b c', 'b a c']],
  },
  {
    title: 'duplicates: the number per group and node',
    given: aCase('RemoveDuplicates', { nodes: two, pods: [...podObjects('a b c d', 'n1'), ...podObjects('p q', 'n1', { owner: 'other' })] }),
    equal: [['a b', 'c d'], ['a b p', 'q d a']],
    different: [['a b', 'a'], ['a b', 'a p']],
  },
  {
    title: 'anti-affinity on one node: the sequence of ranks',
    given: aCase('RemovePodsViolatingInterPodAntiAffinity', { nodes: two, pods: [podObject('a', 'n1', excluding(1)), podObject('b', 'n1', excluding(2)), podObject('c', 'n1', excluding(2))] }),
    equal: [['a b', 'a c']],
    different: [['a b', 'b a'], ['a b', 'a']],
  },
  {
    title: 'load: per node the sequence of ranks and requests',
    given: aCase('LowNodeUtilization', { nodes: ['n1', 'n2'].map(small), args: { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 } }, pods: [...podObjects('a b', 'n1', using('1')), podObject('c', 'n1', using('500m'))] }),
    equal: [['a', 'b']],
    different: [['a', 'c'], ['a c', 'c a']],
  },
  {
    title: 'spread: how many leave domains of one size',
    given: aCase('RemovePodsViolatingTopologySpreadConstraint', { nodes: ['a', 'b', 'c'].map(zoned), pods: [...podObjects('a1 a2 a3', 'a', spread), ...podObjects('b1 b2 b3', 'b', spread), podObject('c1', 'c', spread)] }),
    equal: [['a1', 'b2']],
    different: [['a1', ''], ['a1', 'a1 a2'], ['a1', 'c1']],
  },
];

const pairs = (kind: 'equal' | 'different'): { title: string; given: Case; ours: string; theirs: string }[] => rows.flatMap(({ title, given, [kind]: list }) => list.map(([ours, theirs]) => ({ title, given, ours, theirs })));

const compare = ({ given, ours, theirs }: { given: Case; ours: string; theirs: string }): boolean => canonicallyEqual(given, evictionsOf(given, ours), { theirs: evictionsOf(given, theirs), now });

describe('canonical forms', () => {
  test.each(pairs('equal'))('$title: "$ours" is "$theirs"', (pair) => expect(compare(pair)).toBe(true));
  test.each(pairs('different'))('$title: "$ours" is not "$theirs"', (pair) => expect(compare(pair)).toBe(false));
});
