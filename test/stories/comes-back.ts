import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { fenceIn, heldBy, leading, noExecutes, ready, sample, told } from './looking.ts';
import { destructive, ourTaints } from './judges.ts';
import { throughout, until } from './until.ts';
import type { Controller, Pod, StartWorld, World } from './world.ts';

/** A node that comes back by itself before any command: as if nothing had been. */
export function comesBack(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let victim: string;
  let before: Pod[];
  let seen = 0;

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    before = await world.pods('search');
    victim = before[0]?.node ?? '';
    controller = await leading(world.control({ action: 'off', threshold: '4s', timeout: '20s' }));
  });

  afterAll(() => world?.stop());

  beforeEach(async () => {
    seen = (await world.audit()).length;
  });

  /** No command, no pod told to end, no taint of ours, and the same pods as ever. */
  async function nothingHappened(): Promise<void> {
    await ready(world, victim);
    await until('our taints are gone', async () => ourTaints(await world.node(victim)).length === 0);
    await until('the same pods run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    const uids = (pods: readonly Pod[]): string[] => pods.map(({ uid }) => uid).sort();
    const after = await world.pods('search');
    expect(uids(after)).toEqual(uids(before));
    expect(after.filter(({ deleting }) => deleting)).toEqual([]);
    expect(world.machines.device.powerCommands(victim)).toEqual([]);
    const audit = (await world.audit()).slice(seen);
    expect(destructive(audit)).toEqual([]);
    expect(noExecutes(audit)).toEqual([]);
  }

  describe('a kubelet comes back', () => {
    it('within the threshold: no fence is recorded, and none comes later', async () => {
      world.machines.machine(victim).stopKubelet();
      await until('the node is Unknown', async () => (await world.node(victim)).ready === 'Unknown');
      world.machines.machine(victim).startKubelet();
      await ready(world, victim);
      await throughout(5_000, async () => expect(await world.fences()).toEqual([]));
      await nothingHappened();
    });

    it('while a guard holds: the record ends as Recovered', async () => {
      await world.label(victim, { 'evenkeel.dev/hold': '' });
      world.machines.machine(victim).stopKubelet();
      await heldBy(world, victim, 'HoldLabel');
      world.machines.machine(victim).startKubelet();
      const fence = await fenceIn(world, victim, 'Recovered');
      await world.label(victim, { 'evenkeel.dev/hold': null });
      // Its Lease moves before its Node says Ready: then that is why it is held.
      expect(new Set(fence.status?.timeline.map(({ step }) => step))).toEqual(new Set(['Detected', 'Held', 'Recovered']));
      await nothingHappened();
    });

    it('after its isolation, while the power is being read: the isolation is taken back', async () => {
      // The first look at the power takes as long as the device lets it: no command may come before its end.
      world.machines.device.behave(victim, { status: 'hangs' });
      world.machines.machine(victim).stopKubelet();
      await fenceIn(world, victim, 'Isolating');
      await until('our taint keeps new pods away', async () => ourTaints(await world.node(victim)).some(({ effect }) => effect === 'NoSchedule'));
      world.machines.machine(victim).startKubelet();
      await until('the record ends', async () => (await world.fences(victim)).filter(({ status }) => status?.phase === 'Recovered').length === 2);
      await nothingHappened();
      await throughout(3_000, () => expect(world.machines.device.powerCommands(victim)).toEqual([]));
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });
  });

  it('told it as an Event and a metric', async () => {
    expect(await told(world, victim, 'NodeRecovered')).toContain(victim);
    await until('both are counted', async () => (await sample(controller, 'evenkeel_fences_total{method="device",outcome="recovered"}')) === 2);
  });

  it('let the containers write on, alone', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
}
