import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { ourTaints } from './judges.ts';
import { until } from './until.ts';
import type { Controller, StartWorld, World } from './world.ts';

/**
 * Elasticsearch on block volumes: the kubelet of one worker stops while its machine and containers run on. A hard reboot,
 * proved by the new bootID, and the returned kubelet finishes the old pod.
 */
export function elasticsearch(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let victim: string;

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    victim = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0')?.node ?? '';
    controller = await world.control({ action: 'reboot' });
    await until('the controller leads', () => controller.leads());
  });

  afterAll(() => world?.stop());

  describe('a kubelet stops while its machine and containers run on', () => {
    it('has the pod running elsewhere after a hard reboot, and the node as it was', async () => {
      const labels = (await world.node(victim)).labels;
      const before = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0');
      world.machines.machine(victim).stopKubelet();
      await until('the fence has succeeded', async () => (await world.fences(victim)).find(({ status }) => status?.phase === 'Succeeded'), 90_000);
      const after = await until('the pod runs again', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== before?.uid && ready));
      expect(after.node).not.toBe(victim);
      const node = await world.node(victim);
      expect(ourTaints(node)).toEqual([]);
      expect(node.labels).toEqual(labels);
    });

    it('sent one power command, and proved it by the new boot', async () => {
      expect(world.machines.device.powerCommands(victim).map(({ command }) => command)).toEqual(['reboot']);
      const fences = await world.fences(victim);
      expect(fences.map(({ status }) => status?.evidence.class)).toEqual(['rebooted']);
    });

    it('told every change of phase as an Event', async () => {
      const reasons = await until('all Events are written', async () => {
        const found = (await world.events(victim)).map(({ reason }) => reason);
        return found.includes('NodeRestored') && found;
      });
      expect(reasons).toEqual(expect.arrayContaining(['NodeUnhealthyDetected', 'NodeIsolated', 'FencingStarted', 'FencingClaimed', 'FencingVerified', 'FencingSucceeded', 'NodeOnProbation', 'NodeRestored']));
    });

    it('never let two writers meet on a disk', () => {
      expect([...findCorruption(world.machines.disks)]).toEqual([]);
      expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    });
  });
}
