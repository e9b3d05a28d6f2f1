import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment, provision } from '../../src/embedded/machines/provision.ts';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import { fenceIn, leading, sample, told } from './looking.ts';
import { until } from './until.ts';
import type { AuditedRequest, Controller, StartWorld, World } from './world.ts';

const policy = (limits: string): string => `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
${limits}
profiles:
- name: default
  pluginConfig:
  - name: RemoveDuplicates
  plugins:
    balance:
      enabled: [RemoveDuplicates]
`;

const apps = ['shop', 'search'] as const;
const user = 'system:serviceaccount:evenkeel-system:evenkeel';

/**
 * Two Deployments of three replicas over three workers; workers die and return, and nobody types anything: after probation the
 * controller spreads the pods again, asks the disruption budgets each time, and steps back for the next incident.
 */
export function rebalanceByItself(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  let file: string;

  const spread = async (app: string): Promise<string> => {
    const pods = (await world.pods(app)).filter(({ deleting }) => !deleting);
    if (pods.length !== 3 || !pods.every(({ ready }) => ready)) return 'not all running';
    return Object.values(Object.groupBy(pods, ({ node }) => node)).map((group) => String(group?.length ?? 0)).toSorted().join();
  };
  /** Of the pods per worker, over all of them: the dead one has none. */
  const deviation = async (): Promise<number> => {
    const pods = (await Promise.all(apps.map((app) => world.pods(app)))).flat().filter(({ deleting }) => !deleting);
    const counts = world.machines.all.map(({ name }) => pods.filter(({ node }) => node === name).length);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length);
  };
  const allSpread = async (as: string, only: readonly string[] = apps): Promise<boolean> => (await Promise.all(only.map(spread))).every((each) => each === as);
  const evictions = async (): Promise<AuditedRequest[]> => (await world.audit()).filter((request) => request.user === user && request.object.subresource === 'eviction');
  const succeeded = async (node: string): Promise<string[]> => (await world.fences(node)).filter(({ status }) => status?.phase === 'Succeeded').map(({ metadata }) => metadata.name);
  const noOpenFence = async (): Promise<boolean> => (await world.fences()).every(({ status }) => status?.phase === 'Succeeded');
  const budget = (app: string): { namespace: string; name: string } => ({ namespace: app, name: app });

  beforeAll(async () => {
    world = await start({ unreachableTolerationSeconds: 1 });
    file = join(world.directory, 'policy.yaml');
    writeFileSync(file, policy(''));
    for (const app of apps) await provision(world.admin, deployment({ namespace: app, name: app, replicas: 3 }));
    // The scheduler only prefers to spread: where it did not, the command does.
    await until('each app has one replica per node', async () => {
      if (await allSpread('1,1,1')) return true;
      await world.evenkeel('rebalance', '--policy-config-file', file);
      return false;
    });
    // This one may spare none of its pods, until somebody says otherwise.
    const body = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'search' }, spec: { minAvailable: 3, selector: { matchLabels: { app: 'search' } } } };
    await world.admin.call({ verb: 'POST', path: collectionPath(resources.poddisruptionbudgets, 'search'), body });
    controller = await leading(world.control({ action: 'off', rebalancing: { policyFile: file } }));
  });

  afterAll(() => world?.stop());

  describe('one node dies and returns', () => {
    let unbalanced: number | undefined;
    let lopsided: number;

    it('spreads the pods again after probation, but for those whose budget says no', async () => {
      world.machines.machine('worker-2').powerOff();
      await until('every replica runs on the two nodes that stayed', async () => !(await noOpenFence()) && (await allSpread('1,2')));
      lopsided = await deviation();
      unbalanced = await sample(controller, 'evenkeel_imbalance{resource="pods"}');
      await fenceIn(world, 'worker-2', 'Succeeded', 120_000);
      await until('shop is spread again', () => allSpread('1,1,1', ['shop']));
      expect(await told(world, 'worker-2', 'RebalancePlanned')).toContain('evicts up to 2 pods. The fence had displaced 2 pods: ');
      const done = await told(world, 'worker-2', 'CycleCompleted');
      expect(done).toContain('Rebalancing after the return of worker-2 has evicted 1, blocked 1');
      for (const app of apps) expect(done).toContain(`${app}/${app}-`);
      expect(await spread('search')).toBe('1,2');
    });

    it('asks the budget again, and does the rest when it says yes', async () => {
      await world.admin.call({ verb: 'DELETE', path: objectPath(resources.poddisruptionbudgets, budget('search')) });
      await until('search is spread, too', () => allSpread('1,1,1'));
      const asked = await evictions();
      expect(asked.filter(({ code }) => code === 429).length).toBeGreaterThan(0);
      expect(asked.filter(({ code }) => code < 300)).toHaveLength(2);
    });

    it('did it all through the Eviction API, and shows the balance before and after', async () => {
      const deletes = (await world.audit()).filter((request) => request.user === user && request.verb === 'delete' && request.object.resource === 'pods');
      for (const { receivedTimestamp } of deletes) expect(receivedTimestamp < ((await evictions())[0]?.receivedTimestamp ?? '')).toBe(true);
      expect(unbalanced).toBeDefined();
      await until('the metric shows the balance', async () => (await sample(controller, 'evenkeel_imbalance{resource="pods"}')) === 0);
      const done = (await evictions()).filter(({ code }) => code < 300).length;
      console.info(`figures: ${done} evictions, standard deviation of pods per node ${lopsided.toFixed(2)} before and ${(await deviation()).toFixed(2)} after`);
      expect(await controller.metrics()).toMatch(/evenkeel_rebalance_cycle_seconds_count\{trigger="recovery"\} \d/u);
    });

    it('evicts nothing in a second run', async () => {
      const before = (await evictions()).length;
      const run = await world.evenkeel('rebalance', '--policy-config-file', file, '-o', 'json');
      expect(run.code).toBe(0);
      expect((JSON.parse(run.out) as { summary: { totals: { evicted: number } } }).summary.totals.evicted).toBe(0);
      expect((await evictions()).length).toBe(before);
      expect(await allSpread('1,1,1')).toBe(true);
    });
  });

  describe('a second node dies before all pods are spread', () => {
    it('fences first, evicts nothing meanwhile, and goes on when both are back', async () => {
      // One eviction in each pass: there is a middle to die in.
      writeFileSync(file, policy('maxNoOfPodsToEvictTotal: 1'));
      const known = new Set([...(await succeeded('worker-2')), ...(await succeeded('worker-1'))]);
      const before = (await evictions()).length;
      world.machines.machine('worker-2').powerOff();
      await until('worker-2 has returned', async () => (await succeeded('worker-2')).some((name) => !known.has(name)), 120_000);
      await until('the first pod is evicted', async () => (await evictions()).length === before + 1);
      world.machines.machine('worker-1').powerOff();
      await until('worker-1 has returned', async () => (await succeeded('worker-1')).some((name) => !known.has(name)), 120_000);
      await until('everything is spread again', () => allSpread('1,1,1'), 120_000);
      const fence = (await world.fences('worker-1')).find(({ metadata }) => !known.has(metadata.name));
      const [opened = '', ended = ''] = [fence?.metadata.creationTimestamp, fence?.status?.timeline.at(-1)?.time];
      const meanwhile = (await evictions()).filter(({ receivedTimestamp }) => receivedTimestamp > `${opened.slice(0, -1)}.999` && receivedTimestamp < ended);
      expect(meanwhile.map(({ uri }) => uri)).toEqual([]);
    }, 300_000);
  });

  describe('a policy that is spoilt', () => {
    it('rebalances nothing, and says so once', async () => {
      writeFileSync(file, 'apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles: 3\n');
      const before = (await evictions()).length;
      world.machines.machine('worker-3').powerOff();
      await fenceIn(world, 'worker-3', 'Succeeded', 120_000);
      await until('the policy is refused', async () => (await sample(controller, 'evenkeel_policy_valid')) === 0);
      expect(await told(world, 'evenkeel', 'PolicyRejected')).toContain('nothing is rebalanced until it is corrected');
      expect((await evictions()).length).toBe(before);
    });
  });
}
