import { describe, expect, it } from 'vitest';
import { aDeadNode, aRecord, aStatus, aWellNode, now, someFacts } from '../../../test/builders/why.ts';
import { instant, seconds } from '../../model/time.ts';
import { closedPhases, openPhases } from '../../model/nodefence.ts';
import { afterCancelling, afterConfirming } from './acts.ts';
import type { WhyFacts } from './facts.ts';
import { guardMeanings } from './guard-meanings.ts';
import { why } from './verdict.ts';

const longAgo = { readySince: instant(now.wall - 300_000) };

describe('a node without an open fence', () => {
  it.each<[string, Partial<WhyFacts>, string]>([
    ['is not there', { node: undefined } as never, 'NoSuchNode'],
    ['is well', { node: aWellNode('worker-1') }, 'Ready'],
    ['is not selected', { node: aDeadNode({ labels: {} }) }, 'NotSelected'],
    ['is below the threshold', {}, 'BelowThreshold'],
    ['has died a while ago, and nobody leads', { ...longAgo, leader: { kind: 'nobody' } }, 'NobodyLeads'],
    ['has died a while ago, and the leader is silent', { ...longAgo, leader: { kind: 'silent', holder: 'evenkeel-1', for: seconds(90) } }, 'NobodyLeads'],
    ['has died a while ago, and its controller has just started', longAgo, 'NotOpenedYet'],
    ['has never reported', { node: aDeadNode({ ready: undefined }) }, 'NeverReported'],
    ['was left alone by a person for this boot', { ...longAgo, node: aDeadNode({ uid: 'uid-worker-1', bootID: 'boot-worker-1' }), fences: [aRecord(aStatus('Aborted', { reason: 'Cancelled' }))] }, 'Cancelled'],
    ['has booted since a person cancelled', { ...longAgo, node: aDeadNode({ uid: 'uid-worker-1', bootID: 'later' }), fences: [aRecord(aStatus('Aborted', { reason: 'Cancelled' }))] }, 'NotOpenedYet'],
  ])('that %s', (_, given, verdict) => {
    const answer = why(someFacts(given));
    expect(answer.verdict).toBe(verdict);
    expect(answer.because).not.toBe('');
  });

  it('is judged by settings that are named', () => {
    expect(why(someFacts()).notes).toEqual(['judged by evenkeel.yaml']);
    expect(why(someFacts({ node: aWellNode('worker-1') })).notes).toEqual([]);
  });

  it('shows what happened the last time', () => {
    expect(why(someFacts({ node: aWellNode('worker-1'), fences: [aRecord(aStatus('Succeeded'))] })).fence?.metadata.name).toBe('worker-1-3f2a9c1d07');
  });
});

describe('a node with an open fence', () => {
  it.each(Object.keys(guardMeanings))('that %s holds: what lets it go', (guard) => {
    const answer = why(someFacts({ fences: [aRecord(aStatus('Held', { reason: guard, message: 'so it is' }))] }));
    expect(answer).toMatchObject({ verdict: 'Held', rule: guard, because: 'so it is', waitsFor: guardMeanings[guard as keyof typeof guardMeanings].waitsFor });
  });

  it.each(openPhases)('in %s says what it waits for', (phase) => {
    const answer = why(someFacts({ fences: [aRecord(aStatus(phase))] }));
    expect(answer.verdict).toBe(phase);
    expect(answer.waitsFor).not.toMatch(/undefined|^nothing/u);
  });

  it('of several attempts goes by the latest one that is open', () => {
    const fences = [aRecord(aStatus('Aborted', { reason: 'NotProved' })), aRecord(aStatus('Held', { reason: 'Blind' }), { attempt: 3 }), aRecord(aStatus('Verifying'), { attempt: 2 })];
    expect(why(someFacts({ fences })).rule).toBe('Blind');
  });

  it('that a person asked for and nobody took up says so', () => {
    expect(why(someFacts({ fences: [aRecord(undefined, { requestedBy: 'alice' })], leader: { kind: 'nobody' } }))).toMatchObject({ verdict: 'Requested', notes: ['nobody leads: nothing moves'] });
  });

  it('waits for the end of a pause before its machine is powered on', () => {
    expect(why(someFacts({ paused: { by: 'alice', reason: '' }, fences: [aRecord(aStatus('Returning'))] }))).toMatchObject({ waitsFor: 'the end of the pause: no machine is powered on meanwhile', change: ['evenkeel resume'], notes: ['alice has paused evenkeel: nothing new is begun'] });
  });
});

describe('what a person may do', () => {
  it('is to confirm as long as something is left to release', () => {
    const may = [...openPhases, ...closedPhases].filter((phase) => 'next' in afterConfirming(aRecord(aStatus(phase))));
    expect(may).toEqual(['Held', 'Isolating', 'Fencing', 'Verifying', 'Fenced', 'Releasing', 'NeedsHuman']);
    expect(afterConfirming(aRecord(aStatus('NeedsHuman'), { cancelled: true }))).toHaveProperty('refused');
  });

  it('is to cancel, which means something else in each phase', () => {
    const said = Object.groupBy([...openPhases], (phase) => afterCancelling(aRecord(aStatus(phase))));
    expect(Object.values(said)).toEqual([['Held', 'Isolating'], ['Fencing'], ['Verifying', 'Fenced', 'NeedsHuman'], ['Releasing'], ['Returning', 'Probation']]);
  });
});
