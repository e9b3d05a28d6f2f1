import { expect, it } from 'vitest';
import { aCommand, aDeadNode, aFence, anAttachment, aReading, aSnapshot, aStatus, aWellNode, decideOn, evicting, inWords, isolated, secondsAgo } from '../../../test/builders/fencing.ts';
import type { Taint } from '../../model/cluster.ts';
import type { NodeFenceStatus } from '../../model/nodefence.ts';
import { minutes } from '../../model/time.ts';

const off = { evidence: { class: 'off', items: [{ at: '', source: 'script openstack status', says: 'power off' }] } } as const;
const cancelled = (status: NodeFenceStatus, taint: Taint = isolated): string =>
  inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [taint] }), ...['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode)], fences: [aFence(status, { spec: { cancelled: true } })], readings: { 'n1-1': [aReading('off', 1)] }, attachments: [anAttachment()] })));

it.each<[string, NodeFenceStatus, string]>([
  ['held: it ends', aStatus('Held'), 'withdraw → Aborted(Cancelled)'],
  ['isolated: it ends', aStatus('Isolating'), 'withdraw → Aborted(Cancelled)'],
  ['the command runs: it is not cut off half way', aStatus('Fencing', { command: aCommand({ outcome: 'intended' }) }), 'wait'],
  ['the command is over: it ends, although proof is near', aStatus('Verifying', { command: aCommand() }), 'withdraw → Aborted(Cancelled)'],
  ['proved off: it ends, and nothing is released', aStatus('Fenced', off), 'withdraw → Aborted(Cancelled)'],
  ['a person was asked: it ends', aStatus('NeedsHuman'), 'withdraw → Aborted(Cancelled)'],
])('a fence that is cancelled while %s', (_, status, expected) => {
  expect(cancelled(status)).toBe(expected);
});

it('a release that has begun is finished, and no machine is powered on after it', () => {
  expect(cancelled(aStatus('Releasing', off), evicting)).toBe('outOfService');
  expect(cancelled(aStatus('Returning', off), evicting)).toBe('wait');
});

it('the Node object of a cancelled fence stays', () => {
  const returning = aStatus('Returning', off);
  const status = { ...returning, policy: { ...returning.policy, return: { ...returning.policy.return, powerOn: false }, release: { ...returning.policy.release, deleteNodeAfter: minutes(10) } } };
  const after = (spec: object): string => inWords(decideOn(aSnapshot({ fences: [aFence(status, { spec })], readings: { 'n1-1': [aReading('off', 1)] }, phaseSince: secondsAgo(700), self: { mayDeleteNodes: true } })));
  expect(after({ cancelled: true })).toBe('wait');
  expect(after({})).toContain('deleteNode');
});
