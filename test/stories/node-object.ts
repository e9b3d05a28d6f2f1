import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { answered } from '../../src/kube/api.ts';
import { ourTaints } from './judges.ts';
import { boot } from './looking.ts';
import { until } from './until.ts';
import type { Controller, StartWorld, World } from './world.ts';

/**
 * Power loss, and the machine does not come back: everything it held is released, then its Node object goes. Months later
 * it is repaired and registers again: its labels are back, fencing included, and pods may land on it.
 */
export function nodeObject(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let victim: string;

  const node = async (): Promise<Awaited<ReturnType<World['node']>> | undefined> =>
    world.node(victim).catch((error: unknown) => {
      if (answered(error, 404)) return undefined;
      throw error;
    });

  beforeAll(async () => {
    world = await start({ mayDeleteNodes: true });
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    victim = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0')?.node ?? '';
    await world.label(victim, { 'topology.kubernetes.io/zone': 'zone-a', 'example.com/rack': 'r1' });
    controller = await world.control({ action: 'off', deleteNodeAfter: '3s' });
    await until('the controller leads', () => controller.leads());
  });

  afterAll(() => world?.stop());

  describe('a machine that lost its power and does not come back', () => {
    it('gives up its pod and its volume, and only then its Node object', async () => {
      world.machines.device.behave(victim, { power: { kind: 'fails' } });
      world.machines.machine(victim).powerOff();
      await until('the Node object is gone', async () => (await node()) === undefined, 90_000);
      expect((await world.attachments()).filter((attachment) => attachment.node === victim)).toEqual([]);
      const audit = await world.audit();
      const deletion = audit.find(({ verb, object, code }) => verb === 'delete' && object.resource === 'nodes' && code === 200);
      expect(deletion?.requestObject).toMatchObject({ preconditions: { uid: expect.any(String) as string } });
      const detached = audit.filter(({ verb, object, code }) => verb === 'delete' && object.resource === 'volumeattachments' && code < 300).at(-1);
      expect((detached?.receivedTimestamp ?? 'never') < (deletion?.receivedTimestamp ?? '')).toBe(true);
      await until('the pod runs elsewhere', async () => (await world.pods('search')).find(({ name, ready }) => name === 'elasticsearch-0' && ready));
    });

    it('leaves a record that waits for it, and no new fence', async () => {
      const fence = await until('the record says so', async () => (await world.fences(victim)).find(({ status }) => status?.nodeDeleted !== undefined));
      expect(fence.status?.phase).toBe('Returning');
      expect(await world.fences(victim)).toHaveLength(1);
    });

    it('gets the listed labels back when it registers again, and no others', async () => {
      world.machines.device.behave(victim, { power: { kind: 'honest' } });
      await boot(world.machines.machine(victim), 'powerOn');
      const fence = await until('the fence has succeeded', async () => (await world.fences(victim)).find(({ status }) => status?.phase === 'Succeeded'), 60_000);
      const back = await world.node(victim);
      expect(back.labels).toMatchObject({ fencing: 'enabled', 'topology.kubernetes.io/zone': 'zone-a' });
      expect(Object.hasOwn(back.labels, 'example.com/rack')).toBe(false);
      expect(ourTaints(back)).toEqual([]);
      expect(fence.status?.timeline.map(({ step }) => step)).toEqual(expect.arrayContaining(['NodeDeleting', 'NodeDeleted', 'NodeReregistered', 'OnProbation', 'Succeeded']));
    });

    it('never had two writers on its disk', () => {
      expect([...findCorruption(world.machines.disks)]).toEqual([]);
    });
  });
}
