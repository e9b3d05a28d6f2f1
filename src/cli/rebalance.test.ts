import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aNodeObject, aPodObject } from '../../test/builders/kube-objects.ts';
import { type Ended, evenkeel as run } from '../../test/fakes/command-line.ts';
import type { ApiRequest } from '../kube/api.ts';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import type { CycleSummary } from '../model/rebalancing.ts';
import { printRun } from './rebalance-print.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-rebalance-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs `evenkeel rebalance` without a cluster. */
const evenkeel = (...argv: string[]): Promise<Ended> => run(['rebalance', ...argv]);

async function policy(text: string | Uint8Array): Promise<string> {
  const path = join(directory, 'policy.yaml');
  await writeFile(path, text);
  return path;
}

const bad = 'apiVersion: descheduler/v1alpha2\nprofiles: [{name: p, pluginConfig: [{name: DefaultEvictor, args: {nodefit: true}}]}]\n';

describe('evenkeel rebalance', () => {
  test('takes every flag of the reference and names those that have no effect', async () => {
    const flags = ['--v', '3', '--secure-port=0', '--logging-format=json', '--leader-elect', '--client-connection-qps=1000', '--disable-metrics=true', '--otel-sample-rate', '1', '--bind-address=127.0.0.1', '--dry-run'];
    const { code, error } = await evenkeel('--policy-config-file', await policy(bad), ...flags);
    expect(code).toBe(2);
    const named = error.split('\n').filter((line) => line.includes('is accepted and has no effect'));
    expect(named.map((line) => line.split(' ')[0])).toEqual(['--v', '--logging-format', '--client-connection-qps', '--disable-metrics', '--secure-port', '--bind-address', '--leader-elect', '--otel-sample-rate']);
  });

  test.each([
    [['--policy-config-file', '/does/not/exist'], /The policy \/does\/not\/exist cannot be read/u],
    [[], /required option '--policy-config-file <file>' not specified/u],
    [['--policy-config-file', 'x', '--descheduling-interval', '5'], /--descheduling-interval: "5" is not a duration; write e\.g\. 5m/u],
    [['--policy-config-file', 'x', '--descheduling-interval=-5m'], /--descheduling-interval/u],
    [['--policy-config-file', 'x', '--dry-run=maybe'], /--dry-run: "maybe" is neither true nor false/u],
    [['--policy-config-file', 'x', '--feature-gates=EvictionsInBackground=true'], /EvictionsInBackground \(alpha\) is not built/u],
    [['--policy-config-file', 'x', '--feature-gates', 'AllBeta=false,AllAlpha=T'], /EvictionsInBackground \(alpha, one of AllAlpha\) is not built/u],
    [['--policy-config-file', 'x', '--feature-gates=Nothing=true'], /there is no gate "Nothing"/u],
    [['--policy-config-file', 'x', '--feature-gates=AllBeta=maybe'], /"AllBeta=maybe" is neither true nor false/u],
    [['--policy-config-file', 'x', '--dry-run=yes'], /--dry-run: "yes" is neither true nor false/u],
    [['--policy-config-file', 'x', '--policy-confg'], /unknown option '--policy-confg'/u],
    [['--polcy', 'x'], /^error: unknown option '--polcy'\n\(Did you mean --policy-config-file\?\)\n$/u],
    [['--policy-config-fil=x'], /^error: unknown option '--policy-config-fil=x'\n\(Did you mean --policy-config-file\?\)\n$/u],
    [['--nothing-like-it'], /^error: unknown option '--nothing-like-it'\n$/u],
  ])('%j ends with exit code 2 and says why', async (argv, says) => {
    const { code, error } = await evenkeel(...argv);
    expect(code).toBe(2);
    expect(error).toMatch(says);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['is not there', () => Promise.resolve(join(directory, 'none.yaml')), 'there is no such file; check the path; in a pod, check that the ConfigMap is mounted there'],
    ['is a directory', () => Promise.resolve(directory), 'it is a directory; name the file itself'],
    ['is a binary', () => policy(Buffer.from([0xff, 0xfe, 0x00])), 'the file is not UTF-8 text; save it as UTF-8'],
    ['is too large', () => policy(`# ${'x'.repeat(70_000)}\n`), 'the file has 70003 bytes, more than the allowed 65536 (64 KiB); shorten it'],
  ])('a policy that %s is said in one line, with its path once', async (_, put, why) => {
    const path = await put();
    expect(await evenkeel('--policy-config-file', path)).toEqual({ code: 2, out: '', error: `The policy ${path} cannot be read: ${why}\n` });
  });

  test('a bad policy ends with exit code 2 and every problem on its own line, as check says it', async () => {
    const path = await policy(bad.replace('}}]', '}}, {name: RemoveDuplicate}]'));
    const { code, error } = await evenkeel('--policy-config-file', path);
    const lines = ['2:76: DefaultEvictor: strict decoding error: unknown field "nodefit"; did you mean "nodeFit"?', '2:84: in profile p: plugin RemoveDuplicate in pluginConfig not registered; did you mean "RemoveDuplicates"?'];
    expect({ code, error }).toEqual({ code: 2, error: [...lines.map((line) => `${path}:${line}\n`), `evenkeel check --policy-config-file ${path} says more\n`].join('') });
    expect((await run(['check', '--policy-config-file', path])).out).toContain(`problem  policy         ${path}:${lines[0]}\n`);
  });

  test('a policy of another version, and a PriorityClass that is not there, have their places, too', async () => {
    const old = await policy('kind: DeschedulerPolicy\napiVersion: descheduler/v1\n');
    expect((await evenkeel('--policy-config-file', old)).error).toContain(`${old}:2:13: no kind "DeschedulerPolicy" is registered`);
    const path = await policy('apiVersion: descheduler/v1alpha2\nprofiles:\n- name: p\n  pluginConfig:\n  - name: DefaultEvictor\n    args: {priorityThreshold: {name: high}}\n');
    expect((await run(['rebalance', '--policy-config-file', path], aCluster())).error).toContain(`${path}:6:31: priorityThreshold: there is no PriorityClass "high"`);
  });

  test('warnings come with file and place', async () => {
    const path = await policy(`${bad}evictLocalStoragePods: true\n`);
    const { error } = await evenkeel('--policy-config-file', path);
    expect(error).toContain('unknown field "nodefit"');
    expect(error).toContain(`${path}:3:24: unknown field "evictLocalStoragePods" is ignored`);
  });
});

