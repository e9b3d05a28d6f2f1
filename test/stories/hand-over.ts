import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import { fenceIn, leading } from './looking.ts';
import { throughout, until } from './until.ts';
import type { Controller, StartWorld, World } from './world.ts';

const namespace = 'evenkeel-system';

/** Of two replicas the leader goes: told to by SIGTERM with a script running, or because its own node is the dead one. */
export function handOver(start: StartWorld): void {
  let world: World;
  let leader: Controller;
  let second: Controller;
  let owner: object;

  /** The pod that a controller of this world believes to run in. */
  const pod = (name: string, node: string): Promise<unknown> =>
    world.admin.call({
      verb: 'POST',
      path: collectionPath(resources.pods, namespace),
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, ownerReferences: [owner] },
        spec: {
          nodeName: node,
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1, seccompProfile: { type: 'RuntimeDefault' } },
          tolerations: [{ operator: 'Exists' }],
          containers: [{ name: 'main', image: 'evenkeel', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
        },
      },
    });

  beforeAll(async () => {
    world = await start();
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const { metadata } = await world.admin.call<{ metadata: { name: string; uid: string } }>({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } } });
    owner = { apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid, controller: true };
    leader = await leading(world.control({ action: 'off', onNode: 'worker-1' }));
    second = await world.control({ action: 'off', onNode: 'worker-2' });
  });

  afterAll(() => world?.stop());

  describe('SIGTERM while a power command is under way', () => {
    it('kills the script with its children, gives the Lease back, and ends with 0', async () => {
      world.machines.device.behave('worker-3', { power: { kind: 'hangs' } });
      world.machines.machine('worker-3').stopKubelet();
      await until('the command has reached the device', () => world.machines.device.powerCommands('worker-3').length === 1);
      expect(scriptsFor('worker-3').length).toBeGreaterThan(0);
      const told = performance.now();
      expect(await leader.kill('SIGTERM')).toBe(0);
      expect(performance.now() - told).toBeLessThan(20_000);
      expect(scriptsFor('worker-3')).toEqual([]);
      await until('the other replica leads', () => second.leads(), 3_000);
    });

    it('leaves an attempt that the other replica finds, and none is sent twice', async () => {
      world.machines.device.behave('worker-3', { power: { kind: 'honest' } });
      await fenceIn(world, 'worker-3', 'Succeeded', 120_000);
      const sent = world.machines.device.powerCommands('worker-3').map(({ command, attempt }) => `${command} ${attempt}`);
      expect(new Set(sent).size).toBe(sent.length);
    });
  });

  describe('the node under the leader is the dead one', () => {
    it('is not fenced by that leader while nobody stands by', async () => {
      await pod('evenkeel-2', 'worker-2');
      world.machines.machine('worker-2').stopKubelet();
      const held = await until('it is held', async () => (await world.fences('worker-2')).find(({ status }) => status?.phase === 'Held' && status.reason === 'OwnNode'));
      expect(held.spec.nodeName).toBe('worker-2');
      expect(second.log().some(({ message }) => String(message).includes('hands over'))).toBe(false);
    });

    it('is fenced by the other replica, to which the leader has handed over', async () => {
      const third = await world.control({ action: 'off', onNode: 'worker-1' });
      await pod('evenkeel-3', 'worker-1');
      expect(await second.ended).toBe(1);
      await until('the third replica leads', () => third.leads(), 3_000);
      leader = third;
      await fenceIn(world, 'worker-2', 'Succeeded', 120_000);
      expect(world.machines.device.powerCommands('worker-2').map(({ command }) => command)).toEqual(['off', 'on']);
    });
  });

  describe('a second SIGTERM', () => {
    it('ends the process at once, and a script that is deaf to SIGTERM with it', async () => {
      const directory = join(world.directory, 'scripts');
      mkdirSync(directory);
      writeFileSync(join(directory, 'deaf.sh'), "#!/bin/bash\ntrap '' TERM\nsleep 600 & wait\nsleep 600\n", { mode: 0o755 });
      await leader.kill('SIGTERM');
      const impatient = await leading(world.control({ action: 'reboot', script: 'deaf', directories: [directory], parameters: {}, timeout: '60s' }));
      world.machines.machine('worker-1').stopKubelet();
      await until('the script runs', () => scriptsFor('worker-1').length > 0);
      const ended = impatient.kill('SIGTERM');
      await throughout(1_000, () => expect(scriptsFor('worker-1').length).toBeGreaterThan(0));
      const told = performance.now();
      void impatient.kill('SIGTERM');
      expect(await ended).toBe(1);
      expect(performance.now() - told).toBeLessThan(1_000);
      await until('no script is left', () => scriptsFor('worker-1').length === 0, 1_000);
    });
  });
}

/** Processes that were started to fence this node. */
const scriptsFor = (node: string): string[] =>
  globSync('/proc/[0-9]*/environ').filter((file) => {
    try {
      return readFileSync(file, 'utf8').includes(`FENCE_NODE=${node}\0`);
    } catch {
      return false; // It has ended, or is not ours.
    }
  });
