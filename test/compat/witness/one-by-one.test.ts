import { describe, expect, test } from 'vitest';
import { aCase, type CaseParts, evictionsOf, nodeObject, nodeObjects, now, ownerObject, podObject, type PodParts, podObjects, secondsAgo } from '../../builders/case.ts';
import type { Case } from '../case.ts';
import { judgeExamples } from './examples.ts';
import { replay } from './replay.ts';

/** A pod created so many seconds ago. */
const aged = (seconds: number, given: PodParts = {}): PodParts => ({ ...given, metadata: { creationTimestamp: secondsAgo(seconds) } });
const waiting = (reason: string): object => ({ name: 'main', restartCount: 0, state: { waiting: { reason } } });
const ended = (name: string, exitCode: number, reason: string): object => ({ name, restartCount: 0, state: { terminated: { exitCode, reason } } });
const scratch: PodParts = { spec: { volumes: [{ name: 'v', emptyDir: {} }] } };

describe('PodLifeTime', () => {
  const given = (parts: CaseParts): Case => aCase('PodLifeTime', parts);
  const two = nodeObjects('n1', 'n2');
  const old = { maxPodLifeTimeSeconds: 60 };
  const days = [podObject('a', 'n1', aged(500)), podObject('b', 'n2', aged(400)), podObject('c', 'n1', aged(300)), podObject('d', 'n2', aged(300)), podObject('e', 'n1', aged(100))];
  const completed = (name: string, seconds: number): object =>
    podObject(name, 'n1', { status: { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'True', reason: 'PodCompleted', lastTransitionTime: secondsAgo(seconds) }] } });

  judgeExamples([
    { title: 'PLT-1', given: given({ nodes: two, args: { maxPodLifeTimeSeconds: 600 }, pods: [podObject('a', 'n1', aged(600.9)), podObject('b', 'n1', aged(601)), podObject('c', 'n2', aged(5_000))] }), legal: ['c b'], illegal: ['b c', 'c', 'c b a'] },
    {
      title: 'PLT-2',
      given: given({ nodes: two, args: { states: ['CrashLoopBackOff'] }, pods: [podObject('a', 'n1', { status: { containerStatuses: [waiting('CrashLoopBackOff')] } }), podObject('b', 'n1', { status: { initContainerStatuses: [waiting('CrashLoopBackOff')] } })] }),
      legal: ['a'],
      illegal: ['', 'b', 'a b'],
    },
    { title: 'PLT-3', given: given({ nodes: two, args: { ...old, ownerKinds: { exclude: ['Job'] } }, pods: [podObject('a', 'n1'), podObject('b', 'n1', { owner: [ownerObject('Job', 'j')] })] }), legal: ['a'], illegal: ['b', 'a b'] },
    {
      title: 'PLT-4',
      given: given({ nodes: two, args: { states: ['Succeeded'], conditions: [{ reason: 'PodCompleted', status: 'True', minTimeSinceLastTransitionSeconds: 3_600 }] }, pods: [completed('a', 3_540), completed('b', 3_660)] }),
      legal: ['b'],
      illegal: ['', 'a'],
    },
    { title: 'PLT-5', given: given({ nodes: two, args: { exitCodes: [137] }, pods: [podObject('a', 'n1', { status: { containerStatuses: [{ name: 'main', restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 137 } } }] } })] }), legal: [''], illegal: ['a'] },
    {
      title: 'PLT-7',
      given: given({
        nodes: two,
        args: { conditions: [{ type: 'Ready', status: 'False' }, { reason: 'ContainersNotReady' }] },
        pods: [
          podObject('a', 'n1', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
          podObject('b', 'n2', { status: { conditions: [{ type: 'ContainersReady', status: 'True', reason: 'ContainersNotReady' }] } }),
          podObject('c', 'n2', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
        ],
      }),
      legal: ['a b', 'b a'],
      illegal: ['a', 'a b c'],
    },
    { title: 'equal ages go in any order, others do not', given: given({ nodes: two, args: old, pods: days }), legal: ['a b c d e', 'a b d c e'], illegal: ['b a c d e', 'a b c e d', 'a b c d', 'a b c d e e'] },
    { title: 'LIM-1', given: given({ nodes: two, args: old, pods: days, policy: { maxNoOfPodsToEvictTotal: 2 } }), legal: ['a b'], illegal: ['a', 'b a', 'a c', 'a b c'] },
    { title: 'LIM-2', given: given({ nodes: two, args: old, pods: days.slice(0, 3), policy: { maxNoOfPodsToEvictPerNode: 1 } }), legal: ['a b'], illegal: ['a', 'c b', 'b a'] },
    { title: 'a protected pod stays', given: given({ nodes: two, args: old, pods: [podObject('a', 'n1'), podObject('b', 'n1', scratch)] }), legal: ['a'], illegal: ['b', 'a b'] },
    { title: 'POL-9', given: given({ nodes: two, args: old, pods: days, policy: { maxNoOfPodsToEvictTotal: 0 } }), legal: [''], illegal: ['a'] },
    { title: 'one ready node is too few', given: given({ nodes: [nodeObject('n1'), nodeObject('n2', { ready: 'False' })], args: old, pods: days }), legal: [''], illegal: ['a b c d e'] },
  ]);
});

