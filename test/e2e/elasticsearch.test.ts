import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { fencingTaint } from '../../src/model/nodefence.ts';
import type { Controller } from './world/controller.ts';
import { until } from './world/until.ts';
import { startWorld, type World } from './world/world.ts';

/*
 * Elasticsearch on block volumes: the kubelet of one worker stops while its machine and containers run on. A hard reboot,
 * proved by the new bootID, and the returned kubelet finishes the old pod.
 */

let world: World;
let controller: Controller;
let victim: string;

beforeAll(async () => {
  world = await startWorld();
  await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
  await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
  victim = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0')?.node ?? '';
  controller = await world.control({ action: 'reboot' });
  await until('the controller leads', () => controller.leads());
});

afterAll(() => world?.stop());

describe('a kubelet stops while its machine runs on', () => {
  it('fences the machine and has the pod running elsewhere', async () => {
    const labels = (await world.node(victim)).labels;
    const before = (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0');
    world.machines.machine(victim).stopKubelet();
    await until('the fence has succeeded', async () => (await world.fences(victim)).find(({ status }) => status?.phase === 'Succeeded'), 90_000);
    const after = await until('the pod runs again', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== before?.uid && ready));
    expect(after.node).not.toBe(victim);
    const node = await world.node(victim);
    expect(node.taints.filter(({ key }) => key === fencingTaint || key.includes('out-of-service'))).toEqual([]);
    expect(node.labels).toEqual(labels);
  });

  it('sends one power command, and proves it by the new boot', async () => {
    expect(world.machines.device.powerCommands(victim).map(({ command }) => command)).toEqual(['reboot']);
    const [fence] = await world.fences(victim);
    expect(fence?.status?.evidence.class).toBe('rebooted');
  });

  it('never lets two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
  });
});
