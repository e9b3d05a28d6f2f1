import { describe, expect, test } from 'vitest';
import { aWorld, dedicated, heartbeatsPath, nodesPath, type World } from '../../test/builders/acting.ts';
import { aStatus, evicting, isolated, outOfService } from '../../test/builders/fencing.ts';
import { formatInstant, instant, seconds } from '../model/time.ts';
import type { Needs } from './look.ts';
import { isolate, lift, putOutOfService } from './taints.ts';

const off = { class: 'off', items: [] } as const;

/** A fence that has its proof, and a reading of `power` so many seconds ago. */
function proved(world: World, power: 'on' | 'off' | 'unknown' = 'off') {
  const fence = world.fence(aStatus('Releasing', { evidence: off }));
  world.parts.power.add(fence.metadata.name, power, 'the script says so');
  return fence;
}

describe('the last look before an effect', () => {
  const lives: [string, (world: World) => void, string][] = [
    ['is Ready', (world) => world.node({ ready: 'True' }), 'the node is Ready'],
    ['has booted anew', (world) => world.node({ bootID: 'boot-2' }), 'the node has booted anew'],
    ['was replaced', (world) => world.node({ uid: 'uid-2' }), 'the Node object was replaced'],
    ['is gone', (world) => world.cluster.drop(`${nodesPath}/n1`), 'the Node object is gone'],
    ['renewed its Lease', (world) => world.renew('lease-2'), 'the Lease of the node moved'],
    ['has lost its Lease', (world) => world.cluster.drop(`${heartbeatsPath}/n1`), 'the Lease of the node moved'],
  ];

  describe.each<[string, Needs | 'outOfService']>([
    ['isolating', 'silence'],
    ['telling pods to end', 'off'],
    ['the out-of-service taint', 'outOfService'],
  ])('%s is refused', (_name, needs) => {
    test.each(lives)('for a node that %s', async (_title, change, because) => {
      const world = aWorld();
      const fence = proved(world);
      change(world);
      const changed = needs === 'outOfService' ? putOutOfService(world.parts, fence) : isolate(world.parts, fence, 'NoExecute', needs);
      expect(await changed).toEqual({ kind: 'refused', because });
      expect(world.cluster.writes).toEqual([]);
    });
  });

  test('asks etcd itself, for node and Lease', async () => {
    const world = aWorld();
    await putOutOfService(world.parts, proved(world));
    expect(world.cluster.asked).toEqual([`GET ${nodesPath}/n1`, `GET ${heartbeatsPath}/n1`, `PATCH ${nodesPath}/n1`]);
  });

  test.each<[string, Parameters<typeof aStatus>[1], string]>([
    ['no evidence', {}, 'none'],
    ['a reboot as evidence', { evidence: { class: 'rebooted', items: [] } }, 'rebooted'],
    ['a claim as evidence', { evidence: { class: 'claimed', items: [] } }, 'claimed'],
  ])('the out-of-service taint needs more than %s', async (_title, status, kind) => {
    const world = aWorld();
    const fence = world.fence(aStatus('Releasing', status));
    world.parts.power.add(fence.metadata.name, 'off', '');
    expect(await putOutOfService(world.parts, fence)).toEqual({ kind: 'refused', because: `the record holds no proof that the machine is off (evidence: ${kind})` });
  });

  test('an accepted claim permits to tell pods to end', async () => {
    const world = aWorld();
    expect(await isolate(world.parts, world.fence(aStatus('Fenced', { evidence: { class: 'claimed', items: [] } })), 'NoExecute', 'off')).toEqual({ kind: 'changed' });
  });

  test.each<[string, number, 'on' | 'off' | 'unknown', boolean]>([
    ['read 15 s ago', 15, 'off', true],
    ['read 15.1 s ago', 15.1, 'off', false],
    ['that says on', 0, 'on', false],
    ['that does not know', 0, 'unknown', false],
  ])('a power %s', async (_title, ago, power, permits) => {
    const world = aWorld();
    const fence = proved(world, power);
    await world.clock.advance(seconds(ago));
    expect((await putOutOfService(world.parts, fence)).kind).toBe(permits ? 'changed' : 'refused');
  });

  test('a power that was never read', async () => {
    const world = aWorld();
    expect(await putOutOfService(world.parts, world.fence(aStatus('Releasing', { evidence: off })))).toMatchObject({ kind: 'refused' });
  });

  test.each<[string, 'on' | 'unknown' | undefined, number, boolean]>([
    ['is enough when nothing else is known', undefined, 60, true],
    ['is enough when the device does not know', 'unknown', 60, true],
    ['is void when the device says on', 'on', 60, false],
    ['is void after its end', undefined, -1, false],
  ])('the word of a person %s', async (_title, power, expires, permits) => {
    const world = aWorld();
    const { wall } = world.clock.now();
    const at = (offset: number): string => formatInstant(instant(wall + seconds(offset)));
    const fence = world.fence(aStatus('Releasing', { evidence: off }), { confirmedOff: { by: 'ann', at: at(-5), expires: at(expires) } });
    for (const says of power === undefined ? [] : [power]) world.parts.power.add(fence.metadata.name, says, '');
    expect((await putOutOfService(world.parts, fence)).kind).toBe(permits ? 'changed' : 'refused');
  });
});

