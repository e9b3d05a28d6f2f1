import { describe, expect, it } from 'vitest';
import { aConfiguration, aDeadNode, aFence, aMethod, anAttachment, aSilence, aSnapshot, aStatus, aWellNode, decideOn, type FenceParts, inWords, secondsAgo, type SnapshotParts } from '../../../test/builders/fencing.ts';
import type { NodeFenceStatus } from '../../model/nodefence.ts';

const others = ['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode);
const asked = (status?: NodeFenceStatus, spec: FenceParts['spec'] = {}) => aFence(status, { spec: { requestedBy: 'alice', reason: 'its disk controller is on fire', ...spec } });
const held = aStatus('Held', { reason: 'Checking' });
const unlabelled = aDeadNode({ labels: {} });

const outcome = (given: SnapshotParts, config = aConfiguration()): string => inWords(decideOn(aSnapshot({ nodes: [unlabelled, ...others], ...given }), config));

describe('a fence that a person asks for', () => {
  it('is taken up in the name of that person', () => {
    const decision = decideOn(aSnapshot({ nodes: [unlabelled, ...others], fences: [asked()] }));
    expect(decision.kind === 'advance' && decision.advance.note).toContain('alice asks that n1 be fenced (its disk controller is on fire)');
  });

  it('needs no opt-in label, and neither does the attempt that follows it', () => {
    expect(outcome({ fences: [asked(held)] })).toBe('isolate → Isolating(ThresholdPassed)');
    const first = asked(aStatus('Aborted', { reason: 'NotProved' }));
    expect(outcome({ fences: [first, aFence(held, { spec: { attempt: 2 } })] })).toBe('isolate → Isolating(ThresholdPassed)');
  });

  it('gives no right to the controller: an attempt after one that ended otherwise needs the label again', () => {
    const first = asked(aStatus('Aborted', { reason: 'DiedAgain' }));
    expect(outcome({ fences: [first, aFence(held, { spec: { attempt: 2 } })] })).toBe('advance → Held(NotSelected)');
  });

  it.each([
    ['the node is Ready', { nodes: [aWellNode('n1'), ...others] }, 'withdraw → Recovered(ReadyAgain)'],
    ['its Lease moves', { heartbeats: { n1: aSilence({ leaseStillSince: secondsAgo(5) }) } }, 'advance → Held(LeaseNotStillLongEnough)'],
    ['the hold label is on', { nodes: [aDeadNode({ labels: { 'evenkeel.dev/hold': '' } }), ...others] }, 'advance → Held(HoldLabel)'],
    ['the controller runs there', { self: { node: 'n1' } }, 'advance → Held(OwnNode)'],
    ['nothing in the cluster moves', { lastLeaseMove: undefined }, 'advance → Held(Blind)'],
    ['evenkeel is paused', { self: { paused: { by: 'bob', reason: '' } } }, 'advance → Held(Paused)'],
  ] satisfies [string, SnapshotParts, string][])('is refused or held like any other while %s', (_, given, expected) => {
    expect(outcome({ fences: [asked(held)], ...given })).toBe(expected);
  });

  it('may be about a node whose Ready is False, if its Lease stands still; our own never is', () => {
    const nodes = [aDeadNode({ ready: 'False' }), ...others];
    const heartbeats = { n1: aSilence({ unknownSince: undefined }) };
    expect(outcome({ nodes, heartbeats, fences: [asked(held)] })).toBe('isolate → Isolating(ThresholdPassed)');
    expect(outcome({ nodes, heartbeats, fences: [aFence(held)] })).toBe('advance → Held(KubeletAlive)');
    expect(outcome({ nodes, heartbeats: { n1: aSilence({ unknownSince: undefined, leaseStillSince: secondsAgo(5) }) }, fences: [asked(held)] })).toBe('advance → Held(LeaseNotStillLongEnough)');
  });

  it('ends when it names another machine than the inventory', () => {
    const config = aConfiguration({ fencing: { inventory: { n1: 'rack-7' } } });
    expect(outcome({ fences: [asked(held)] }, config)).toBe('withdraw → Aborted(WrongMachine)');
    expect(outcome({ fences: [asked(held, { machineID: 'rack-7' })] }, config)).toBe('isolate → Isolating(ThresholdPassed)');
  });

  it('uses the one method that it names, and its later attempts do so too', () => {
    const config = aConfiguration({ fencing: { methods: [aMethod(), aMethod({ name: 'ipmi' })] } });
    const decision = decideOn(aSnapshot({ fences: [asked(undefined, { method: 'ipmi' })], attachments: [anAttachment()] }), config);
    expect(decision.kind === 'advance' && decision.advance.change.policy?.plan.map(({ method }) => method)).toEqual(['ipmi']);
    const late = asked(aStatus('Verifying', { command: { action: 'off', method: 'ipmi', by: 'me', epoch: 3, at: '', limit: 0, outcome: 'unknown' } }), { method: 'ipmi' });
    const next = decideOn(aSnapshot({ fences: [late], phaseSince: secondsAgo(3_000) }), config);
    expect(next.kind === 'escalate' && next.spec).toMatchObject({ method: 'ipmi', requestedBy: 'controller' });
  });

  it('is held when it names a method that is not configured', () => {
    expect(outcome({ fences: [asked(held, { method: 'nope' })] })).toBe('advance → Held(NoMethod)');
  });

  it('never pushes aside a fence that is under way, whatever attempt it claims to be', () => {
    const snapshot = aSnapshot({ fences: [aFence(aStatus('Fencing'), { createdAgo: 60 }), aFence(undefined, { name: 'mine', createdAgo: 1, spec: { requestedBy: 'alice', attempt: 99 } })] });
    const decision = decideOn(snapshot);
    expect(inWords(decision)).toBe('advance → Aborted(AnotherOpen)');
    expect(decision.kind === 'advance' && decision.fence.metadata.name).toBe('mine');
  });
});