/** Every flag that descheduler v0.36.0 lists in its help, with a value as its manifests write them. */
const referenceFlags: string[] = [
  'bind-address=0.0.0.0', 'cert-dir=/tmp', 'client-connection-burst=10', 'client-connection-kubeconfig=/k', 'client-connection-qps=-1', 'descheduling-interval=0s', 'feature-gates=EvictionsInBackground=false', 'http2-max-streams-per-connection=5',
  'kubeconfig=/k', 'leader-elect-lease-duration=137s', 'leader-elect-renew-deadline=107s', 'leader-elect-resource-lock=leases', 'leader-elect-resource-name=descheduler', 'leader-elect-resource-namespace=kube-system', 'leader-elect-retry-period=26s',
  'log-flush-frequency=5s', 'log-json-info-buffer-size=0', 'log-text-info-buffer-size=0', 'logging-format=json', 'otel-collector-endpoint=x', 'otel-sample-rate=1', 'otel-service-name=x', 'otel-trace-namespace=x', 'otel-transport-ca-cert=/c',
  'secure-port=0', 'tls-cert-file=/c', 'tls-cipher-suites=A,B', 'tls-curve-preferences=1', 'tls-min-version=VersionTLS12', 'tls-private-key-file=/k', 'tls-sni-cert-key=a,b', 'v=3', 'vmodule=a=1',
];
const referenceSwitches = ['disable-http2-serving', 'disable-metrics', 'dry-run', 'enable-http2', 'leader-elect', 'log-json-split-stream', 'log-text-split-stream', 'otel-fallback-no-op-on-error', 'permit-address-sharing', 'permit-port-sharing'];

