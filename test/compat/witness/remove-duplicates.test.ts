import { describe } from 'vitest';
import { aCase, type CaseParts, nodeObject, nodeObjects, ownerObject, podObject, podObjects } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { judgeExamples } from './examples.ts';

const given = (parts: CaseParts): Case => aCase('RemoveDuplicates', parts);
const fiveAndOne = [...podObjects('a b c d e', 'n1'), podObject('x', 'n2')];
const tainted = nodeObject('n3', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
const ssd = (name: string): object => nodeObject(name, { labels: { disk: 'ssd' } });
const toSsd = { spec: { nodeSelector: { disk: 'ssd' } } };
const scratch = { spec: { volumes: [{ name: 'v', emptyDir: {} }] } };

describe('RemoveDuplicates', () => {
  judgeExamples([
    { title: 'RD-1', given: given({ nodes: nodeObjects('n1', 'n2', 'n3'), pods: fiveAndOne }), legal: ['a b c', 'e d a'], illegal: ['', 'a b', 'a b c d', 'a a b', 'a b x'] },
    { title: 'RD-2', given: given({ nodes: [...nodeObjects('n1', 'n2'), tainted], pods: fiveAndOne }), legal: ['a b'], illegal: ['a', 'a b c'] },
    {
      title: 'RD-3',
      given: given({ nodes: nodeObjects('n1', 'n2', 'n3'), pods: [...podObjects('a b c d', 'n1'), ...podObjects('e f g', 'n2'), ...podObjects('h i j', 'n3')] }),
      legal: [''],
      illegal: ['a'],
    },
    {
      title: 'RD-4',
      given: given({ nodes: [ssd('n1'), ssd('n2'), ...nodeObjects('n3', 'n4')], pods: [...podObjects('a b c d e', 'n1', toSsd), podObject('x', 'n2', toSsd)] }),
      legal: ['a b'],
      illegal: ['a b c', 'a'],
    },
    { title: 'RD-5', given: given({ nodes: [ssd('n1'), ...nodeObjects('n2')], pods: podObjects('a b c d e', 'n1', toSsd) }), legal: [''], illegal: ['a'] },
    {
      title: 'RD-6',
      given: given({ nodes: nodeObjects('n1', 'n2', 'n3'), pods: [...podObjects('a b', 'n1'), ...podObjects('s t', 'n1', scratch)] }),
      legal: ['a', 'b'],
      illegal: ['', 's', 'a b'],
    },
    {
      title: 'RD-7',
      given: given({ nodes: nodeObjects('n1', 'n2'), pods: [...podObjects('a b', 'n1'), ...podObjects('c d', 'n1', { image: 'app:v2' })] }),
      legal: ['a c', 'd b'],
      illegal: ['a b', 'a', 'c d'],
    },
    { title: 'RD-8', given: given({ nodes: nodeObjects('n1', 'n2', 'n3'), pods: [podObject('a', 'n1'), podObject('b', 'n2'), podObject('c', 'n3')] }), legal: [''], illegal: ['a'] },
    { title: 'RD-9', given: given({ nodes: nodeObjects('n1', 'n2'), pods: podObjects('a b c d', 'n1'), args: { excludeOwnerKinds: ['ReplicaSet'] } }), legal: [''], illegal: ['a b'] },
    { title: 'RD-10', given: given({ nodes: nodeObjects('n1', 'n2'), pods: podObjects('a b c d', 'n1'), policy: { maxNoOfPodsToEvictPerNode: 1 } }), legal: ['a', 'c'], illegal: ['', 'a b'] },
    {
      title: 'a node of a group goes in one go',
      given: given({ nodes: nodeObjects('n1', 'n2', 'n3'), pods: [...podObjects('a b c d', 'n1'), ...podObjects('e f g h', 'n2', { owner: 'other' })] }),
      legal: ['a b e f', 'e f a b'],
      illegal: ['a e b f', 'e a b f'],
    },
    {
      title: 'a pod with two owners goes once for each of them',
      given: given({ nodes: nodeObjects('n1', 'n2'), pods: podObjects('a b', 'n1', { owner: [ownerObject('ReplicaSet', 'x'), ownerObject('ReplicaSet', 'y')] }) }),
      legal: ['a a'],
      illegal: ['a', 'a b', 'a a a'],
    },
    {
      title: 'a pod with two owners may go for either of them',
      given: given({ nodes: nodeObjects('n1', 'n2'), pods: [...podObjects('a b', 'n1', { owner: [ownerObject('ReplicaSet', 'x'), ownerObject('ReplicaSet', 'y')] }), ...podObjects('c d', 'n1', { owner: 'y' })] }),
      legal: ['a c', 'c a', 'a a', 'd b'],
      illegal: ['a', 'c d', 'a b', 'a c a'],
    },
    {
      title: 'which pod is the original decides where the others could go',
      given: given({ nodes: [ssd('n1'), ssd('n2'), ...nodeObjects('n3')], pods: [podObject('a', 'n1'), ...podObjects('b c d e', 'n1', toSsd)] }),
      legal: ['b c', 'a b c', 'b c d'],
      illegal: ['a b', 'b'],
    },
  ]);
});
