import { describe } from 'vitest';
import { aCase, type CaseParts, nodeObject, podObject, type PodParts, podObjects } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { judgeExamples } from './examples.ts';

const node = (name: string, cpu = '4', more: Parameters<typeof nodeObject>[1] = {}): object => nodeObject(name, { ...more, allocatable: { cpu, memory: '8Gi', pods: '20', ...more.allocatable } });
const using = (cpu: string, memory: string, more: PodParts = {}): PodParts => ({ ...more, requests: { cpu, memory } });

describe('LowNodeUtilization', () => {
  const all = (percent: number): object => ({ cpu: percent, memory: percent, pods: percent });
  const l20t50 = { thresholds: all(20), targetThresholds: all(50) };
  const cpu = { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 } };
  const three = [node('n1'), node('n2'), node('n3')];
  const loaded = (more: PodParts = {}): object[] => [
    ...podObjects('a b c d e f g h i', 'n1', using('400m', '512Mi', more)),
    ...podObjects('x', 'n2', using('400m', '512Mi')),
    ...podObjects('p q r s', 'n3', using('400m', '512Mi')),
  ];
  const given = (parts: Partial<CaseParts> = {}): Case => aCase('LowNodeUtilization', { nodes: three, args: l20t50, pods: loaded(), ...parts });
  const nothing = { legal: [''], illegal: ['a', 'a b c d'] };
  const guaranteed = (amount: string, priority?: number): PodParts => ({ requests: { cpu: amount, memory: '256Mi' }, limits: { cpu: amount, memory: '256Mi' }, spec: priority === undefined ? {} : { priority } });

  judgeExamples([
    { title: 'LNU-1', given: given(), legal: ['a b c d', 'i e g f'], illegal: ['', 'a b c', 'a b c d e', 'a b c x', 'a b c p'] },
    { title: 'LNU-2', given: given({ args: { ...l20t50, evictionLimits: { node: 2 } } }), legal: ['a b'], illegal: ['a', 'a b c'] },
    { title: 'LNU-3', given: given({ args: { ...l20t50, numberOfNodes: 1 } }), ...nothing },
    { title: 'LNU-4', given: given({ nodes: [node('n1'), node('n2', '1')], pods: [...podObjects('a b c d e', 'n1', using('700m', '256Mi')), podObject('x', 'n2', using('100m', '256Mi'))] }), legal: ['a', 'c'], illegal: ['', 'a b'] },
    {
      title: 'LNU-5',
      given: given({ args: cpu, nodes: [node('n1'), node('n2')], pods: [...podObjects('a b c d', 'n1', using('500m', '256Mi')), podObject('x', 'n2', using('800m', '256Mi'))] }),
      ...nothing,
    },
    {
      title: 'LNU-6',
      given: given({
        args: cpu,
        nodes: [node('n1'), node('n2')],
        pods: [podObject('hi', 'n1', guaranteed('1', 1_000)), podObject('lo-g', 'n1', guaranteed('1', 10)), podObject('lo-b', 'n1', using('1', '256Mi', { spec: { priority: 10 } })), podObject('none', 'n1', guaranteed('500m'))],
      }),
      legal: ['none lo-b'],
      illegal: ['lo-b none', 'none lo-g', 'none', 'none lo-b lo-g'],
    },
    {
      title: 'LNU-7',
      given: given({ args: cpu, pods: [...podObjects('a b c d e f', 'n1', using('600m', '256Mi')), ...podObjects('p q r s t', 'n2', using('600m', '128Mi')), podObject('x', 'n3', using('200m', '128Mi'))] }),
      legal: ['a b c'],
      illegal: ['p q a', 'a b p', 'a b c p'],
    },
    {
      title: 'LNU-8',
      given: given({
        args: { thresholds: { cpu: 10 }, targetThresholds: { cpu: 10 }, useDeviationThresholds: true },
        pods: [...podObjects('a b c d e f g h', 'n1', using('400m', '256Mi')), podObject('x', 'n2', using('400m', '256Mi')), ...podObjects('p q r s', 'n3', using('400m', '256Mi'))],
      }),
      legal: ['a b c'],
      illegal: ['a b', 'a b c d'],
    },
    {
      title: 'LNU-9',
      given: given({
        args: { thresholds: { 'example.com/gpu': 30 }, targetThresholds: { 'example.com/gpu': 50 } },
        nodes: [node('n1', '4', { allocatable: { 'example.com/gpu': '4' } }), node('n2')],
        pods: podObjects('a b c', 'n1', { requests: { 'example.com/gpu': '1' } }),
      }),
      legal: [''],
      illegal: ['a'],
    },
    {
      title: 'LNU-10',
      given: given({
        nodes: [node('n1'), node('n2', '4', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }, { key: 'b', effect: 'NoSchedule' }] } }), node('n3')],
        pods: loaded({ spec: { tolerations: [{ operator: 'Exists' }] } }),
      }),
      ...nothing,
    },
    { title: 'LNU-11', given: given({ nodes: [node('n1'), node('n2', '4', { spec: { unschedulable: true } }), node('n3')] }), ...nothing },
    {
      title: 'LNU-12',
      given: given({
        pods: [...podObjects('a b c', 'n1', using('400m', '512Mi')), ...podObjects('d e f g h i', 'n1', using('400m', '512Mi', { spec: { volumes: [{ name: 'v', emptyDir: {} }] } })), ...loaded().slice(9)],
      }),
      legal: ['a b c'],
      illegal: ['a b', 'a b c d'],
    },
    { title: 'LNU-13', given: given({ args: { ...l20t50, evictableNamespaces: { exclude: ['shop'] } } }), ...nothing },
    { title: 'a limit per namespace passes over a pod without counting it as moved', given: given({ policy: { maxNoOfPodsToEvictPerNamespace: 3 } }), legal: ['a b c'], illegal: ['a b', 'a b c d'] },
    {
      title: 'the fullest node first, equal ones in any order',
      given: given({
        args: cpu,
        nodes: [...three, node('n4')],
        pods: [...podObjects('a b c', 'n1', using('1', '256Mi')), ...podObjects('p q r', 'n2', using('1', '128Mi')), ...podObjects('u v w', 'n3', using('1', '128Mi'))],
      }),
      legal: ['a p', 'b w'],
      illegal: ['p a', 'a p q', 'a', 'p u', 'a p u'],
    },
  ]);
});

