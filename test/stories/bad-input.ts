import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectPath, resources } from '../../src/kube/paths.ts';
import { rfc3339 } from '../../src/kube/timestamps.ts';
import { destructive } from './judges.ts';
import { fenceIn, heldBy, leading, ready, sample, told } from './looking.ts';
import { now, throughout, until } from './until.ts';
import type { Wishes } from './configuration.ts';
import type { Controller, StartWorld, World } from './world.ts';

const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/evenkeel';
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/nodefences.evenkeel.dev';

/** What people mistype, forget and mount wrongly, and what a hostile kubelet writes: each is answered with what to do, or with nothing at all. */
export function badInput(start: StartWorld): void {
  let world: World;

  beforeAll(async () => {
    world = await start();
  });

  afterAll(() => world?.stop());

  /** `evenkeel run` that ends by itself: its exit code and what it says. */
  async function ends(wishes: Wishes, server?: string): Promise<{ code: number | string; says: string }> {
    const controller = await world.control(wishes, server);
    const code = await controller.ended;
    return { code, says: controller.raw() };
  }

  describe('a configuration that cannot be meant', () => {
    it('is refused by run and by check: every problem at once, each with its place', async () => {
      const wishes = { threshold: '0s', inventory: { 'worker-1': 'machine-7', 'worker-2': 'machine-7' } };
      const { code, says } = await ends(wishes);
      expect(code).toBe(2);
      expect(says).toMatch(/\.yaml:\d+:\d+ {2}fencing\.triggers\[0\]\.for: 0s is shorter than the allowed 1s; write 1s or more/u);
      expect(says).toMatch(/\.yaml:\d+:\d+ {2}fencing\.inventory\.worker-2: machine-7 is the machine of worker-1 as well: fencing one would switch off both; /u);
      const checked = await world.check(wishes);
      expect(checked.code).toBe(2);
      expect(checked.out).toContain('machine-7 is the machine of worker-1 as well');
    });
  });

  describe('a script that is not as it must be', () => {
    const cases: { title: string; make: (folder: string) => Promise<void>; says: RegExp }[] = [
      { title: 'is missing', make: () => Promise.resolve(), says: /not found: there is no fence\/fence and no fence\.sh in .*; put it there, or mount the ConfigMap/u },
      { title: 'may not be executed', make: (folder) => script(folder, 0o444), says: /fence\.sh is not executable: chmod \+x it, or mount the ConfigMap with defaultMode 0555/u },
      { title: 'may be changed by everybody', make: (folder) => script(folder, 0o777), says: /fence\.sh may be changed by others than its owner: chmod go-w it/u },
    ];

    async function script(folder: string, mode: number): Promise<void> {
      await writeFile(join(folder, 'fence.sh'), '#!/bin/sh\n');
      await chmod(join(folder, 'fence.sh'), mode);
    }

    it.each(cases)('$title: check says so, and what to do', async ({ title, make, says }) => {
      const folder = join(world.directory, `scripts ${title}`);
      await mkdir(folder);
      await make(folder);
      const { code, out } = await world.check({ script: 'fence', action: 'auto', directories: [folder], parameters: {} });
      expect(out).toMatch(says);
      expect(code).toBe(2);
    });
  });

  describe('a label that names a script which is not allowed', () => {
    it('holds the fence and says why; nothing is run', async () => {
      const controller = await leading(world.control({ action: 'off' }));
      await world.label('worker-1', { 'evenkeel.dev/fence-script': 'holds-stdout' });
      world.machines.machine('worker-1').stopKubelet();
      const fence = await heldBy(world, 'worker-1', 'NoMethod');
      expect(fence.status?.message).toContain('its label evenkeel.dev/fence-script names "holds-stdout", which is none of the methods device');
      await told(world, 'worker-1', 'FencingHeld', 'which is none of the methods device');
      expect(await sample(controller, 'evenkeel_fence_held{node="worker-1",reason="NoMethod"}')).toBe(1);
      await throughout(3_000, () => expect(world.machines.device.log()).toEqual([]));
      world.machines.machine('worker-1').startKubelet();
      await fenceIn(world, 'worker-1', 'Recovered');
      await world.label('worker-1', { 'evenkeel.dev/fence-script': null });
      await controller.kill('SIGTERM');
    });
  });

  describe('a kubelet that writes shell into everything that it may write', () => {
    const evil = (directory: string): string => `$(touch ${directory}/pwned)\n\`touch ${directory}/pwned\`;touch ${directory}/pwned;'"|&\u001b[31m`;
    let controller: Controller;
    let log: string;

    beforeAll(async () => {
      log = join(world.directory, 'environment');
      controller = await leading(world.control({ action: 'off', script: 'notes-environment', parameters: { url: await world.machines.serve(), log } }));
    });

    it('may not write our marks at all', async () => {
      const door = world.asNode('worker-2');
      const path = objectPath(resources.nodes, { name: 'worker-2' });
      const patch = (body: object): Promise<unknown> => door.call({ verb: 'PATCH', path, patch: 'application/merge-patch+json', body });
      await expect(patch({ metadata: { labels: { 'evenkeel.dev/fence-script': 'x' } } })).rejects.toMatchObject({ status: 403 });
      await expect(patch({ metadata: { labels: { fencing: null } } })).rejects.toMatchObject({ status: 403 });
      await expect(patch({ metadata: { annotations: { 'evenkeel.dev/x': evil(world.directory) } } })).rejects.toMatchObject({ status: 403 });
      await expect(patch({ spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' }] } })).rejects.toMatchObject({ status: 403 });
    });

    it('does not bring the controller down, and its Ready=False is held', async () => {
      const machine = world.machines.machine('worker-2');
      machine.stopKubelet();
      await forge('worker-2', evil(world.directory));
      await heldBy(world, 'worker-2', 'KubeletAlive');
      expect(await told(world, 'worker-2', 'FencingHeld', 'Ready is False')).not.toContain('touch');
    });

    it('reaches neither arguments nor environment of the script, nor a shell', async () => {
      const fence = await fenceIn(world, 'worker-2', 'Succeeded', 120_000);
      expect(fence.spec.bootID).toContain('touch');
      const given = (await readFile(log, 'utf8')).split('\0').filter((each) => each !== '');
      expect(given.filter((each) => each.startsWith('argument=')).every((each) => each === 'argument=worker-2')).toBe(true);
      const variables = new Set(given.map((each) => each.slice(0, each.indexOf('='))));
      expect([...variables].filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)).sort()).toEqual(
        ['argument', 'FENCE_ACTION', 'FENCE_ATTEMPT', 'FENCE_ID', 'FENCE_NODE', 'FENCE_PARAM_LOG', 'FENCE_PARAM_URL', 'FENCE_TIMEOUT', 'HOME', 'LANG', 'PATH'].sort(),
      );
      expect(given.filter((each) => /touch|\n|evil/u.test(each))).toEqual([]);
      expect(given.filter((each) => each.startsWith('FENCE_ID=') && each !== 'FENCE_ID=worker-2')).toEqual([]);
      expect(await readdir(world.directory)).not.toContain('pwned');
      expect(world.machines.device.powerCommands('worker-2').map(({ command }) => command)).toEqual(['off', 'on']);
    });

    it('leaves no control character in what people read', async () => {
      const notes = (await world.events('worker-2')).map(({ note }) => note);
      expect(notes.filter((note) => /\p{Cc}/u.test(note))).toEqual([]);
      await controller.kill('SIGTERM');
      expect(await controller.ended).toBe(0);
    });

    /** As the node's own identity: what it may write of itself. */
    async function forge(name: string, text: string): Promise<void> {
      const door = world.asNode(name);
      const path = objectPath(resources.nodes, { name });
      const time = rfc3339(now().wall);
      await door.call({ verb: 'PATCH', path, patch: 'application/merge-patch+json', body: { metadata: { annotations: { 'volumes.kubernetes.io/evil': text, 'example.com/evil': text }, labels: { 'example.com/evil': 'a-b_c.d' } } } });
      const conditions = [{ type: 'Ready', status: 'False', reason: text, message: text, lastHeartbeatTime: time, lastTransitionTime: time }];
      const nodeInfo = { bootID: `${text}${'x'.repeat(5_000)}`, kernelVersion: text, osImage: text, kubeletVersion: text };
      await door.call({ verb: 'PATCH', path: objectPath(resources.nodes, { name }, 'status'), patch: 'application/merge-patch+json', body: { status: { conditions, nodeInfo, addresses: [{ type: 'Hostname', address: text }, { type: 'InternalIP', address: '127.0.0.1' }] } } });
    }
  });

  describe('a cluster that is not ready for evenkeel', () => {
    it('is refused with the name of the permission that is missing', async () => {
      const before = await world.admin.call<{ rules: { resources: string[]; verbs: string[] }[] }>({ verb: 'GET', path: role });
      const without = before.rules.filter((rule) => !rule.resources.includes('nodes'));
      expect(without).toHaveLength(before.rules.length - 1);
      await world.admin.call({ verb: 'PATCH', path: role, patch: 'application/merge-patch+json', body: { rules: without } });
      const { code, says } = await ends({});
      expect(code).toBe(2);
      for (const verb of ['get', 'list', 'watch', 'patch']) expect(says).toContain(`permission missing: ${verb} nodes; run kubectl apply -k manifests/base`);
      await world.admin.call({ verb: 'PATCH', path: role, patch: 'application/merge-patch+json', body: { rules: before.rules } });
    });

    it('is refused when it cannot be reached', async () => {
      const { code, says } = await ends({}, 'http://127.0.0.1:1');
      expect(code).not.toBe(0);
      expect(says).toContain('the API server cannot be reached');
      expect(says).toContain('check the address in the kubeconfig');
    });

    it('is refused when the CustomResourceDefinition is not installed', async () => {
      await world.admin.call({ verb: 'DELETE', path: definition });
      await until('the definition is gone', () => world.admin.call({ verb: 'GET', path: '/apis/evenkeel.dev/v1alpha1' }).then(() => false, () => true));
      const { code, says } = await ends({});
      expect(code).toBe(2);
      expect(says).toContain('the CustomResourceDefinition nodefences.evenkeel.dev is not installed');
      expect(says).toContain('kubectl apply -k manifests/base');
    });
  });

  it('did nothing that cannot be taken back but for the one fence that was proved', async () => {
    const { audit, complaints } = { audit: await world.audit(), complaints: world.machines.complaints };
    expect(destructive(audit).filter(({ object }) => object.name !== 'worker-2')).toEqual([]);
    expect(complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    await ready(world, 'worker-1');
  });
}