describe('changing taints', () => {
  test('keeps those of others, their order included', async () => {
    const world = aWorld();
    const fence = proved(world);
    await isolate(world.parts, fence, 'NoSchedule', 'silence');
    await putOutOfService(world.parts, fence);
    expect(world.taints()).toEqual([dedicated, { ...isolated, value: 'n1-1' }, outOfService]);
  });

  test('keeps one that somebody adds in the same moment', async () => {
    const world = aWorld();
    const late = { key: 'late', effect: 'NoExecute' } as const;
    world.cluster.meddle(/^PATCH/u, () => world.node({ taints: [dedicated, late] }));
    expect(await isolate(world.parts, proved(world), 'NoSchedule', 'silence')).toEqual({ kind: 'changed' });
    expect(world.taints()).toEqual([dedicated, late, { ...isolated, value: 'n1-1' }]);
  });

  test('looks at the node again after somebody was faster', async () => {
    const world = aWorld();
    world.cluster.meddle(/^PATCH/u, () => world.node({ ready: 'True' }));
    expect(await putOutOfService(world.parts, proved(world))).toEqual({ kind: 'refused', because: 'the node is Ready' });
    expect(world.taints()).toEqual([dedicated]);
  });

  test('gives up when others change the node all the time', async () => {
    const world = aWorld();
    world.cluster.meddle(/^PATCH/u, () => world.node(), 9);
    await expect(isolate(world.parts, proved(world), 'NoSchedule', 'silence')).rejects.toMatchObject({ status: 409 });
  });

  test('names node and version in the patch itself', async () => {
    const world = aWorld();
    await putOutOfService(world.parts, proved(world));
    expect(world.cluster.writes).toMatchObject([{ patch: 'application/merge-patch+json', body: { metadata: { uid: 'uid-n1', resourceVersion: expect.any(String) as unknown } } }]);
  });

  test('is safe to meet twice when the reply is lost', async () => {
    const world = aWorld();
    const fence = proved(world);
    world.cluster.meddle(/^PATCH/u, 'loseReply');
    await expect(putOutOfService(world.parts, fence)).rejects.toMatchObject({ status: 0 });
    expect(await putOutOfService(world.parts, fence)).toEqual({ kind: 'already' });
    expect(world.taints()).toEqual([dedicated, outOfService]);
  });

  test('NoExecute takes the place of NoSchedule, with its time', async () => {
    const world = aWorld();
    world.node({ taints: [isolated] });
    await isolate(world.parts, proved(world), 'NoExecute', 'off');
    expect(world.taints()).toEqual([{ ...evicting, value: 'n1-1', timeAdded: '2026-01-01T00:00:00Z' }]);
  });

  test('a foreign out-of-service taint is neither doubled nor overwritten', async () => {
    const world = aWorld();
    const foreign = { ...outOfService, value: 'nodeshutdown' };
    world.node({ taints: [foreign] });
    expect(await putOutOfService(world.parts, proved(world))).toEqual({ kind: 'already' });
    await lift(world.parts, { name: 'n1', uid: 'uid-n1' }, 'all');
    expect(world.taints()).toEqual([foreign]);
  });

  test('only a leader puts one on', async () => {
    const world = aWorld();
    const fence = proved(world);
    world.lead(false);
    await expect(putOutOfService(world.parts, fence)).rejects.toThrow('does not lead');
    await expect(isolate(world.parts, fence, 'NoSchedule', 'silence')).rejects.toThrow('does not lead');
    expect(world.cluster.writes).toEqual([]);
  });
});

describe('taking taints off', () => {
  const ours = [dedicated, evicting, outOfService] as const;

  test('takes ours and nothing else', async () => {
    const world = aWorld();
    world.node({ taints: ours });
    await lift(world.parts, { name: 'n1', uid: 'uid-n1' }, 'all');
    expect(world.taints()).toEqual([dedicated]);
  });

  test('takes the out-of-service taint alone, of a Ready node too, and needs no leader', async () => {
    const world = aWorld();
    world.node({ taints: ours, ready: 'True' });
    expect(await lift({ api: world.cluster }, { name: 'n1', uid: 'uid-n1' }, 'outOfService')).toEqual({ kind: 'changed' });
    expect(world.taints()).toEqual([dedicated, evicting]);
  });

  test('leaves another Node object alone', async () => {
    const world = aWorld();
    world.node({ taints: ours, uid: 'uid-2' });
    expect(await lift(world.parts, { name: 'n1', uid: 'uid-n1' }, 'all')).toMatchObject({ kind: 'refused' });
    expect(world.cluster.writes).toEqual([]);
  });

  test('writes nothing when there is nothing to take', async () => {
    const world = aWorld();
    expect(await lift(world.parts, { name: 'n1', uid: 'uid-n1' }, 'all')).toEqual({ kind: 'already' });
    expect(world.cluster.writes).toEqual([]);
  });
});
