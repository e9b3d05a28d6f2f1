import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import { pass, until } from '../stories/until.ts';
import type { Pod } from '../stories/world.ts';
import { namespace as system, type RealWorld, startWorld } from './world/world.ts';

/*
 * One policy with a strategy of each sort, started as the reference's CronJob starts it, on a real control plane: two nodes
 * carry everything, two have come back, and a fifth was tainted under its pods.
 */

const policyText = `
apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
gracePeriodSeconds: 1
evictionFailureEventNotification: true
profiles:
- name: tidy
  pluginConfig:
  - name: DefaultEvictor
    args: {nodeFit: true}
  - name: RemovePodsViolatingNodeTaints
    args: {namespaces: {include: [edge]}}
  - name: RemoveDuplicates
    args: {namespaces: {include: [shop]}}
  - name: RemovePodsViolatingTopologySpreadConstraint
    args: {namespaces: {include: [zones]}}
  plugins:
    deschedule: {enabled: [RemovePodsViolatingNodeTaints]}
    balance: {enabled: [RemoveDuplicates, RemovePodsViolatingTopologySpreadConstraint]}
- name: level
  pluginConfig:
  - name: DefaultEvictor
    args: {nodeFit: true}
  - name: LowNodeUtilization
    args: {thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictableNamespaces: {exclude: [shop, zones, edge]}}
  plugins:
    balance: {enabled: [LowNodeUtilization]}
`;

const agedText = `
apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: aged
  pluginConfig:
  - name: PodLifeTime
    args: {maxPodLifeTimeSeconds: 1, namespaces: {include: [many]}}
  plugins:
    deschedule: {enabled: [PodLifeTime]}
`;

interface Printed {
  readonly evictions: readonly { readonly node: string; readonly pod: string; readonly strategy: string; readonly outcome: string; readonly because: string }[];
  readonly summary: { readonly totals: Record<string, number>; readonly stopped?: { readonly cause: string } };
}

const main = join(import.meta.dirname, '../../src/main.ts');
const namespaces = ['edge', 'load', 'shop', 'zones', 'many'];

let world: RealWorld;
let kubeconfig: string;
let policy: string;
let first: Printed;

