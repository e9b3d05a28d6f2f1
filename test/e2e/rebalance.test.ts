import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import { until } from '../stories/until.ts';
import type { Pod } from '../stories/world.ts';
import { namespace as system, type RealWorld, startWorld } from './world/world.ts';

/*
 * After a node was away: two Deployments with two of three replicas on one node and none on the node that returned. Each
 * run is a process of its own, with exactly the rights of the CronJob's service account.
 */

const policyText = `
apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: spread
  pluginConfig:
  - name: DefaultEvictor
    args: {nodeFit: true}
  - name: RemoveDuplicates
    args: {namespaces: {include: [shop]}}
  plugins:
    balance:
      enabled: [RemoveDuplicates]
`;

interface Printed {
  readonly evictions: readonly { readonly node: string; readonly pod: string; readonly strategy: string; readonly outcome: string; readonly because: string }[];
  readonly summary: { readonly totals: Record<string, number>; readonly stopped?: { readonly cause: string; readonly because: string } };
}

interface WrittenEvent {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

let world: RealWorld;
let kubeconfig: string;
let policy: string;

const main = join(import.meta.dirname, '../../src/main.ts');
const manifests = join(import.meta.dirname, '../../manifests');
const owners = ['cart', 'web'];

beforeAll(async () => {
  world = await startWorld();
  await world.plane.kubectl('apply', '-k', join(manifests, 'overlays/cronjob'));
  await world.plane.kubectl('-n', system, 'scale', 'deployment', '--all', '--replicas=0');
  await world.plane.kubectl('-n', system, 'patch', 'cronjob', 'evenkeel-rebalance', '-p', '{"spec":{"suspend":true}}');
  kubeconfig = world.plane.kubeconfig(await world.plane.serviceAccount(system, 'evenkeel-rebalance'));
  policy = join(world.directory, 'policy.yaml');
  await writeFile(policy, policyText);
  // worker-3 is away while the replicas start: two nodes share three replicas of each.
  await world.plane.kubectl('cordon', 'worker-3');
  await world.plane.kubectl('create', 'namespace', 'shop');
  for (const name of owners) await deploy(name);
  await until('all replicas run', async () => (await replicas()).filter(({ ready }) => ready).length === 6, 120_000);
  await world.plane.kubectl('uncordon', 'worker-3');
});

afterAll(() => world?.stop());

describe('evenkeel rebalance on two lopsided Deployments', () => {
  it('a dry run names one replica of each and touches nothing', async () => {
    const before = await replicas();
    const { printed, code } = await rebalance('--dry-run');
    expect(code).toBe(0);
    expect(printed.evictions.map(({ pod, outcome }) => [ownerOf(pod), outcome])).toEqual([['cart', 'would evict'], ['web', 'would evict']]);
    expect(await replicas()).toEqual(before);
  });

  it('evicts nothing while a fence is open', async () => {
    await openFence();
    const before = await replicas();
    const { printed, code } = await rebalance();
    expect(code).toBe(0);
    expect(printed.summary.stopped?.cause).toBe('openFence');
    expect(printed.summary.stopped?.because).toContain('worker-2');
    expect(await replicas()).toEqual(before);
    await world.plane.kubectl('delete', 'nodefence', 'worker-2-test');
  });

  it('leaves alone what a disruption budget holds, and spreads the rest', async () => {
    await world.plane.kubectl('-n', 'shop', 'create', 'poddisruptionbudget', 'cart', '--selector=app=cart', '--min-available=3');
    await until('the budget knows its pods', async () => (await world.plane.kubectl('-n', 'shop', 'get', 'pdb', 'cart', '-o', 'jsonpath={.status.currentHealthy}')) === '3');
    const { printed, code } = await rebalance();
    expect(code).toBe(0);
    expect(printed.evictions.map(({ pod, outcome }) => [ownerOf(pod), outcome])).toEqual([['cart', 'blocked'], ['web', 'evicted']]);
    expect(printed.evictions[0]?.because).toContain('disruption budget');
    await until('web is spread', async () => spreadOf(await replicas(), 'web') === 3);
    expect(spreadOf(await replicas(), 'cart')).toBe(2);
    await world.plane.kubectl('-n', 'shop', 'delete', 'pdb', 'cart');
  });

  it('then spreads the other one, and says so in the reference\'s Event', async () => {
    const { printed } = await rebalance();
    expect(printed.evictions.map(({ pod, outcome }) => [ownerOf(pod), outcome])).toEqual([['cart', 'evicted']]);
    await until('cart is spread', async () => spreadOf(await replicas(), 'cart') === 3);
    const { items } = await world.admin.call<{ items: readonly WrittenEvent[] }>({ verb: 'GET', path: collectionPath(resources.events, 'shop') });
    const event = items.find(({ involvedObject, reason }) => `shop/${involvedObject.name}` === printed.evictions[0]?.pod && reason === 'RemoveDuplicates');
    expect(event).toMatchObject({ type: 'Normal', action: 'Descheduled', reportingComponent: 'sigs.k8s.io.descheduler' });
    expect(event?.message).toMatch(/^pod eviction from worker-\d node by sigs\.k8s\.io\/descheduler: .*even share/u);
  });

  it('evicts nothing the second time', async () => {
    await until('the old replicas have ended', async () => (await replicas()).length === 6);
    const before = await replicas();
    const { printed, code } = await rebalance();
    expect(code).toBe(0);
    expect(printed.evictions).toEqual([]);
    expect(await replicas()).toEqual(before);
  });

  it('steps back while somebody else is rebalancing', async () => {
    await holdLease(2);
    const first = rebalance();
    const renewing = setInterval(() => void holdLease(2), 500);
    const { printed, code } = await first.finally(() => clearInterval(renewing));
    expect(code).toBe(0);
    expect(printed.summary.stopped).toMatchObject({ cause: 'leaseHeldElsewhere' });
    expect(printed.summary.stopped?.because).toContain('somebody-else');
  });

  it('takes over from a run that died', async () => {
    const { printed } = await rebalance();
    expect(printed.summary.stopped).toBeUndefined();
    const lease = await world.admin.call<{ spec: { holderIdentity?: string } }>({ verb: 'GET', path: objectPath(resources.leases, { namespace: system, name: 'evenkeel-rebalance' }) });
    expect(lease.spec.holderIdentity ?? '').toBe('');
  });

  it('needs no more than the rights of its service account, and each eviction is bound to a UID', async () => {
    const audit = await world.plane.auditLog();
    const ours = audit.filter(({ user }) => user === `system:serviceaccount:${system}:evenkeel-rebalance`);
    expect(ours.filter(({ code }) => code === 403).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
    const fences = ours.filter(({ object }) => object.resource === 'nodefences');
    expect(fences.length).toBeGreaterThan(3);
    // 429: a server that has just read a changed definition fills its cache first.
    expect(fences.filter(({ code, uri }) => (code !== 200 && code !== 429) || !uri.includes('fieldSelector='))).toEqual([]);
    const evictions = ours.filter(({ object }) => object.subresource === 'eviction');
    expect(evictions.map(({ code }) => code)).toEqual([429, 201, 201]);
    for (const { requestObject } of evictions) {
      expect(requestObject).toMatchObject({ metadata: { annotations: { reason: expect.stringContaining('triggered by spread/RemoveDuplicates: ') as string } }, deleteOptions: { preconditions: { uid: expect.any(String) as string } } });
    }
  });

  it('a bad policy ends with exit code 2 before anything is asked of the cluster', async () => {
    await writeFile(policy, policyText.replace('nodeFit', 'nodefit'));
    const { code, stderr } = await rebalance();
    expect(code).toBe(2);
    expect(stderr).toContain('strict decoding error: unknown field "nodefit"');
  });
});

async function rebalance(...more: string[]): Promise<{ printed: Printed; code: number; stderr: string }> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [main, 'rebalance', '--policy-config-file', policy, '--kubeconfig', kubeconfig, '--v', '3', '-o', 'json', ...more], { reject: false, timeout: 60_000 });
  const printed = stdout === '' ? { evictions: [], summary: { totals: {} } } : (JSON.parse(stdout) as Printed);
  return { printed, code: exitCode ?? -1, stderr };
}

