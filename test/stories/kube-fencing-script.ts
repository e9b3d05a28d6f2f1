import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { destructive, ourTaints } from './judges.ts';
import { fenceIn, leading } from './looking.ts';
import { throughout, until } from './until.ts';
import type { Pod, StartWorld, World } from './world.ts';

/**
 * A script that somebody wrote for kube-fencing, mounted from a ConfigMap as it is: it reboots the node that $1 names,
 * whatever else it is told. So it is started for a reboot, once, and never asked for a status.
 */
export function kubeFencingScript(start: StartWorld): void {
  let world: World;
  let victim: string;
  let before: Pod;
  let calls: () => Promise<string[]>;

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    before = await until('a replica to lose', async () => (await world.pods('search')).find(({ name }) => name === 'elasticsearch-0'));
    victim = before.node;
    const log = join(world.directory, 'calls');
    calls = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    const mount = await mountLikeConfigMap(world.directory, 'fence.sh', scriptFor(log, new URL(await world.machines.serve())));
    await leading(world.control({ script: 'fence', action: 'auto', directories: [mount], parameters: {} }));
  });

  afterAll(() => world?.stop());

  describe('a bare fence.sh from a ConfigMap', () => {
    it('reboots the dead node, which the new boot proves, and the pod runs again', async () => {
      const { bootID } = await world.node(victim);
      world.machines.machine(victim).stopKubelet();
      const fence = await fenceIn(world, victim, 'Succeeded', 90_000);
      expect(fence.status?.evidence.class).toBe('rebooted');
      expect(fence.status?.policy.plan).toEqual([{ method: 'fence', action: 'reboot', verifies: false }]);
      expect((await world.node(victim)).bootID).not.toBe(bootID);
      await until('the pod runs again', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== before.uid && ready));
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });

    it('was started exactly once, for the reboot, with the name of the node', async () => {
      await throughout(3_000, async () => expect(await calls()).toEqual([`$#=1 $1=${victim} reboot`]));
      expect(world.machines.device.powerCommands(victim).map(({ command }) => command)).toEqual(['reboot']);
    });

    it('let nothing go by force, and no two writers met', async () => {
      expect(destructive(await world.audit())).toEqual([]);
      expect([...findCorruption(world.machines.disks)]).toEqual([]);
      expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
    });
  });
}

/** It notes each call, then reboots; nothing in it knows of actions. */
const scriptFor = (log: string, { hostname, port }: URL): string => `#!/bin/bash
set -e
echo "\\$#=$# \\$1=$1 $FENCE_ACTION" >> '${log}'
exec 3<>/dev/tcp/${hostname}/${port}
printf 'POST /%s/reboot?attempt=0 HTTP/1.0\\r\\nContent-Length: 0\\r\\n\\r\\n' "$1" >&3
read -r _ code _ <&3
[ "$code" = 200 ]
`;

/** The kubelet mounts a ConfigMap as links to links, so that all of its files change at once. */
async function mountLikeConfigMap(directory: string, name: string, text: string): Promise<string> {
  const mount = join(directory, 'mount');
  const version = '..2026_01_01_00_00_00.000000001';
  await mkdir(join(mount, version), { recursive: true, mode: 0o755 });
  await writeFile(join(mount, version, name), text);
  await chmod(join(mount, version, name), 0o555);
  await symlink(version, join(mount, '..data'));
  await symlink(join('..data', name), join(mount, name));
  return mount;
}