describe('HighNodeUtilization', () => {
  const nodes = [node('n1'), node('n2'), node('n3')];
  const pods = [
    podObject('a', 'n1', using('200m', '256Mi')),
    podObject('b', 'n1', using('100m', '128Mi')),
    ...podObjects('p q r s', 'n2', using('500m', '512Mi')),
    ...podObjects('t u v w', 'n3', using('600m', '512Mi')),
  ];
  const given = (parts: Partial<CaseParts> = {}): Case => aCase('HighNodeUtilization', { nodes, args: { thresholds: { cpu: 20, memory: 20 } }, pods, ...parts });
  const cordoned = (...names: string[]): object[] => ['n1', 'n2', 'n3'].map((name) => node(name, '4', { spec: { unschedulable: names.includes(name) } }));
  const gpu = (args: object): Case =>
    given({
      args: { thresholds: { 'example.com/gpu': 30 }, ...args },
      nodes: ['g1', 'g2'].map((name) => node(name, '4', { allocatable: { 'example.com/gpu': '4' } })),
      pods: [
        podObject('cpu-only', 'g1', { requests: { cpu: '100m' }, spec: { priority: 0 } }),
        podObject('gpu-a', 'g1', { requests: { 'example.com/gpu': '1' }, spec: { priority: 10 } }),
        ...podObjects('x y z', 'g2', { requests: { 'example.com/gpu': '1' } }),
      ],
    });

  judgeExamples([
    { title: 'HNU-1', given: given(), legal: ['a b', 'b a'], illegal: ['', 'a', 'a b p'] },
    {
      title: 'HNU-2',
      given: given({ args: { thresholds: { cpu: 20 } }, nodes: [node('n1'), node('n2', '2')], pods: [...podObjects('a b c', 'n1', using('250m', '64Mi')), ...podObjects('p q r s', 'n2', using('400m', '64Mi'))] }),
      legal: ['a b', 'c a'],
      illegal: ['a', 'a b c'],
    },
    { title: 'HNU-3', given: given({ pods: ['n1', 'n2', 'n3'].map((name) => podObject(`on-${name}`, name, using('400m', '800Mi'))) }), legal: [''], illegal: ['on-n1'] },
    { title: 'HNU-4', given: gpu({}), legal: ['cpu-only gpu-a'], illegal: ['gpu-a cpu-only', 'cpu-only', 'gpu-a'] },
    { title: 'HNU-4 for GPUs only', given: gpu({ evictionModes: ['OnlyThresholdingResources'] }), legal: ['gpu-a'], illegal: ['', 'cpu-only gpu-a'] },
    { title: 'HNU-5', given: given({ args: { thresholds: { cpu: 20, memory: 20 }, numberOfNodes: 1 } }), legal: [''], illegal: ['a b'] },
    { title: 'HNU-6', given: given({ nodes: cordoned('n2', 'n3') }), legal: [''], illegal: ['a b'] },
    { title: 'HNU-7', given: given({ nodes: cordoned('n1') }), legal: ['a b'], illegal: ['', 'a'] },
  ]);
});
