import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment, provision } from '../../src/embedded/machines/provision.ts';
import { until } from './until.ts';
import type { StartWorld, World } from './world.ts';

const policy = `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: default
  pluginConfig:
  - name: RemoveDuplicates
  plugins:
    balance:
      enabled: [RemoveDuplicates]
`;

const apps = ['shop', 'search'] as const;

/** Two Deployments of three replicas over three workers; one worker dies and returns, and each has two replicas on one node. */
export function lopsided(start: StartWorld): void {
  let world: World;
  let file: string;

  const perNode = async (app: string): Promise<number[]> => {
    const pods = (await world.pods(app)).filter(({ deleting }) => !deleting);
    return Object.values(Object.groupBy(pods, ({ node }) => node)).map((group) => group?.length ?? 0).toSorted((one, other) => one - other);
  };
  const allRun = async (app: string): Promise<boolean> => {
    const pods = await world.pods(app);
    return pods.length === 3 && pods.every(({ ready, deleting }) => ready && !deleting);
  };

  beforeAll(async () => {
    world = await start({ unreachableTolerationSeconds: 1 });
    file = join(world.directory, 'policy.yaml');
    writeFileSync(file, policy);
    for (const app of apps) await provision(world.admin, deployment({ namespace: app, name: app, replicas: 3 }));
    await until('all replicas run', async () => (await Promise.all(apps.map(allRun))).every(Boolean));
    // The scheduler only prefers to spread: where it did not, the command does, so that each node loses one replica of each.
    await until('each node has one replica of each', async () => {
      if ((await Promise.all(apps.map(perNode))).every((counts) => counts.join() === '1,1,1') && (await Promise.all(apps.map(allRun))).every(Boolean)) return true;
      await world.evenkeel('rebalance', '--policy-config-file', file);
      return undefined;
    });
    const controller = await world.control({ action: 'off' });
    await until('the controller leads', () => controller.leads());
    world.machines.machine('worker-2').powerOff();
    await until('the node has died and returned', async () => (await world.fences('worker-2')).some(({ status }) => status?.phase === 'Succeeded'), 120_000);
    await until('all replicas run again', async () => (await Promise.all(apps.map(allRun))).every(Boolean));
  });

  afterAll(() => world?.stop());

  describe('after the node has returned', () => {
    it('has every replica on the two nodes that stayed', async () => {
      for (const app of apps) expect(await perNode(app)).toEqual([1, 2]);
    });

    it('spreads each Deployment with one rebalance run', async () => {
      const run = await world.evenkeel('rebalance', '--policy-config-file', file, '-o', 'json');
      expect(run.code).toBe(0);
      const spread = async (): Promise<boolean> => (await Promise.all(apps.map(async (app) => (await allRun(app)) && (await perNode(app)).join() === '1,1,1'))).every(Boolean);
      await until('each Deployment has one replica per node', spread);
    });

    it('evicts nothing in a second run', async () => {
      const before = (await Promise.all(apps.map((app) => world.pods(app)))).flat().map(({ uid }) => uid).toSorted();
      const run = await world.evenkeel('rebalance', '--policy-config-file', file);
      expect(run.code).toBe(0);
      expect((await Promise.all(apps.map((app) => world.pods(app)))).flat().map(({ uid }) => uid).toSorted()).toEqual(before);
    });
  });
}
