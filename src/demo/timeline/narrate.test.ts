import { describe, expect, it } from 'vitest';
import type { Happening } from '../records/record.ts';
import { narrate } from './narrate.ts';

const tell = (happening: Happening, moment: { seconds?: number } = { seconds: 1.5 }): string | undefined => {
  const line = narrate({ time: '2026-01-01T00:00:00.000000Z', ...moment, ...happening });
  return line === undefined ? undefined : `${line.tone}: ${line.who}: ${line.what}${line.reference === undefined ? '' : ` (${line.reference})`}`;
};

const event = (reason: string, note: string, by = 'evenkeel.dev/controller'): Happening => ({ type: 'event', by, reason, severity: 'Warning', regarding: 'Node worker-1', note });
const proof = 'worker-1 is fenced, proof: off (script device status: power off; script device status: power off; script device status: power off)';
const cycle = 'Rebalancing after the return of worker-1 has evicted 2, blocked 1, gone 0, failed 0, limited 0 of 8 pods on 3 nodes. The fence had displaced 1 pods: shop/a.';

describe('what a person is told', () => {
  it.each<[string, Happening, string]>([
    ['a silent node', { type: 'node', node: 'worker-1', change: 'silent' }, 'bad: kubernetes: worker-1 is NotReady: its kubelet says nothing any more'],
    ['a node that is back', { type: 'node', node: 'worker-1', change: 'ready' }, 'good: kubernetes: worker-1 is Ready again'],
    ['a pod with a volume that runs', { type: 'pod', pod: 'search/es-0', node: 'worker-2', change: 'running', owner: 'StatefulSet' }, 'good: kubernetes: search/es-0 runs on worker-2'],
    ['a pod without one', { type: 'pod', pod: 'shop/web-1', node: 'worker-2', change: 'running', owner: 'ReplicaSet' }, 'plain: kubernetes: shop/web-1 runs on worker-2'],
    ['a volume elsewhere', { type: 'volume', volume: 'disk-0', node: 'worker-2', change: 'attached' }, 'good: storage: disk-0 is attached to worker-2'],
    ['power that is gone', { type: 'machine', machine: 'worker-1', change: 'power off' }, 'act: worker-1: the power is gone, and every process with it'],
    ['what the device answered', { type: 'device', machine: 'worker-1', command: 'off', step: 'answered', says: 'says that it is done' }, 'act: device: off worker-1: says that it is done'],
    ['an Event of evenkeel, with its reason', event('NodeIsolated', 'worker-1 is isolated'), 'plain: evenkeel: worker-1 is isolated (NodeIsolated)'],
    ['a proof, its repetitions counted', event('FencingVerified', proof), 'good: evenkeel: worker-1 is fenced, proof: off (script device status: power off, 3 times) (FencingVerified)'],
    ['a policy\'s eviction without its foreword', event('RemoveDuplicates', 'pod eviction from worker-1 node by sigs.k8s.io/descheduler: worker-1 has 2', 'sigs.k8s.io.descheduler'), 'quiet: evenkeel: one copy is evicted: worker-1 has 2 (RemoveDuplicates)'],
    ['a pass, without what did not happen', event('CycleCompleted', cycle), 'good: evenkeel: Rebalancing after the return of worker-1 has evicted 2, blocked 1 of 8 pods on 3 nodes. (CycleCompleted)'],
  ])('%s', (_what, happening, expected) => {
    expect(tell(happening)).toBe(expected);
  });

  it.each<[string, Happening]>([
    ['Events of the cluster itself: its objects tell them', event('Scheduled', 'assigned', 'default-scheduler')],
    ['phases of a fence: their Events tell them', { type: 'fence', fence: 'f', node: 'worker-1', phase: 'Held', reason: 'Blind', evidence: 'none' }],
    ['readings of the device: the proof counts them', { type: 'device', machine: 'worker-1', command: 'status', step: 'answered', says: 'power off' }],
    ['a command that was only received', { type: 'device', machine: 'worker-1', command: 'off', step: 'received', says: '' }],
    ['our own taint: an Event tells it', { type: 'node', node: 'worker-1', change: 'tainted', taint: 'evenkeel.dev/fencing:NoSchedule' }],
  ])('is silent about %s', (_what, happening) => {
    expect(tell(happening)).toBeUndefined();
  });

  it('tells nothing but its own words before the incident', () => {
    expect(tell({ type: 'node', node: 'worker-1', change: 'ready' }, {})).toBeUndefined();
    expect(tell({ type: 'chapter', kind: 'setup', says: 'Three workers are Ready' }, {})).toBe('plain: demo: Three workers are Ready');
  });
});
