import { describe, expect, it } from 'vitest';
import { aFence, aReading, aSnapshot, aStatus, aDeadNode, aWellNode, anAttachment, decideOn, evicting, inWords, isolated, outOfService, secondsAgo } from '../../../test/builders/fencing.ts';
import type { NodeRecord } from '../../model/cluster.ts';
import type { NodeFence } from '../../model/nodefence.ts';

const paused = { paused: { by: 'alice', reason: 'moving the rack' } };

const others = ['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode);
const of = (fence: NodeFence, node: NodeRecord = aDeadNode(), more: object = {}): string => inWords(decideOn(aSnapshot({ nodes: [node, ...others], fences: [fence], self: paused, ...more })));

describe('while a person has paused evenkeel', () => {
  it('a node that dies is recorded, so that people see it', () => {
    expect(inWords(decideOn(aSnapshot({ self: paused })))).toBe('open attempt 1');
  });

  it('is held, by whom and why', () => {
    const decision = decideOn(aSnapshot({ fences: [aFence(aStatus('Held'))], self: paused }));
    expect(inWords(decision)).toBe('advance → Held(Paused)');
    expect(decision.kind === 'advance' && decision.advance.note).toContain('alice has paused evenkeel (moving the rack)');
  });

  it('an isolation is taken back before any command', () => {
    expect(of(aFence(aStatus('Isolating')), aDeadNode({ taints: [isolated] }))).toBe('withdraw → Held(Paused)');
  });

  it('so is the one that a later attempt inherited', () => {
    expect(of(aFence(aStatus('Held', { reason: 'Paused' })), aDeadNode({ taints: [isolated] }))).toBe('withdraw → Held(Paused)');
    expect(of(aFence(aStatus('Held', { reason: 'Paused' })))).toBe('wait');
  });

  it('what is proved is released to its end, out-of-service taint included', () => {
    const readings = { 'n1-1': [aReading('off', 1)] };
    const proved = { evidence: { class: 'off', items: [] } } as const;
    expect(of(aFence(aStatus('Fenced', proved)), aDeadNode(), { readings })).toContain('→ Releasing');
    expect(of(aFence(aStatus('Releasing', proved)), aDeadNode({ taints: [evicting] }), { readings, attachments: [anAttachment()] })).toBe('outOfService');
    expect(of(aFence(aStatus('Releasing', proved)), aDeadNode({ taints: [evicting, outOfService] }), { readings })).toBe('liftOutOfService');
  });

  it('no machine is powered on', () => {
    const status = aStatus('Returning', { evidence: { class: 'off', items: [{ at: '', source: 'script openstack status', says: 'power off' }] } });
    expect(of(aFence(status), aDeadNode(), { phaseSince: secondsAgo(600) })).toBe('wait');
    expect(inWords(decideOn(aSnapshot({ fences: [aFence(status)] })))).toBe('powerOn');
  });

  it('a node that comes back is recovered all the same', () => {
    expect(of(aFence(aStatus('Held', { reason: 'Paused' })), aWellNode('n1'))).toBe('withdraw → Recovered(ReadyAgain)');
  });
});