describe("the reference's own command lines", () => {
  const end = async (...flags: string[]): Promise<Ended> => evenkeel('--policy-config-file', await policy(bad), ...flags);
  // A bad policy ends the run after all flags were read: nothing else may be wrong.
  const read = { code: 2, error: expect.stringMatching(/strict decoding error: unknown field "nodefit"; did you mean "nodeFit"\?\n.*says more\n$/u) as string };

  test.each([...referenceFlags, 'v=0'])('--%s in one word and in two', async (flag) => {
    const [name = '', ...value] = flag.split('=');
    expect(await end(`--${flag}`)).toMatchObject(read);
    expect(await end(`--${name}`, value.join('='))).toMatchObject(read);
  });

  test.each(referenceSwitches)('--%s with and without a value', async (flag) => {
    for (const given of [`--${flag}`, `--${flag}=true`, `--${flag}=false`, `--${flag}=T`]) expect(await end(given)).toMatchObject(read);
  });

  test.each([['-v', '3'], ['-v=3'], ['-v3'], ['--v', '3'], ['--v=3']])('%j', async (...flag) => {
    expect(await end(...flag)).toMatchObject(read);
  });
});

/** Three copies on one of two nodes; `lease` is kept as an API server would. */
function aCluster(): { api: { call<T>(request: ApiRequest): Promise<T>; watch(): Promise<never>; close(): Promise<void> }; evicted: string[] } {
  const evicted: string[] = [];
  const pods = ['a', 'b', 'c', 'd'].map((name) => aPodObject(name, 'n1'));
  const nodes = ['n1', 'n2'].map((name) => aNodeObject(name));
  let lease: unknown;
  const call = <T>({ verb, path, body }: ApiRequest): Promise<T> => {
    if (path.endsWith('/eviction')) evicted.push(path);
    if (path.includes('/leases') && verb !== 'GET') lease = { ...(body as object), metadata: { ...(body as { metadata: object }).metadata, resourceVersion: '1' } };
    if (path.includes('/leases')) return lease === undefined ? Promise.resolve({ metadata: { namespace: 'x', name: 'evenkeel-rebalance', resourceVersion: '1' }, spec: {} } as T) : Promise.resolve(lease as T);
    const items = path === '/api/v1/nodes' ? nodes : path === '/api/v1/pods' ? pods : [];
    return Promise.resolve((verb === 'GET' ? { metadata: { resourceVersion: '9' }, items } : {}) as T);
  };
  return { evicted, api: { call, watch: () => Promise.reject(new Error('nothing is watched')), close: () => Promise.resolve() } };
}

const spread = 'apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles:\n- name: p\n  pluginConfig: [{name: RemoveDuplicates}]\n  plugins: {balance: {enabled: [RemoveDuplicates]}}\n';

describe('a run', () => {
  test("of the reference's CronJob, with image and command changed, evicts", async () => {
    const { api, evicted } = aCluster();
    const { code, out } = await run(['rebalance', '--policy-config-file', await policy(spread), '--v', '3'], { api });
    expect({ code, evicted: evicted.length }).toEqual({ code: 0, evicted: 2 });
    expect(out).toContain('Evicted 2, blocked 0');
  });

  test.each([[['--dry-run'], 'would evict', 0], [[], 'evicted', 2]])('with %j the chain of a pod says %j', async (flags, decision, evictions) => {
    const { api, evicted } = aCluster();
    const { out } = await run(['rebalance', '--policy-config-file', await policy(spread), '-o', 'json', '--explain', ...flags], { api });
    const { pods, summary } = JSON.parse(out) as { pods: Record<string, { decision: string }[]>; summary: CycleSummary };
    expect(pods['shop/c']?.map((each) => each.decision)).toEqual([decision]);
    expect({ evicted: evicted.length, total: summary.totals.evicted }).toEqual({ evicted: evictions, total: 2 });
  });

  test('the CronJob of our manifests starts the program the same way', async () => {
    const cronJob = parse(await readFile('manifests/components/cronjob/cronjob.yaml', 'utf8')) as { spec: { schedule: string; jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[] } } } } } };
    const args = cronJob.spec.jobTemplate.spec.template.spec.containers[0]?.args ?? [];
    expect({ schedule: cronJob.spec.schedule, args }).toEqual({ schedule: '*/3 * * * *', args: ['rebalance', '--policy-config-file', '/policy-dir/policy.yaml', '--v', '3'] });
    const file = await policy(spread);
    expect((await run(args.map((word) => (word === '/policy-dir/policy.yaml' ? file : word)), aCluster())).code).toBe(0);
  });

  test('is stopped by SIGTERM between two evictions: exit code 0, and what was done is printed', async () => {
    const { api, evicted } = aCluster();
    const stop = new AbortController();
    const call = <T>(request: ApiRequest): Promise<T> => {
      if (request.path.endsWith('/eviction')) stop.abort();
      return api.call<T>(request);
    };
    const { code, out } = await run(['rebalance', '--policy-config-file', await policy(spread)], { api: { ...api, call }, stop: stop.signal });
    expect({ code, evicted: evicted.length }).toEqual({ code: 0, evicted: 1 });
    expect(out).toContain('Evicted 1, blocked 0, gone 0, failed 0, limited 0; looked at 4 pods on 2 nodes. Stopped: it was told to stop');
  });

  test("with the reference's defects a real run sees no disruption budget", async () => {
    const budget = { metadata: { namespace: 'shop', name: 'all', uid: 'u', resourceVersion: '1' }, spec: { selector: {} } };
    const file = await policy(spread.replace('[{name', '[{name: DefaultEvictor, args: {podProtections: {extraEnabled: [PodsWithoutPDB]}}}, {name'));
    const cluster = (): ReturnType<typeof aCluster> => {
      const { api, evicted } = aCluster();
      return { evicted, api: { ...api, call: <T>(request: ApiRequest): Promise<T> => (request.path.endsWith('/poddisruptionbudgets') ? Promise.resolve({ metadata: { resourceVersion: '1' }, items: [budget] } as T) : api.call<T>(request)) } };
    };
    expect((await run(['rebalance', '--policy-config-file', file], cluster())).out).toContain('Evicted 2,');
    expect((await run(['rebalance', '--policy-config-file', file, '--reference-defects'], cluster())).out).toContain('Evicted 0,');
  });
});

