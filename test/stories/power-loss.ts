import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { ourTaints } from './judges.ts';
import { until } from './until.ts';
import type { Controller, StartWorld, World } from './world.ts';

/**
 * Power is gone, or a hung machine is switched off: separate `status` reads prove it, then the volume moves within seconds
 * and the machine is powered on again, with the out-of-service taint gone before that.
 */
export function powerLoss(start: StartWorld): void {
  let world: World;
  let controller: Controller;

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    controller = await world.control({ action: 'off' });
    await until('the controller leads', () => controller.leads());
  });

  afterAll(() => world?.stop());

  const cases = [
    { title: 'a machine that hangs is switched off by us', die: (name: string) => world.machines.machine(name).stopKubelet(), commands: ['off', 'on'] },
    { title: 'a machine that lost its power is found off, and no command is sent', die: (name: string) => world.machines.machine(name).powerOff(), commands: ['on'] },
  ];

  describe.each(cases)('$title', ({ die, commands }) => {
    let victim: string;

    it('frees the pod and its volume on proof alone, and brings the node back', async () => {
      const before = await until('the pod runs', async () => (await world.pods('search')).find(({ name, ready }) => name === 'elasticsearch-0' && ready));
      victim = before.node;
      const sent = world.machines.device.powerCommands(victim).length;
      die(victim);
      const after = await until('the pod runs elsewhere', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== before.uid && ready), 90_000);
      expect(after.node).not.toBe(victim);
      const fence = await until('the fence has succeeded', async () => (await world.fences(victim)).find(({ status, spec }) => status?.phase === 'Succeeded' && spec.nodeName === victim), 90_000);
      expect(fence.status?.evidence.class).toBe('off');
      expect(world.machines.device.powerCommands(victim).slice(sent).map(({ command }) => command)).toEqual(commands);
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });

    it('put the out-of-service taint on after the proof, and took it off before power came back', async () => {
      const fence = (await world.fences(victim)).find(({ status }) => status?.phase === 'Succeeded');
      const reasons = await until('all Events are written', async () => {
        const found = (await world.events(victim)).map(({ reason }) => reason);
        return found.includes('NodeRestored') && found;
      });
      expect(reasons).toEqual(expect.arrayContaining(['FencingVerified', 'OutOfServiceTaintAdded', 'OutOfServiceTaintRemoved', 'PowerOnStarted']));
      const steps = controller.log().filter((line) => line['fence'] === fence?.metadata.name).map((line) => line['reason']);
      const order = ['FencingVerified', 'OutOfServiceTaintAdded', 'PodForceDeleted', 'OutOfServiceTaintRemoved', 'FencingSucceeded', 'PowerOnStarted', 'NodeRestored'];
      expect(steps.filter((step) => order.includes(String(step)))).toEqual(order);
      console.info(`figures: ${waits(controller, fence?.metadata.name)}`);
    });
  });

  it('never let two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
}

/** What each wait on the way back cost, by the controller's own log. */
function waits(controller: Controller, fence: string | undefined): string {
  const at = (reason: string): number => Date.parse(String(controller.log().find((line) => line['fence'] === fence && line['reason'] === reason)?.['@timestamp']));
  const between = (from: string, to: string): string => `${((at(to) - at(from)) / 1_000).toFixed(1)} s`;
  return `power-on to schedulable ${between('PowerOnStarted', 'NodeRestored')}: ${between('PowerOnStarted', 'NodeOnProbation')} to boot and be Ready, ${between('NodeOnProbation', 'NodeRestored')} of probation`;
}