describe('RemovePodsHavingTooManyRestarts', () => {
  const given = (args: object, pods: readonly object[], policy: object = {}): Case => aCase('RemovePodsHavingTooManyRestarts', { nodes: nodeObjects('n1', 'n2'), args, pods, policy });
  const restarted = (name: string, node: string, counts: readonly number[], init = 0): object =>
    podObject(name, node, { status: { containerStatuses: counts.map((restartCount) => ({ name: 'main', restartCount, state: { running: {} } })), initContainerStatuses: [{ name: 'init', restartCount: init }] } });
  const three = [restarted('a', 'n1', [7]), restarted('b', 'n1', [12]), restarted('c', 'n1', [9])];

  judgeExamples([
    { title: 'TMR-1', given: given({ podRestartThreshold: 10 }, [restarted('a', 'n1', [6, 4])]), legal: ['a'], illegal: [''] },
    { title: 'TMR-2', given: given({ podRestartThreshold: 10 }, [restarted('a', 'n1', [5, 4], 3)]), legal: [''], illegal: ['a'] },
    { title: 'TMR-2 with init containers', given: given({ podRestartThreshold: 10, includingInitContainers: true }, [restarted('a', 'n1', [5, 4], 3)]), legal: ['a'], illegal: [''] },
    { title: 'TMR-3', given: given({ podRestartThreshold: 5 }, three, { maxNoOfPodsToEvictPerNode: 2 }), legal: ['b c'], illegal: ['c b', 'b a', 'b', 'b c a'] },
    { title: 'TMR-4', given: given({ podRestartThreshold: 5, states: ['CrashLoopBackOff'] }, [restarted('a', 'n1', [8])]), legal: [''], illegal: ['a'] },
    { title: 'nodes come in any order, each in one go', given: given({ podRestartThreshold: 5 }, [...three, restarted('d', 'n2', [8]), restarted('e', 'n2', [8])]), legal: ['b c a d e', 'e d b c a'], illegal: ['b d c a e', 'd b c a e'] },
  ]);
});

describe('RemoveFailedPods', () => {
  const given = (args: object, pods: readonly object[]): Case => aCase('RemoveFailedPods', { nodes: nodeObjects('n1', 'n2'), args, pods });
  const failed = (name: string, seconds: number, status: object = {}, more: PodParts = {}): object => podObject(name, 'n1', { ...aged(seconds, more), status: { phase: 'Failed', ...status } });
  const now = { minPodLifetimeSeconds: 0 };

  judgeExamples([
    { title: 'FP-1', given: given({}, [failed('a', 3_599), failed('b', 3_600), podObject('c', 'n1')]), legal: ['b'], illegal: ['', 'a b', 'b c'] },
    { title: 'FP-2', given: given({ ...now, reasons: ['Evicted'] }, [failed('a', 5, { reason: 'Evicted' })]), legal: ['a'], illegal: [''] },
    { title: 'FP-3', given: given({ ...now, reasons: ['OOMKilled'], exitCodes: [1] }, [failed('a', 5, { containerStatuses: [ended('a', 137, 'OOMKilled'), ended('b', 1, 'Error')] })]), legal: ['a'], illegal: [''] },
    { title: 'FP-4', given: given({ ...now, exitCodes: [1] }, [failed('a', 5, { initContainerStatuses: [ended('i', 1, 'Error')] })]), legal: [''], illegal: ['a'] },
    { title: 'FP-4 with init containers', given: given({ ...now, exitCodes: [1], includingInitContainers: true }, [failed('a', 5, { initContainerStatuses: [ended('i', 1, 'Error')] })]), legal: ['a'], illegal: [''] },
    { title: 'FP-5', given: given({ ...now, excludeOwnerKinds: ['Job'] }, [failed('a', 5, {}, { owner: [ownerObject('Job', 'j')] })]), legal: [''], illegal: ['a'] },
  ]);
});

