import { describe, expect, test } from 'vitest';
import { aResult, aWorld, fencesPath, heartbeatsPath, nodesPath, settle, slotsPath, type World } from '../../test/builders/acting.ts';
import { aCommand, aStatus, isolated, outOfService } from '../../test/builders/fencing.ts';
import type { ScriptResult } from './scripts/runner.ts';
import type { NodeFence, NodeFenceStatus } from '../model/nodefence.ts';
import { milliseconds, seconds } from '../model/time.ts';
import { askPower, powerOn, sendCommand } from './command.ts';

const off = { action: 'off', slots: 1 } as const;
const reboot = { action: 'reboot', slots: 1 } as const;

function isolating(world: World, given: Partial<NodeFenceStatus> = {}): NodeFence {
  world.node({ taints: [isolated] });
  return world.fence(aStatus('Isolating', given));
}

const told = { output: '', duration: milliseconds(5), answer: { kind: 'none', because: 'nothing' } } as const;
const commandOf = (world: World) => world.stored('n1-1').status?.command;

describe('the power command', () => {
  test('is written down before its script starts', async () => {
    const world = aWorld();
    world.cluster.meddle(/^PUT .*status$/u, () => expect(world.scripts.started).toEqual([]));
    world.node({ taints: [isolated] });
    const outcome = await sendCommand(world.parts, world.fence(aStatus('Isolating'), { machineID: 'srv-7' }), off);
    expect(outcome).toMatchObject({ kind: 'done', records: [{ step: 'CommandStarted', node: 'n1', method: 'openstack' }] });
    await settle();
    expect(world.stored('n1-1').status).toMatchObject({ phase: 'Fencing', command: { action: 'off', outcome: 'intended', by: 'me', epoch: 3, limit: 180_000 }, leaderEpoch: 3 });
    expect(world.scripts.started).toMatchObject([{ script: 'openstack', action: 'off', node: 'n1', machineID: 'srv-7', attempt: 1 }]);
  });

  test.each<[string, ScriptResult, Partial<NonNullable<NodeFenceStatus['command']>>, string]>([
    ['exit code 0 is a claim', aResult(), { outcome: 'claimed' }, 'CommandClaimed'],
    ['another exit code is a failure', { ...told, kind: 'failed', code: 2, note: 'ended with exit code 2' }, { outcome: 'failed' }, 'CommandFailed'],
    ['a kill at the limit leaves open what it did', { ...told, kind: 'timedOut', by: 'limit', note: 'killed' }, { outcome: 'timedOut' }, 'CommandTimedOut'],
    ['a script that cannot be started has failed', { ...told, kind: 'refused', problem: 'not executable', note: '' }, { outcome: 'failed', note: 'not started: not executable' }, 'CommandFailed'],
  ])('%s, and only then evidence counts', async (_title, result, command, step) => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.parts.power.add('n1-1', 'off', 'read while the command ran');
    await world.scripts.end(result);
    expect(world.stored('n1-1').status).toMatchObject({ phase: 'Verifying', command, evidence: { class: 'none' } });
    expect(world.reported.map((record) => record.step)).toEqual([step]);
    expect(world.parts.power.readings('n1-1')).toEqual([]);
    expect(world.parts.power.running('n1-1')).toBe(false);
  });

  test.each<[string, (world: World, fence: NodeFence) => void]>([
    ['the node is Ready', (world) => world.node({ ready: 'True' })],
    ['the node has booted anew', (world) => world.node({ bootID: 'boot-2' })],
    ['the Node object was replaced', (world) => world.node({ uid: 'uid-2' })],
    ['the Lease moved', (world) => world.renew('lease-2')],
    ['the Lease is gone', (world) => world.cluster.drop(`${heartbeatsPath}/n1`)],
    ['the record has changed', (world) => world.fence(aStatus('Isolating'), { cancelled: true })],
    ['another fence has the only slot', (world) => {
      world.cluster.put(fencesPath, { metadata: { name: 'n2-1' }, status: aStatus('Verifying') });
      world.cluster.put(slotsPath, { metadata: { name: 'evenkeel-slot-0' }, spec: { holderIdentity: 'n2-1' } });
    }],
  ])('is not sent when %s', async (_title, change) => {
    const world = aWorld();
    const fence = isolating(world);
    change(world, fence);
    expect(await sendCommand(world.parts, fence, off)).toMatchObject({ kind: 'skipped' });
    await settle();
    expect(world.scripts.started).toEqual([]);
    expect(commandOf(world)).toBeUndefined();
  });

  test('is not sent twice under one attempt', async () => {
    const world = aWorld();
    expect(await sendCommand(world.parts, isolating(world, { command: aCommand() }), off)).toMatchObject({ kind: 'skipped' });
    const stale = isolating(world);
    await sendCommand(world.parts, stale, off);
    await settle();
    expect(await sendCommand(world.parts, stale, off)).toMatchObject({ kind: 'skipped' });
    await settle();
    expect(world.scripts.started).toHaveLength(1);
  });

  test('is sent by one of two leaders that decide the same', async () => {
    const world = aWorld();
    const fence = isolating(world);
    const outcomes = await Promise.allSettled([sendCommand(world.parts, fence, off), sendCommand({ ...world.parts, leadership: { ...world.parts.leadership, identity: 'other', epoch: 2, isLeader: true, assertLeader: () => undefined } }, fence, off)]);
    await settle();
    expect(outcomes.filter((each) => each.status === 'fulfilled' && each.value.kind === 'done')).toHaveLength(1);
    expect(world.scripts.started).toHaveLength(1);
  });

  test('is not sent when the answer to its intent is lost: nobody will send it under this attempt', async () => {
    const world = aWorld();
    const fence = isolating(world);
    world.cluster.meddle(/^PUT .*status$/u, 'loseReply');
    await expect(sendCommand(world.parts, fence, off)).rejects.toMatchObject({ status: 0 });
    await settle();
    expect(world.scripts.started).toEqual([]);
    expect(commandOf(world)).toMatchObject({ outcome: 'intended' });
    expect(await sendCommand(world.parts, fence, off)).toMatchObject({ kind: 'skipped' });
  });

  test('is not sent by a process that does not lead', async () => {
    const world = aWorld();
    const fence = isolating(world);
    world.lead(false);
    await expect(sendCommand(world.parts, fence, off)).rejects.toThrow('does not lead');
    await settle();
    expect([world.cluster.writes, world.scripts.started]).toEqual([[], []]);
  });

  test.each<[string, (world: World) => void]>([
    ['the node shows life', (world) => world.node({ ready: 'True' })],
    ['its identity changes', (world) => world.node({ uid: 'uid-2' })],
    ['its Lease moves', (world) => world.renew('lease-2')],
    ['leadership is lost', (world) => world.lead(false)],
  ])('is not sent when %s after the intent was written', async (_title, change) => {
    const world = aWorld();
    const fence = isolating(world);
    world.cluster.meddle(/^PUT .*status$/u, () => world.cluster.meddle(/^GET .*nodes.n1$/u, () => change(world)));
    await sendCommand(world.parts, fence, off);
    await settle();
    expect(commandOf(world)?.action).toBe('off');
    expect(world.scripts.started).toEqual([]);
  });

  test('that was surely not sent is told so, and does not use up its level', async () => {
    const world = aWorld();
    const fence = isolating(world);
    world.cluster.meddle(/^PUT .*status$/u, () => world.cluster.meddle(/^GET .*nodes.n1$/u, 'refuse'));
    await sendCommand(world.parts, fence, off);
    await settle();
    expect(commandOf(world)).toMatchObject({ outcome: 'unknown', note: expect.stringContaining('not sent') as unknown });
  });

  test('of a reboot tells the pods to end in the same step, and off does not', async () => {
    for (const [how, effect] of [[reboot, 'NoExecute'], [off, 'NoSchedule']] as const) {
      const world = aWorld();
      await sendCommand(world.parts, isolating(world), how);
      expect(world.taints()).toMatchObject([{ effect: 'NoSchedule' }]);
      await settle();
      expect(world.taints()).toMatchObject([{ effect }]);
    }
  });

  test('of a reboot is not sent when the pods cannot be told to end', async () => {
    const world = aWorld();
    const fence = isolating(world);
    world.cluster.meddle(/^PATCH/u, 'refuse');
    await sendCommand(world.parts, fence, reboot);
    await settle();
    expect(world.scripts.started).toEqual([]);
  });

  test('has its outcome stored though the API server is away for a minute', async () => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.cluster.meddle(/nodefences/u, 'refuse', 60);
    await world.scripts.end();
    expect(commandOf(world)).toMatchObject({ outcome: 'intended' });
    for (let second = 0; second < 61; second += 1) await world.clock.advance(seconds(1));
    expect(commandOf(world)).toMatchObject({ outcome: 'claimed' });
    expect(world.reported).toHaveLength(1);
  });

  test('has its outcome stored once though the reply is lost', async () => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.cluster.meddle(/^PUT .*status$/u, 'loseReply');
    await world.scripts.end();
    await world.clock.advance(seconds(1));
    expect(world.stored('n1-1').status?.timeline.map(({ step }) => step)).toEqual(['CommandStarted', 'CommandClaimed']);
  });

  test('leaves its outcome to the successor when leadership is lost meanwhile', async () => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.lead(false);
    await world.scripts.end();
    expect(commandOf(world)).toMatchObject({ outcome: 'intended' });
  });

  test('does not overwrite what a successor wrote meanwhile', async () => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.fence(aStatus('Verifying', { command: aCommand({ outcome: 'unknown', by: 'me' }) }));
    await world.scripts.end();
    expect(commandOf(world)).toMatchObject({ outcome: 'unknown' });
    expect(world.reported).toEqual([]);
  });

  test.each<[string, Parameters<typeof aCommand>[0]]>([
    ['another process', { by: 'other', at: '2026-01-01T00:00:00Z' }],
    ['another moment', { by: 'me', at: '2026-01-01T09:00:00Z' }],
  ])('does not settle the command of %s in a record that was deleted and created anew', async (_title, command) => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.fence(aStatus('Fencing', { command: aCommand({ outcome: 'intended', ...command }) }));
    await world.scripts.end();
    expect(commandOf(world)).toMatchObject({ outcome: 'intended', ...command });
  });

  test('ends quietly when its record was deleted meanwhile', async () => {
    const world = aWorld();
    await sendCommand(world.parts, isolating(world), off);
    await settle();
    world.cluster.drop(`${fencesPath}/n1-1`);
    await world.scripts.end();
    expect(world.parts.power.running('n1-1')).toBe(false);
  });
});

