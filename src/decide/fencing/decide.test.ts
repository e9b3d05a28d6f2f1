import { describe, expect, test } from 'vitest';
import type { Phase } from '../../model/nodefence.ts';
import {
  aCommand, aConfiguration, aDeadNode, aFence, anAttachment, aReading, aSnapshot, aStatus, aWellNode, decideOn, evicting, inWords, isolated, now, outOfService, type SnapshotParts,
} from '../../../test/builders/fencing.ts';
import { decideFences, decideWithoutLease } from './decide.ts';

const off = { class: 'off', items: [] } as const;
const isOff: SnapshotParts = { readings: { 'n1-1': [aReading('off', 1)] } };
const marked = (taints: Parameters<typeof aDeadNode>[0] = {}): SnapshotParts => ({ nodes: [aDeadNode({ taints: [outOfService], ...taints })] });

describe('an out-of-service taint of ours', () => {
  const releasing = aFence(aStatus('Releasing', { evidence: off }));

  test.each<[string, SnapshotParts, boolean]>([
    ['stays while a fence is releasing this very node', { ...marked(), fences: [releasing] }, false],
    ['goes from a node that is Ready', { ...marked({ ready: 'True' }), fences: [releasing] }, true],
    ['goes when no fence is there', marked(), true],
    ['goes when the fence has ended', { ...marked(), fences: [aFence(aStatus('Aborted'))] }, true],
    ['goes when the fence is not taken up', { ...marked(), fences: [aFence()] }, true],
    ...(['Held', 'Isolating', 'Fencing', 'Verifying', 'Fenced', 'Returning', 'Probation', 'NeedsHuman'] as Phase[]).map((phase): [string, SnapshotParts, boolean] => [`goes when the fence is ${phase}`, { ...marked(), fences: [aFence(aStatus(phase))] }, true]),
    ['goes after another boot', { ...marked({ bootID: 'boot-2' }), fences: [releasing] }, true],
    ['goes from another Node object', { ...marked({ uid: 'uid-2' }), fences: [releasing] }, true],
    ['of somebody else stays', marked({ taints: [{ ...outOfService, value: 'other' }], ready: 'True' }), false],
    ['without our value stays', marked({ taints: [{ key: outOfService.key, effect: 'NoSchedule' }], ready: 'True' }), false],
  ])('%s', (_title, cluster, goes) => {
    const lifted = decideWithoutLease(aSnapshot(cluster));
    expect(lifted.map(({ kind }) => kind)).toEqual(goes ? ['liftOutOfService'] : []);
    expect(decideOn(aSnapshot(cluster)).kind === 'liftOutOfService').toBe(goes);
  });

  test('goes first, whatever else there is to do', () => {
    expect(decideOn(aSnapshot(marked({ taints: [outOfService, isolated] })))).toMatchObject({ kind: 'liftOutOfService' });
  });
});

describe('our isolation taint', () => {
  test('goes from a node without an open fence', () => {
    expect(inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [isolated], ready: 'True' })], fences: [aFence(aStatus('Recovered'))] })))).toBe('untaint');
  });

  test('stays while a fence is open', () => {
    expect(inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [evicting] })], fences: [aFence(aStatus('NeedsHuman'))] })))).toBe('wait');
  });
});

describe('two open attempts on one node', () => {
  test('the later one goes on, the earlier one is closed first', () => {
    const fences = [aFence(aStatus('Isolating'), { spec: { attempt: 2 } }), aFence(aStatus('Verifying', { command: aCommand() }))];
    for (const order of [fences, fences.toReversed()]) {
      expect(decideOn(aSnapshot({ fences: order }))).toMatchObject({ kind: 'advance', fence: { metadata: { name: 'n1-1' } }, advance: { change: { phase: 'Aborted', reason: 'NotProved' } } });
    }
  });

  test('one without a command did not fail to be proved', () => {
    expect(inWords(decideOn(aSnapshot({ fences: [aFence(aStatus('Verifying')), aFence(undefined, { spec: { attempt: 2 } })] })))).toBe('advance → Aborted(Superseded)');
  });

  test('of two Node objects the later record goes on', () => {
    const fences = [aFence(aStatus('Returning'), { name: 'old', spec: { nodeUID: 'uid-0' }, createdAgo: 900 }), aFence(aStatus('Held'), { name: 'new' })];
    expect(decideOn(aSnapshot({ fences }))).toMatchObject({ kind: 'advance', fence: { metadata: { name: 'old' } } });
  });
});

