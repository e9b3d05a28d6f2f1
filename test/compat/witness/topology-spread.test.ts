import { describe, expect, test } from 'vitest';
import { aCase, type CaseParts, nodeObject, podObject, type PodParts, podObjects } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { judgeExamples } from './examples.ts';
import { balance } from './topology-domains.ts';

const zone = 'topology.example.com/zone';
const node = (name: string, more: Parameters<typeof nodeObject>[1] = {}): object => nodeObject(name, { ...more, labels: { [zone]: name.slice(0, 1), 'kubernetes.io/os': 'linux' } });
const nodes = (...names: string[]): object[] => names.map((name) => node(name));
const constraint = (more: object = {}): object => ({ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...more });
const spread = (more: object = {}, parts: PodParts = {}): PodParts => ({ ...parts, spec: { topologySpreadConstraints: [constraint(more)], ...parts.spec } });

/** `{ a: 5, b: 1 }`: the pods a1 … a5 on node a, b1 on node b. */
const sized = (sizes: Record<string, number>, given: PodParts = spread()): object[] =>
  Object.entries(sizes).flatMap(([name, count]) => Array.from({ length: count }, (_, at) => podObject(`${name}${at + 1}`, name, given)));

const given = (parts: CaseParts): Case => aCase('RemovePodsViolatingTopologySpreadConstraint', parts);
const abc = nodes('a', 'b', 'c');
const ab = nodes('a', 'b');
const full = node('b', { allocatable: { pods: '1' } });
const onlyIn = (...values: string[]): object => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: 'In', values }] }] } } });
const tainted = node('c', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
const priority = (name: string, of: number, spec: object = {}): object => podObject(name, 'a', spread({}, { spec: { priority: of, ...spec } }));
const scratch = { volumes: [{ name: 'v', emptyDir: {} }] };
const both = { topologySpreadConstraints: [constraint(), constraint({ topologyKey: 'kubernetes.io/hostname' })] };

describe('RemovePodsViolatingTopologySpreadConstraint', () => {
  judgeExamples([
    { title: 'TSC-1', given: given({ nodes: abc, pods: sized({ a: 5, b: 1 }) }), legal: ['a1 a2 a3', 'a5 a3 a1'], illegal: ['', 'a1 a2', 'a1 a2 a3 a4', 'a1 a2 b1', 'a1 a1 a2'] },
    { title: 'TSC-2', given: given({ nodes: ab, pods: sized({ a: 3, b: 1 }) }), legal: ['a1', 'a3'], illegal: ['', 'b1', 'a1 a2'] },
    { title: 'TSC-3', given: given({ nodes: abc, pods: sized({ a: 2, b: 1 }) }), legal: ['a1', 'a2'], illegal: ['', 'b1'] },
    { title: 'TSC-4', given: given({ nodes: ab, pods: sized({ a: 4 }, spread({ maxSkew: 2 })) }), legal: ['a1'], illegal: ['', 'a1 a2'] },
    { title: 'TSC-5', given: given({ nodes: ab, pods: sized({ a: 3 }) }), legal: ['a1'], illegal: ['', 'a1 a2'] },
    { title: 'TSC-6', given: given({ nodes: abc, pods: sized({ a: 6, b: 6 }) }), legal: ['a1 b1 a2 b2'], illegal: ['a1 a2 a3 b1', 'a1 a2 a3 a4'] },
    { title: 'TSC-7', given: given({ nodes: nodes('a', 'b', 'c', 'd'), pods: sized({ a: 10, b: 1, c: 1, d: 1 }) }), legal: ['a1 a2 a3 a4 a5 a6 a7'], illegal: ['a1 a2 a3 a4 a5 a6'] },
    { title: 'TSC-8', given: given({ nodes: abc, pods: sized({ a: 3, b: 3, c: 1 }) }), legal: ['a1', 'b2'], illegal: ['', 'a1 b1', 'c1'] },
    { title: 'TSC-9', given: given({ nodes: ab, pods: sized({ a: 2, b: 1 }) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-10', given: given({ nodes: ab, pods: sized({ a: 4, b: 1 }) }), legal: ['a1'], illegal: ['', 'a1 a2'] },
    { title: 'TSC-11', given: given({ nodes: ab, pods: [priority('p1', 1), priority('p5', 5), priority('p9', 9)] }), legal: ['p9'], illegal: ['p5', 'p1'] },
    { title: 'TSC-12', given: given({ nodes: ab, pods: [priority('p1', 1), priority('p5', 5), priority('p9', 9, { nodeSelector: { 'kubernetes.io/os': 'linux' } })] }), legal: ['p5'], illegal: ['p9', 'p1'] },
    { title: 'TSC-13', given: given({ nodes: ab, pods: [...sized({ a: 2, b: 1 }), ...podObjects('x y z', 'a', spread({}, { spec: scratch }))] }), legal: [''], illegal: ['a1', 'x'] },
    { title: 'TSC-14', given: given({ nodes: [node('a'), full], pods: sized({ a: 3, b: 1 }) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-14 without node fit', given: given({ nodes: [node('a'), full], pods: sized({ a: 3, b: 1 }), args: { topologyBalanceNodeFit: false } }), legal: ['a2'], illegal: ['', 'a1 a2'] },
    {
      title: 'TSC-15',
      given: given({ nodes: abc, pods: [podObject('p', 'a', spread({ nodeAffinityPolicy: 'Ignore' }, { spec: { nodeSelector: { [zone]: 'a' } } })), podObject('q', 'a', spread({ nodeAffinityPolicy: 'Ignore' })), podObject('b1', 'b', spread({ nodeAffinityPolicy: 'Ignore' }))] }),
      legal: ['q'],
      illegal: ['p', '', 'p q'],
    },
    { title: 'TSC-16', given: given({ nodes: ab, pods: sized({ a: 2 }, spread({ whenUnsatisfiable: 'ScheduleAnyway' })) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-16 with ScheduleAnyway', given: given({ nodes: ab, pods: sized({ a: 2 }, spread({ whenUnsatisfiable: 'ScheduleAnyway' })), args: { constraints: ['ScheduleAnyway'] } }), legal: ['a1'], illegal: [''] },
    { title: 'TSC-17', given: given({ nodes: ab, pods: [podObject('a1', 'a', spread()), ...podObjects('u v', 'a', { owner: 'other' }), podObject('b1', 'b', spread())] }), legal: ['a1', 'u', 'v'], illegal: ['', 'u v'] },
    {
      title: 'TSC-18',
      given: given({
        nodes: ab,
        pods: ['a', 'b'].flatMap((name) => [1, 2].map((at) => podObject(`${name}${at}`, name, spread({ matchLabelKeys: ['hash'] }, { labels: { app: 'web', hash: name } })))),
      }),
      legal: ['a1 b1', 'b2 a1'],
      illegal: ['', 'a1', 'a1 a2'],
    },
    { title: 'TSC-19', given: given({ nodes: abc, pods: sized({ a: 2, b: 1 }, spread({}, { spec: { affinity: onlyIn('a', 'b') } })) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-20', given: given({ nodes: abc, pods: sized({ a: 2, b: 1 }, spread({ nodeAffinityPolicy: 'Ignore' }, { spec: { affinity: onlyIn('a', 'b') } })) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-21', given: given({ nodes: [...ab, tainted], pods: sized({ a: 2, b: 1 }) }), legal: [''], illegal: ['a1'] },
    { title: 'TSC-22', given: given({ nodes: [...ab, tainted], pods: sized({ a: 2, b: 1 }, spread({ nodeTaintsPolicy: 'Honor' })) }), legal: [''], illegal: ['a1'] },
    {
      title: 'TSC-23',
      given: given({ nodes: ab, pods: sized({ a: 4 }, { spec: both }) }),
      legal: ['a1 a2', 'a1 a2 a3', 'a1 a2 a3 a4'],
      illegal: ['', 'a1'],
    },
    { title: 'the total limit ends it', given: given({ nodes: abc, pods: sized({ a: 5, b: 1 }), policy: { maxNoOfPodsToEvictTotal: 2 } }), legal: ['a1 a2'], illegal: ['a1', 'a1 a2 a3'] },
    {
      title: 'namespaces are balanced apart',
      given: given({ nodes: ab, pods: [...sized({ a: 3 }), ...podObjects('x y z', 'a', spread({}, { namespace: 'other' }))] }),
      legal: ['a1 x', 'z a2'],
      illegal: ['a1', 'a1 a2', 'x y'],
    },
  ]);

  test.each([
    { sizes: [0, 1, 5], taken: [0, 0, 3] },
    { sizes: [0, 6, 6], taken: [0, 2, 2] },
    { sizes: [1, 1, 1, 10], taken: [0, 0, 0, 7] },
    { sizes: [1, 3, 3], taken: [0, 0, 1] },
    { sizes: [1, 2], taken: [0, 0] },
  ])('balancing $sizes takes $taken', ({ sizes, taken }) => {
    expect(balance(sizes, sizes.reduce((sum, size) => sum + size, 0) / sizes.length, 1)).toEqual(taken);
  });
});