describe('a reading of the power', () => {
  const answer = (power: 'on' | 'off' | 'unknown', given: object = {}) => ({ answer: { kind: 'answer' as const, id: 'n1', attempt: 1, power, ...given } });
  const says = async (result: ScriptResult): Promise<readonly string[]> => {
    const world = aWorld();
    askPower(world.parts, world.fence(aStatus('Verifying')));
    expect(world.parts.power.running('n1-1')).toBe(true);
    await world.scripts.end(result);
    expect(world.parts.power.running('n1-1')).toBe(false);
    return world.parts.power.readings('n1-1').map(({ power }) => power);
  };

  test('is what the script answers, with the exit code that goes with it', async () => {
    expect(await says({ ...told, ...answer('off'), kind: 'failed', code: 2, note: '' })).toEqual(['off']);
    expect(await says(aResult(answer('on')))).toEqual(['on']);
  });

  test.each<[string, ScriptResult]>([
    ['exit code 2 alone', { ...told, kind: 'failed', code: 2, note: 'syntax error' }],
    ['off with exit code 0', aResult(answer('off'))],
    ['off for another machine', { ...told, ...answer('off', { id: 'n2' }), kind: 'failed', code: 2, note: '' }],
    ['off for another attempt', { ...told, ...answer('off', { attempt: 2 }), kind: 'failed', code: 2, note: '' }],
    ['a time-out that printed off', { ...told, ...answer('off'), kind: 'timedOut', by: 'limit', note: '' }],
  ])('is unknown for %s', async (_title, result) => {
    expect(await says(result)).toEqual(['unknown']);
  });

  test('is asked for one at a time', () => {
    const world = aWorld();
    const fence = world.fence(aStatus('Verifying'));
    askPower(world.parts, fence);
    expect(askPower(world.parts, fence)).toMatchObject({ kind: 'skipped' });
    expect(world.scripts.started).toHaveLength(1);
  });
});

