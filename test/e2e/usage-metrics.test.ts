import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/kube/api.ts';
import { prometheusDoor } from '../../src/kube/prometheus.ts';
import { Measuring } from '../../src/observe/usage/usage.ts';
import { wholes } from '../../src/model/quantity.ts';
import { realClock } from '../../src/run/real-clock.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { until } from '../stories/until.ts';
import { type MetricsServer, startMetricsServer } from './world/metrics-server.ts';
import { type Prometheus, startPrometheus } from './world/prometheus.ts';

/* The sources of usage figures: a real Prometheus, and metrics-server's API behind a real API server. */

const manifests = join(import.meta.dirname, '../../manifests');
const never = new AbortController().signal;
const doors = prometheusDoor();

let plane: ControlPlane;
let tls: { certificate: string; key: string };

beforeAll(async () => {
  plane = await startControlPlane();
  // Its certificate is good for 127.0.0.1, and its authority is what a service account would trust.
  tls = { certificate: join(plane.directory, 'kube-apiserver/apiserver.crt'), key: join(plane.directory, 'kube-apiserver/apiserver.key') };
});

afterAll(() => plane?.stop());

describe('metrics-server', () => {
  let server: MetricsServer;
  let rebalancer: Api;
  const measuring = (): Measuring => new Measuring({ api: rebalancer, clock: realClock, askPrometheus: doors });
  const usageNow = (): ReturnType<Measuring['read']> => measuring().read({ kubernetes: true, prometheus: undefined }, never);

  beforeAll(async () => {
    await plane.kubectl('apply', '-k', join(manifests, 'overlays/cronjob'));
    await plane.kubectl('-n', 'evenkeel-system', 'patch', 'cronjob', 'evenkeel-rebalance', '-p', '{"spec":{"suspend":true}}');
    rebalancer = plane.api(await plane.serviceAccount('evenkeel-system', 'evenkeel-rebalance'));
  });

  afterAll(() => server?.stop());

  it('that may not be read says which component grants the right', async () => {
    expect(await usageNow()).toEqual({ kubernetes: { problem: expect.stringContaining('the component usage-metrics grants the right') as string } });
  });

  it('that is not installed is said', async () => {
    await plane.kubectl('apply', '-f', join(manifests, 'components/usage-metrics/rbac.yaml'));
    const usage = await until('the right is there', async () => {
      const read = await usageNow();
      return JSON.stringify(read).includes('may not be read') ? undefined : read;
    });
    expect(usage).toEqual({ kubernetes: { problem: expect.stringContaining('is metrics-server installed?') as string } });
  });

  it('gives what nodes and pods use, in one request each', async () => {
    server = await startMetricsServer(plane, { cert: await readFile(tls.certificate, 'utf8'), key: await readFile(tls.key, 'utf8') });
    server.say({ nodes: { 'worker-1': { cpu: '3', memory: '1Gi' } }, pods: { 'shop/web-1': { cpu: '2', memory: '512Mi' } } });
    await until('the API server leads there', async () => (await plane.kubectl('get', 'apiservice', 'v1beta1.metrics.k8s.io', '-o', 'jsonpath={.status.conditions[?(@.type=="Available")].status}')) === 'True');
    const before = new Map(server.asked);
    const usage = await usageNow();
    expect(usage).toEqual({
      kubernetes: {
        nodes: new Map([['worker-1', new Map([['cpu', wholes(3)], ['memory', wholes(2 ** 30)]])]]),
        pods: new Map([['shop/web-1', new Map([['cpu', wholes(2)], ['memory', wholes(2 ** 29)]])]]),
      },
    });
    for (const kind of ['nodes', 'pods']) {
      const path = `/apis/metrics.k8s.io/v1beta1/${kind}`;
      expect((server.asked.get(path) ?? 0) - (before.get(path) ?? 0)).toBe(1);
    }
  });

  it('that is down is a problem, and not the end of the run', async () => {
    server.stop();
    expect(await usageNow()).toEqual({ kubernetes: { problem: expect.stringContaining('metrics-server cannot be read') as string } });
  });
});

describe('Prometheus', () => {
  let plain: Prometheus;
  let secured: Prometheus;
  let own: { token: string; authority: string };
  const query = async (server: Prometheus, text: string, door = doors): Promise<unknown> => {
    const measuring = new Measuring({ api: plane.api(), clock: realClock, askPrometheus: door });
    const usage = await measuring.read({ kubernetes: false, prometheus: { url: server.url, tokenFile: undefined, queries: [text] } }, never);
    return usage?.prometheus?.get(text);
  };

  beforeAll(async () => {
    own = { token: join(plane.directory, 'own-token'), authority: join(plane.directory, 'own-authority') };
    await writeFile(own.authority, plane.authority);
    await writeFile(own.token, 'a-token\n');
    plain = await startPrometheus({ directory: plane.directory });
    secured = await startPrometheus({ directory: plane.directory, tls });
    for (const each of [plain, secured]) each.show({ 'worker-1': 0.81, 'worker-2': 0.35, 'worker-3': 0.1 });
  });

  afterAll(() => Promise.all([plain?.stop(), secured?.stop()]));

  it('answers a query with a sample a node', async () => {
    await until('the exporter was scraped', async () => ((await query(plain, 'busy')) as ReadonlyMap<string, number>).size === 3);
    expect(await query(plain, 'busy')).toEqual(new Map([['worker-1', 0.81], ['worker-2', 0.35], ['worker-3', 0.1]]));
    expect(await query(plain, 'max by (instance) (busy)')).toEqual(new Map([['worker-1', 0.81], ['worker-2', 0.35], ['worker-3', 0.1]]));
  });

  it.each([
    ['that it cannot read', 'busy{', /^Prometheus at http:\/\/127\.0\.0\.1:\d+ answered 400: .*parse error/u],
    ['for a number', 'scalar(max(busy))', /^the query gives a scalar/u],
    ['without instances', 'max(busy)', /^a sample has no label "instance"/u],
    ['with percentages', '100 * busy', /^the sample of worker-\d is \d+(?:\.\d+)?, and a value from 0 to 1 is needed$/u],
  ])('says what is wrong with a query %s', async (_, text, problem) => {
    expect(await query(plain, text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('finds no sample where there is none', async () => {
    expect(await query(plain, 'nothing')).toEqual(new Map());
  });

  it('is trusted over https by the authority of the service account only', async () => {
    await until('the exporter was scraped', async () => ((await query(secured, 'busy', prometheusDoor(own))) as Partial<ReadonlyMap<string, number>>).size === 3);
    expect(await query(secured, 'busy')).toEqual({ problem: expect.stringMatching(/gave no answer: .*certificate/u) as string });
  });

  it('that is gone is a problem', async () => {
    await plain.stop();
    expect(await query(plain, 'busy')).toEqual({ problem: expect.stringContaining('gave no answer') as string });
  });
});