describe('the history', () => {
  const ended = (count: number) => Array.from({ length: count }, (_, at) => aFence(aStatus('Succeeded'), { spec: { attempt: at + 1 }, createdAgo: 1_000 - at }));
  const well: SnapshotParts = { nodes: [aWellNode('n1')] };

  test('forgets the oldest beyond what it keeps', () => {
    expect(decideOn(aSnapshot({ ...well, fences: ended(6) }))).toMatchObject({ kind: 'forget', fence: { metadata: { name: 'n1-1' } } });
  });

  test('keeps as many as it is told', () => expect(decideOn(aSnapshot({ ...well, fences: ended(5) })).kind).toBe('wait'));

  test('forgets what is older than it keeps, however few there are', () => {
    const old = aFence(aStatus('Succeeded'), { createdAgo: 61 * 60 });
    const young = aFence(aStatus('Succeeded'), { createdAgo: 59 * 60 });
    expect(decideOn(aSnapshot({ ...well, fences: [old] })).kind).toBe('forget');
    expect(decideOn(aSnapshot({ ...well, fences: [young] })).kind).toBe('wait');
  });

  test('forgets nothing while a fence is open', () => {
    expect(decideOn(aSnapshot({ ...well, fences: [...ended(6), aFence(aStatus('NeedsHuman'), { spec: { attempt: 7, nodeUID: 'uid-n1' } })] })).kind).not.toBe('forget');
  });

  test('is cut also after a person cancelled', () => {
    const cancelled = aFence(aStatus('Aborted', { reason: 'Cancelled' }), { spec: { attempt: 7 }, createdAgo: 1 });
    expect(decideOn(aSnapshot({ fences: [...ended(6), cancelled] })).kind).toBe('forget');
  });
});

describe('mode observe', () => {
  const config = aConfiguration({ mode: 'observe' });

  test('records the node and says why nothing is done', () => {
    expect(inWords(decideOn(aSnapshot(), config))).toBe('open attempt 1');
    expect(inWords(decideOn(aSnapshot({ fences: [aFence(aStatus('Held'))] }), config))).toBe('advance → Held(ObserveOnly)');
  });

  test('ends the record when the node comes back', () => {
    const cluster = { nodes: [aDeadNode({ ready: 'True' })], fences: [aFence(aStatus('Held', { reason: 'ObserveOnly' }))] };
    expect(inWords(decideOn(aSnapshot(cluster), config))).toBe('withdraw → Recovered(ReadyAgain)');
  });

  test('takes off what an enforcing controller left behind', () => {
    expect(decideOn(aSnapshot(marked({ ready: 'True' })), config).kind).toBe('liftOutOfService');
  });

  test.each<[string, Phase, SnapshotParts]>([
    ['sends no command', 'Isolating', { nodes: [aDeadNode({ taints: [isolated] })], readings: { 'n1-1': [aReading('on', 1)] } }],
    ['puts no taint on', 'Fenced', isOff],
    ['puts no out-of-service taint on', 'Releasing', { ...isOff, nodes: [aDeadNode({ taints: [evicting] })], attachments: [anAttachment()] }],
    ['powers nothing on', 'Returning', {}],
    ['starts no script', 'Verifying', {}],
  ])('%s in the middle of a fence', (_title, phase, cluster) => {
    expect(['wait', 'withdraw']).toContain(decideOn(aSnapshot({ ...cluster, fences: [aFence(aStatus(phase, { evidence: off, command: aCommand() }))] }), config).kind);
  });
});

test('a phase of a later version is left alone', () => {
  expect(decideOn(aSnapshot({ fences: [aFence(aStatus('Deleting' as Phase))] })).kind).toBe('wait');
});

test('each node gets at most one step', () => {
  const nodes = ['n1', 'n2', 'n3'].map((name) => aDeadNode({ name, taints: [outOfService, isolated] }));
  const fences = [aFence(aStatus('Held')), aFence(aStatus('Held'), { spec: { attempt: 2 } }), aFence(aStatus('Held'), { spec: { attempt: 3 } })];
  expect(decideFences(aSnapshot({ nodes, fences }), aConfiguration(), now)).toHaveLength(3);
});