describe('what a run prints', () => {
  const eviction = { pod: { namespace: 'shop', name: 'web-1', uid: 'u' }, node: 'n1', profile: 'p', strategy: 'RemoveDuplicates', because: 'n1 has 3 of 4' };
  const totals = { evicted: 1, blocked: 1, gone: 0, failed: 0, limited: 1 };
  const summary: CycleSummary = { nodes: 3, pods: 12, totals, strategies: [{ profile: 'p', strategy: 'RemoveDuplicates', tally: totals, refused: { DaemonSetPods: 3 } }], stopped: { cause: 'openFence', because: 'n9 is being fenced' } };
  const entries = [
    { kind: 'eviction', eviction, answer: { kind: 'evicted' }, dryRun: false },
    { kind: 'eviction', eviction: { ...eviction, pod: { ...eviction.pod, name: 'web-2' } }, answer: { kind: 'blocked', because: 'the budget' }, dryRun: false },
    { kind: 'limited', eviction: { ...eviction, pod: { ...eviction.pod, name: 'web-3' } }, limit: 'maxNoOfPodsToEvictPerNode', because: 'node eviction limit exceeded (1)', dryRun: false },
  ] as const;

  test('a table, what was left alone, and the sum', () => {
    expect(printRun({ entries, summary, dryRun: false }, 'table')).toBe(`NODE   POD          STRATEGY           OUTCOME   WHY
n1     shop/web-1   RemoveDuplicates   evicted   n1 has 3 of 4
n1     shop/web-2   RemoveDuplicates   blocked   the budget
n1     shop/web-3   RemoveDuplicates   limited   node eviction limit exceeded (1)

p/RemoveDuplicates left alone: 3 DaemonSetPods
Evicted 1, blocked 1, gone 0, failed 0, limited 1; looked at 12 pods on 3 nodes. Stopped: n9 is being fenced
`);
  });

  test('a strategy that could not work', () => {
    const broken: CycleSummary = { ...summary, strategies: [{ profile: 'p', strategy: 'LowNodeUtilization', tally: totals, refused: {}, failed: 'n3 has no figures' }] };
    expect(printRun({ entries: [], summary: broken, dryRun: false }, 'table')).toContain('p/LowNodeUtilization could not work: n3 has no figures\n');
    expect(JSON.parse(printRun({ entries: [], summary: broken, dryRun: false }, 'json'))).toMatchObject({ warnings: ['p/LowNodeUtilization could not work: n3 has no figures'] });
  });

  test('JSON with the same facts', () => {
    const printed = JSON.parse(printRun({ entries, summary, dryRun: true }, 'json')) as { evictions: { outcome: string }[]; summary: unknown };
    expect(printed.evictions.map(({ outcome }) => outcome)).toEqual(['evicted', 'blocked', 'limited']);
    expect(printed.summary).toEqual(summary);
  });
});
