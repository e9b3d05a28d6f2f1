import { describe } from 'vitest';
import { aCase, nodeObject, nodeObjects, podObject, type PodParts } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { judgeExamples } from './examples.ts';

const given = (nodes: readonly object[], pods: readonly object[], args: object = {}): Case => aCase('RemovePodsViolatingInterPodAntiAffinity', { nodes, pods, args });
const against = (app: string, topologyKey = 'kubernetes.io/hostname', more: object = {}): object => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey, ...more }] },
});
const x = (priority: number, more: object = {}): PodParts => ({ labels: { app: 'x' }, spec: { priority, affinity: against('x'), ...more } });
const zoned = (priority: number): PodParts => x(priority, { affinity: against('x', 'zone') });
const inZone = (name: string): object => nodeObject(name, { labels: { zone: name.slice(0, 1) } });
const two = nodeObjects('n1', 'n2');
const scratch = { volumes: [{ name: 'v', emptyDir: {} }] };

describe('RemovePodsViolatingInterPodAntiAffinity', () => {
  judgeExamples([
    { title: 'AA-1', given: given(two, [podObject('p1', 'n1', x(10)), podObject('p2', 'n1', x(5)), podObject('p3', 'n1', x(1))]), legal: ['p3 p2'], illegal: ['p2 p3', 'p3', 'p3 p1', 'p3 p2 p1'] },
    { title: 'AA-2', given: given([inZone('a1'), inZone('a2')], [podObject('p1', 'a1', zoned(1)), podObject('p2', 'a2', zoned(100))]), legal: ['p1', 'p2'], illegal: ['', 'p1 p2'] },
    {
      title: 'AA-3',
      given: given(two, [podObject('p1', 'n1', { labels: { app: 'z' }, spec: { priority: 100, affinity: against('y') } }), podObject('p2', 'n1', { labels: { app: 'y' } })]),
      legal: ['p1'],
      illegal: ['', 'p2', 'p2 p1'],
    },
    { title: 'AA-4', given: given(two, [podObject('p1', 'n1', x(10)), podObject('p2', 'n1', x(5)), podObject('p3', 'n1', x(1, scratch))]), legal: ['p2 p1'], illegal: ['p3 p2', 'p2', 'p1 p2'] },
    {
      title: 'AA-5',
      given: given(two, [podObject('p1', 'n1', { namespace: 'ns1', spec: { affinity: against('x', 'kubernetes.io/hostname', { namespaces: ['ns2'] }) } }), podObject('p2', 'n1', { namespace: 'ns2', labels: { app: 'x' } })], { namespaces: { include: ['ns1'] } }),
      legal: [''],
      illegal: ['p1'],
    },
    { title: 'AA-6', given: given(two, [podObject('p1', 'n1', x(1, { affinity: against('x', 'rack') })), podObject('p2', 'n1', x(1, { affinity: against('x', 'rack') }))]), legal: ['p1', 'p2'], illegal: ['', 'p1 p2'] },
    {
      title: 'pods of one node in order of rank, nodes in any order but each in one go',
      given: given(two, ['n1', 'n2'].flatMap((node) => [podObject(`${node}-a`, node, x(1)), podObject(`${node}-b`, node, x(2)), podObject(`${node}-c`, node, x(3))])),
      legal: ['n1-a n1-b n2-a n2-b', 'n2-a n2-b n1-a n1-b'],
      illegal: ['n1-a n2-a n1-b n2-b', 'n1-b n1-a n2-a n2-b'],
    },
  ]);
});