async function deploy(name: string): Promise<void> {
  const template = { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: `${name}:v1`, resources: { requests: { cpu: '100m' } } }] } };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec: { replicas: 3, selector: { matchLabels: { app: name } }, template } };
  await world.admin.call({ verb: 'POST', path: '/apis/apps/v1/namespaces/shop/deployments', body });
}

async function openFence(): Promise<void> {
  const { uid, bootID } = await world.node('worker-2');
  const spec = { nodeName: 'worker-2', nodeUID: uid, bootID, machineID: 'worker-2', attempt: 0, reason: 'asked for by a test', requestedBy: 'controller' };
  const api = world.plane.api(await world.plane.serviceAccount(system, 'evenkeel'));
  await api.call({ verb: 'POST', path: collectionPath(resources.nodefences), body: { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: 'worker-2-test' }, spec } });
}

async function holdLease(seconds: number): Promise<void> {
  const spec = { holderIdentity: 'somebody-else', leaseDurationSeconds: seconds, renewTime: `${new Date().toISOString().slice(0, -1)}000Z` };
  await world.admin.call({ verb: 'PATCH', path: objectPath(resources.leases, { namespace: system, name: 'evenkeel-rebalance' }), patch: 'application/merge-patch+json', body: { spec } });
}

const replicas = async (): Promise<Pod[]> => world.pods('shop');
const ownerOf = (pod: string): string => owners.find((name) => pod.startsWith(`shop/${name}-`)) ?? pod;
const spreadOf = (pods: readonly Pod[], owner: string): number => new Set(pods.filter(({ name, ready, deleting }) => name.startsWith(`${owner}-`) && ready && !deleting).map(({ node }) => node)).size;
