import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { heldBy, leading, ready, sample, told } from './looking.ts';
import { destructive, ourTaints } from './judges.ts';
import { throughout, until } from './until.ts';
import type { Controller, Pod, StartWorld, World } from './world.ts';

/** Every kubelet is silent at once: it is the network, the API server or ourselves, not the machines. */
export function allNodesDown(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let before: Pod[];
  let names: string[];

  beforeAll(async () => {
    world = await start();
    names = world.machines.all.map(({ name }) => name);
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    before = await world.pods('search');
    controller = await leading(world.control({ action: 'off' }));
    // It has to see Leases move first: before that it calls itself blind.
    await throughout(3_000, () => undefined);
  });

  afterAll(() => world?.stop());

  const commands = (): unknown[] => names.flatMap((name) => world.machines.device.powerCommands(name));
  const all = <T>(work: (name: string) => Promise<T>): Promise<T[]> => Promise.all(names.map(work));

  describe('all kubelets stop at once', () => {
    it('holds every node and says why, as Event, metric and record', async () => {
      for (const machine of world.machines.all) machine.stopKubelet();
      const fences = await all((name) => heldBy(world, name, 'TooManyUnhealthy'));
      for (const { status } of fences) expect(status?.message).toContain('3 of 3 selected nodes are down, more than the 1 that guards.maxUnhealthy allows');
      await all((name) => told(world, name, 'FencingHeld', 'guards.maxUnhealthy'));
      await all(async (name) => expect(await sample(controller, `evenkeel_fence_held{node="${name}",reason="TooManyUnhealthy"}`)).toBe(1));
    });

    it('calls itself blind once no Lease has moved for 30 s', async () => {
      await throughout(20_000, () => expect(commands()).toEqual([]));
      await all((name) => heldBy(world, name, 'Blind'));
      await all(async (name) => expect(await told(world, name, 'FencingHeld', 'no Lease of any node has moved')).toContain('may be the one that is cut off'));
      await all(async (name) => expect(await sample(controller, `evenkeel_fence_held{node="${name}",reason="Blind"}`)).toBe(1));
    });

    it('does not fence the last ones to return', async () => {
      // After an outage of the network nodes report back over seconds, not at one instant.
      for (const machine of world.machines.all) {
        machine.startKubelet();
        await ready(world, machine.name);
      }
      await all((name) => until(`the record of ${name} has ended`, async () => (await world.fences(name)).every(({ status }) => status?.phase === 'Recovered')));
      expect((await world.fences()).flatMap(({ status }) => status?.timeline ?? []).filter(({ step }) => step === 'Isolating')).toEqual([]);
      expect(commands()).toEqual([]);
    });

    it('leaves nothing behind: no taint, no deleted pod, no command', async () => {
      expect((await all((name) => world.node(name))).flatMap(ourTaints)).toEqual([]);
      await until('both replicas are Ready', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
      expect((await world.pods('search')).map(({ uid }) => uid).sort()).toEqual(before.map(({ uid }) => uid).sort());
      expect(destructive(await world.audit())).toEqual([]);
      expect([...findCorruption(world.machines.disks)]).toEqual([]);
      expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    });
  });
}