describe('powering on', () => {
  const returning = (world: World, given: Partial<NodeFenceStatus> = {}): NodeFence => world.fence(aStatus('Returning', { evidence: { class: 'off', items: [] }, ...given }));

  test('is written down first, then done, then written down again', async () => {
    const world = aWorld();
    expect(await powerOn(world.parts, returning(world))).toMatchObject({ kind: 'done', records: [{ step: 'PowerOnStarted' }] });
    expect(world.stored('n1-1').status?.powerOn).toMatchObject({ action: 'on', outcome: 'intended', tries: 1 });
    await world.scripts.end();
    expect(world.scripts.started).toMatchObject([{ action: 'on' }]);
    expect(world.stored('n1-1').status?.powerOn).toMatchObject({ outcome: 'claimed', tries: 1 });
    expect(world.reported.map(({ step }) => step)).toEqual(['PowerOnEnded']);
  });

  test('counts its tries', async () => {
    const world = aWorld();
    await powerOn(world.parts, returning(world, { powerOn: aCommand({ action: 'on', tries: 2 }) }));
    expect(world.stored('n1-1').status?.powerOn).toMatchObject({ tries: 3 });
  });

  test.each<[string, (world: World) => void]>([
    ['the node is Ready', (world) => world.node({ ready: 'True' })],
    ['our out-of-service taint is on it', (world) => world.node({ taints: [outOfService] })],
    ['an out-of-service taint of somebody else is on it', (world) => world.node({ taints: [{ ...outOfService, value: 'x' }] })],
    ['the Node object was replaced', (world) => world.node({ uid: 'uid-2' })],
    ['the Node object is gone', (world) => world.cluster.drop(`${nodesPath}/n1`)],
  ])('is not done when %s', async (_title, change) => {
    const world = aWorld();
    const fence = returning(world);
    change(world);
    expect(await powerOn(world.parts, fence)).toMatchObject({ kind: 'skipped' });
    expect([world.cluster.writes, world.scripts.started]).toEqual([[], []]);
  });

  test('is left to the successor when leadership is lost after the intent', async () => {
    const world = aWorld();
    world.cluster.meddle(/^PUT .*status$/u, () => queueMicrotask(() => world.lead(false)));
    await powerOn(world.parts, returning(world));
    await settle();
    expect(world.scripts.started).toEqual([]);
    expect(world.parts.power.running('n1-1')).toBe(false);
  });
});