beforeAll(async () => {
  world = await startWorld({ workers: 5 });
  kubeconfig = world.plane.kubeconfig(await world.plane.serviceAccount(system, 'evenkeel-rebalance'));
  await mkdir(join(world.directory, 'policy-dir'));
  policy = join(world.directory, 'policy-dir/policy.yaml');
  await writeFile(policy, policyText);
  for (const name of namespaces) await world.plane.kubectl('create', 'namespace', name);
  await world.plane.kubectl('cordon', 'worker-1', 'worker-2', 'worker-3', 'worker-4');
  await deploy('edge', 'sensor', { replicas: 1, cpu: '50m' });
  await running(1);
  await world.plane.kubectl('taint', 'node', 'worker-5', 'dedicated=edge:NoSchedule');
  await world.plane.kubectl('uncordon', 'worker-1', 'worker-2');
  const spread = [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor', labelSelector: { matchLabels: { app: 'zoned' } } }];
  await deploy('zones', 'zoned', { replicas: 4, cpu: '10m', topologySpreadConstraints: spread });
  await deploy('shop', 'web', { replicas: 3, cpu: '10m' });
  // Each of the two nodes has 4 CPUs and is above 80 %. LowNodeUtilization begins with the lowest priority, which the budget holds.
  await world.plane.kubectl('create', 'priorityclass', 'goes-later', '--value=100');
  await deploy('load', 'held', { replicas: 4, cpu: '400m' });
  await deploy('load', 'batch', { replicas: 12, cpu: '430m', priorityClassName: 'goes-later' });
  await running(24);
  await world.plane.kubectl('-n', 'load', 'create', 'poddisruptionbudget', 'held', '--selector=app=held', '--min-available=4');
  await until('the budget knows its pods', async () => (await world.plane.kubectl('-n', 'load', 'get', 'pdb', 'held', '-o', 'jsonpath={.status.currentHealthy}')) === '4');
  await world.plane.kubectl('uncordon', 'worker-3', 'worker-4');
}, 300_000);

afterAll(() => world?.stop());

describe('a policy with several strategies, on a real control plane', () => {
  it('each strategy moves what is its own, and a disruption budget is the server\'s to judge', async () => {
    first = await asJson();
    const by = (strategy: string, outcome: string): number => first.evictions.filter((each) => each.strategy === strategy && each.outcome === outcome).length;
    expect(by('RemovePodsViolatingNodeTaints', 'evicted')).toBe(1);
    expect(by('RemoveDuplicates', 'evicted')).toBe(1);
    expect(by('RemovePodsViolatingTopologySpreadConstraint', 'evicted')).toBe(2);
    expect(by('LowNodeUtilization', 'evicted')).toBeGreaterThanOrEqual(4);
    const blocked = first.evictions.filter(({ outcome }) => outcome === 'blocked');
    expect(blocked.length).toBeGreaterThan(0);
    for (const { pod, because } of blocked) {
      expect(pod).toMatch(/^load\/held-/u);
      expect(because).toContain('disruption budget');
    }
    expect(first.summary.totals).toMatchObject({ failed: 0, gone: 0 });
  });

  it('the scheduler finds a place for every replacement, and the cluster is level', async () => {
    await running(24);
    const pods = await all();
    expect(new Set(pods.filter(({ name }) => name.startsWith('zoned-')).map(({ node }) => node)).size).toBe(4);
    expect(new Set(pods.filter(({ name }) => name.startsWith('web-')).map(({ node }) => node)).size).toBe(3);
    expect(pods.find(({ name }) => name.startsWith('sensor-'))?.node).not.toBe('worker-5');
  });

  it('an Event for each eviction, as the reference writes it, and a warning for each that was refused', async () => {
    const events = await Promise.all(namespaces.map((name) => world.admin.call<{ items: readonly { reason: string; type: string; action?: string; message: string; reportingComponent: string }[] }>({ verb: 'GET', path: collectionPath(resources.events, name) })));
    const ours = events.flatMap(({ items }) => items).filter(({ reportingComponent }) => reportingComponent === 'sigs.k8s.io.descheduler');
    const wanted = first.evictions.map(({ strategy, outcome }) => (outcome === 'evicted' ? `Normal ${strategy} Descheduled` : 'Warning EvictionFailed Descheduled'));
    expect(ours.map(({ type, reason, action }) => `${type} ${reason} ${action}`).sort()).toEqual(wanted.sort());
    for (const { type, message } of ours) expect(message).toMatch(type === 'Normal' ? /^pod eviction from worker-\d node by sigs\.k8s\.io\/descheduler: / : /^pod eviction from worker-\d node by sigs\.k8s\.io\/descheduler failed: /u);
  });

  it('every eviction bears the grace period of the policy', async () => {
    const evictions = (await world.plane.auditLog()).filter(({ object }) => object.subresource === 'eviction');
    expect(evictions).toHaveLength(first.evictions.length);
    for (const { requestObject } of evictions) expect(requestObject).toMatchObject({ deleteOptions: { gracePeriodSeconds: 1 } });
  });

  it('a second run, as the CronJob starts it, evicts nothing', async () => {
    const before = (await all()).map(({ uid }) => uid).sort();
    const { stdout, exitCode } = await evenkeel();
    expect(stdout).toContain('Evicted 0, blocked 0, gone 0, failed 0, limited 0');
    expect(exitCode).toBe(0);
    expect((await all()).map(({ uid }) => uid).sort()).toEqual(before);
  });

  it('SIGTERM between two evictions ends it in order: no further eviction, what was done is printed, exit code 0', async () => {
    await deploy('many', 'aged', { replicas: 30, cpu: '1m' });
    await running(54);
    // Ages are whole seconds of the API server's clock, and have to be above one.
    await pass(2_500);
    await writeFile(policy, agedText);
    const process = evenkeel('-o', 'json');
    await until('the first pod is on its way out', async () => (await world.pods('many')).some(({ deleting }) => deleting));
    world.plane.pause('kube-apiserver');
    process.kill('SIGTERM');
    world.plane.resume('kube-apiserver');
    const { stdout, exitCode } = await process;
    const { summary } = JSON.parse(stdout) as Printed;
    expect(exitCode).toBe(0);
    expect(summary.stopped).toMatchObject({ cause: 'signal' });
    expect(summary.totals['evicted']).toBeGreaterThan(0);
    expect(summary.totals['evicted']).toBeLessThan(30);
    const evictions = (await world.plane.auditLog()).filter(({ uri }) => uri.includes('/namespaces/many/') && uri.includes('/eviction'));
    expect(evictions).toHaveLength(summary.totals['evicted'] ?? 0);
  });
});

const evenkeel = (...more: string[]) => execa(process.execPath, [main, 'rebalance', '--policy-config-file', policy, '--v', '3', ...more], { reject: false, timeout: 60_000, env: { KUBECONFIG: kubeconfig } });

async function asJson(): Promise<Printed> {
  const { stdout, stderr, exitCode } = await evenkeel('-o', 'json');
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Printed;
}

interface Wishes {
  readonly replicas: number;
  readonly cpu: string;
  readonly priorityClassName?: string;
  readonly topologySpreadConstraints?: readonly unknown[];
}

async function deploy(namespace: string, name: string, { replicas, cpu, ...more }: Wishes): Promise<void> {
  const container = { name: 'app', image: `${name}:v1`, resources: { requests: { cpu } } };
  const template = { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 30, containers: [container], ...more } };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: { app: name } }, template } };
  await world.admin.call({ verb: 'POST', path: `/apis/apps/v1/namespaces/${namespace}/deployments`, body });
}

const all = async (): Promise<Pod[]> => (await Promise.all(namespaces.map((name) => world.pods(name)))).flat();

/** Nothing is on its way out, and so many pods run. */
const running = (count: number): Promise<unknown> =>
  until(`${count} pods run`, async () => {
    const pods = await all();
    return pods.length === count && pods.every(({ ready, deleting }) => ready && !deleting);
  }, 120_000);
