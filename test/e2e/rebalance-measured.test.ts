import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../stories/until.ts';
import { type MetricsServer, startMetricsServer } from './world/metrics-server.ts';
import { type Prometheus, startPrometheus } from './world/prometheus.ts';
import { namespace as system, type RealWorld, startWorld } from './world/world.ts';

/*
 * LowNodeUtilization by what is measured, as a process of its own with the rights of the CronJob. The requests of the pods are
 * tiny: by them nothing would move.
 */

const policyOf = (provider: object, args: object): string =>
  JSON.stringify({
    apiVersion: 'descheduler/v1alpha2',
    kind: 'DeschedulerPolicy',
    metricsProviders: [provider],
    profiles: [{ name: 'measured', pluginConfig: [{ name: 'LowNodeUtilization', args }], plugins: { balance: { enabled: ['LowNodeUtilization'] } } }],
  });

interface Printed {
  readonly evictions: readonly { readonly node: string; readonly strategy: string; readonly outcome: string }[];
  readonly summary: { readonly totals: Record<string, number>; readonly strategies: readonly { readonly failed?: string }[] };
}

const main = join(import.meta.dirname, '../../src/main.ts');
const manifests = join(import.meta.dirname, '../../manifests');

let world: RealWorld;
let kubeconfig: string;
let policy: string;
let prometheus: Prometheus;
let server: MetricsServer;

beforeAll(async () => {
  world = await startWorld();
  await world.plane.kubectl('apply', '-f', join(manifests, 'components/usage-metrics/rbac.yaml'));
  kubeconfig = world.plane.kubeconfig(await world.plane.serviceAccount(system, 'evenkeel-rebalance'));
  policy = join(world.directory, 'policy.yaml');
  await world.plane.kubectl('create', 'namespace', 'shop');
  const template = { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: 'web:v1', resources: { requests: { cpu: '1m' } } }] } };
  await world.admin.call({ verb: 'POST', path: '/apis/apps/v1/namespaces/shop/deployments', body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 12, selector: { matchLabels: { app: 'web' } }, template } } });
  await settled();
  prometheus = await startPrometheus({ directory: world.plane.directory });
  const file = (name: string): Promise<string> => readFile(join(world.plane.directory, 'kube-apiserver', name), 'utf8');
  server = await startMetricsServer(world.plane, { cert: await file('apiserver.crt'), key: await file('apiserver.key') });
  await until('the API server leads to metrics-server', async () => (await world.plane.kubectl('get', 'apiservice', 'v1beta1.metrics.k8s.io', '-o', 'jsonpath={.status.conditions[?(@.type=="Available")].status}')) === 'True');
}, 300_000);

afterAll(async () => {
  server?.stop();
  await prometheus?.stop();
  await world?.stop();
});

describe('by metrics-server', () => {
  const args = { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 }, metricsUtilization: { source: 'KubernetesMetrics' } };

  it('a node that is measured above its target gives pods away until it is not', async () => {
    const pods = await world.pods('shop');
    const figures = { cpu: '500m', memory: '64Mi' };
    const idle = { cpu: '200m', memory: '1Gi' };
    server.say({ nodes: { 'worker-1': { cpu: '3', memory: '1Gi' }, 'worker-2': idle, 'worker-3': idle }, pods: Object.fromEntries(pods.map(({ name }) => [`shop/${name}`, figures])) });
    await writeFile(policy, policyOf({ source: 'KubernetesMetrics' }, args));
    const { printed } = await rebalance();
    expect(printed.evictions.map(({ node, outcome }) => [node, outcome])).toEqual([['worker-1', 'evicted'], ['worker-1', 'evicted']]);
    await settled();
  });

  it('a node without figures fails the strategy and evicts nothing', async () => {
    server.say({ nodes: { 'worker-1': { cpu: '3', memory: '1Gi' } }, pods: {} });
    const { printed, code } = await rebalance();
    expect(printed.evictions).toEqual([]);
    expect(printed.summary.strategies[0]?.failed).toContain('worker-');
    expect(code).toBe(1);
  });
});

describe('by Prometheus', () => {
  const args = (query: string): object => ({ thresholds: { MetricResource: 20 }, targetThresholds: { MetricResource: 70 }, metricsUtilization: { source: 'Prometheus', prometheus: { query } } });
  const provider = (): object => ({ source: 'Prometheus', prometheus: { url: prometheus.url, authToken: { secretReference: { namespace: 'monitoring', name: 'reader' } } } });

  it('PROM-1: one pod leaves the node above its target; the token comes from a file and is shown nowhere', async () => {
    const tokenFile = join(world.directory, 'token');
    await writeFile(tokenFile, 'very-secret\n');
    prometheus.show({ 'worker-1': 0.81, 'worker-2': 0.35, 'worker-3': 0.1 });
    await scraped('busy{instance="worker-3"}');
    await writeFile(policy, policyOf(provider(), args('busy')));
    const { printed, stdout, stderr } = await rebalance('--prometheus-token-file', tokenFile);
    expect(printed.evictions).toMatchObject([{ node: 'worker-1', strategy: 'LowNodeUtilization', outcome: 'evicted' }]);
    expect(stdout + stderr).not.toContain('very-secret');
    await settled();
  });

  it('PROM-3 and PROM-4: a node without a sample, and a sample above 1, fail the strategy', async () => {
    for (const [query, says] of [['busy{instance!="worker-2"}', 'worker-2'], ['busy * 1.5', '1.2']] as const) {
      await writeFile(policy, policyOf({ source: 'Prometheus', prometheus: { url: prometheus.url } }, args(query)));
      const { printed } = await rebalance();
      expect(printed.evictions).toEqual([]);
      expect(printed.summary.strategies[0]?.failed).toContain(says);
    }
  });

  it('a Secret that is not mounted fails the strategy with its path', async () => {
    await writeFile(policy, policyOf(provider(), args('busy')));
    const { printed } = await rebalance();
    expect(printed.summary.strategies[0]?.failed).toContain('/var/run/secrets/evenkeel/monitoring/reader/prometheusAuthToken cannot be read (ENOENT): is the Secret mounted?');
  });
});

async function rebalance(...more: string[]): Promise<{ printed: Printed; stdout: string; stderr: string; code: number | undefined }> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [main, 'rebalance', '--policy-config-file', policy, '--kubeconfig', kubeconfig, '-o', 'json', ...more], { reject: false, timeout: 60_000 });
  return { printed: JSON.parse(stdout) as Printed, stdout, stderr, code: exitCode };
}

async function scraped(series: string): Promise<void> {
  await until(`Prometheus has scraped ${series}`, async () => {
    const answer = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: series }).toString()}`);
    return (await answer.text()).includes('"value"');
  });
}

const settled = (): Promise<unknown> =>
  until('12 pods run', async () => {
    const pods = await world.pods('shop');
    return pods.length === 12 && pods.every(({ ready, deleting }) => ready && !deleting);
  });