describe('RemovePodsViolatingNodeTaints', () => {
  const given = (taints: readonly object[], args: object = {}, more: Partial<CaseParts> = {}): Case =>
    aCase('RemovePodsViolatingNodeTaints', { nodes: [nodeObject('n1', { spec: { taints } }), nodeObject('n2')], args, pods: podObjects('a', 'n1'), ...more });
  const taint = (value: string, effect = 'NoSchedule'): object => ({ key: 'k', value, effect });
  const both = [taint('v'), taint('w')];
  const evicts = { legal: ['a'], illegal: ['', 'a a'] };
  const stays = { legal: [''], illegal: ['a'] };
  const spread = [...podObjects('a b c', 'n1', { namespace: 'ns1' }), ...podObjects('d e', 'n1', { namespace: 'ns2' })];

  judgeExamples([
    { title: 'NT-1', given: given([taint('v')]), ...evicts },
    { title: 'NT-2', given: given([taint('v', 'NoExecute')]), ...stays },
    { title: 'NT-3', given: given([taint('v', 'PreferNoSchedule')]), ...stays },
    { title: 'NT-3 with the flag', given: given([taint('v', 'PreferNoSchedule')], { includePreferNoSchedule: true }), ...evicts },
    { title: 'NT-4', given: given(both, { excludedTaints: ['k=v'] }), ...evicts },
    { title: 'NT-5', given: given(both, { excludedTaints: ['k'] }), ...stays },
    { title: 'NT-6', given: given([taint('v')], { includedTaints: ['decom'] }), ...stays },
    { title: 'NT-7', given: given(both, { includedTaints: [] }), ...stays },
    { title: 'NT-8', given: given([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]), ...evicts },
    { title: 'NT-9', given: given([{ key: 'reserved', effect: 'NoSchedule' }], { excludedTaints: ['reserved='] }), ...evicts },
    { title: 'LIM-3', given: given([taint('v')], {}, { pods: spread, policy: { maxNoOfPodsToEvictPerNamespace: 1 } }), legal: ['a d', 'e c'], illegal: ['a', 'a b', 'a d e'] },
  ]);
});

describe('RemovePodsViolatingNodeAffinity', () => {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const zone = (value: string): object => ({ matchExpressions: [{ key: 'zone', operator: 'In', values: [value] }] });
  const requires = (value: string): object => ({ nodeAffinity: { [required]: { nodeSelectorTerms: [zone(value)] } } });
  const prefers = (...weights: [number, string][]): object => ({ nodeAffinity: { [preferred]: weights.map(([weight, value]) => ({ weight, preference: zone(value) })) } });
  const inZone = (name: string, allocatable: object = {}): object => nodeObject(name, { labels: { zone: name.slice(0, 1) }, allocatable });
  const full = { pods: '0' };
  const given = (types: readonly string[], spec: object, b: object = {}, evictor: object = {}): Case =>
    aCase('RemovePodsViolatingNodeAffinity', { nodes: [inZone('a1'), inZone('b1', b)], args: { nodeAffinityType: types }, evictor, pods: [podObject('a', 'a1', { spec })] });
  const evicts = { legal: ['a'], illegal: [''] };
  const stays = { legal: [''], illegal: ['a'] };

  judgeExamples([
    { title: 'NA-1', given: given([required], { affinity: requires('b') }), ...evicts },
    { title: 'NA-2', given: given([required], { affinity: requires('b') }, full), ...stays },
    { title: 'NA-3', given: given([required], { nodeSelector: { zone: 'b' } }), ...stays },
    { title: 'NA-4', given: given([preferred], { affinity: prefers([10, 'a'], [50, 'b']) }, full), ...evicts },
    { title: 'NA-4 with nodeFit', given: given([preferred], { affinity: prefers([10, 'a'], [50, 'b']) }, full, { nodeFit: true }), ...stays },
    { title: 'NA-5', given: given([preferred], { affinity: prefers([1, 'a']) }), ...stays },
    {
      title: 'NA-7',
      given: aCase('RemovePodsViolatingNodeAffinity', {
        nodes: [nodeObject('n1', { labels: { zone: 'a' } }), nodeObject('n2', { labels: { zone: 'a', disk: 'ssd' } })],
        args: { nodeAffinityType: [required] },
        pods: [podObject('a', 'n1', { spec: { affinity: requires('a'), nodeSelector: { disk: 'ssd' } } })],
      }),
      ...evicts,
    },
    { title: 'NA-6', given: given([required, preferred], { affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [zone('b')] }, [preferred]: [{ weight: 5, preference: zone('b') }] } } }), legal: ['a a'], illegal: ['', 'a', 'a a a'] },
  ]);
});

test('what is said names the strategy, the pod and the place in the order', () => {
  const given = aCase('PodLifeTime', { nodes: nodeObjects('n1', 'n2'), args: { maxPodLifeTimeSeconds: 60 }, pods: [podObject('a', 'n1', aged(500)), podObject('b', 'n1', aged(400))] });
  expect(replay(given, evictionsOf(given, 'b a'), now)).toEqual({ legal: false, at: 0, because: 'default/PodLifeTime: shop/a must go before shop/b' });
  expect(replay(given, evictionsOf(given, 'a'), now)).toEqual({ legal: false, at: 1, because: 'default/PodLifeTime: shop/b must go as well' });
  expect(replay(given, evictionsOf(given, 'nobody'), now)).toEqual({ legal: false, at: 0, because: 'shop/nobody is no pod on a node of the cycle' });
});
