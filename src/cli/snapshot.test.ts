import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aListOf, aNodeObject, aPodObject } from '../../test/builders/kube-objects.ts';
import { aFolder, evenkeel } from '../../test/fakes/command-line.ts';
import { ApiError, type Api, type ApiRequest } from '../kube/api.ts';
import type { AskPrometheus, PrometheusServer } from '../kube/prometheus.ts';

const spread = (evictor = '{}', more = ''): string => `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
${more}profiles:
- name: spread
  pluginConfig: [{name: DefaultEvictor, args: ${evictor}}, {name: RemoveDuplicates}]
  plugins: {balance: {enabled: [RemoveDuplicates]}}
`;

const severalStrategies = `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: all
  pluginConfig:
  - {name: LowNodeUtilization, args: {thresholds: {cpu: 20, pods: 50}, targetThresholds: {cpu: 50, pods: 60}}}
  - {name: RemovePodsViolatingTopologySpreadConstraint}
  - {name: RemovePodsViolatingNodeTaints}
  - {name: RemovePodsViolatingInterPodAntiAffinity}
  - {name: RemoveDuplicates}
  plugins:
    deschedule: {enabled: [RemovePodsViolatingNodeTaints, RemovePodsViolatingInterPodAntiAffinity]}
    balance: {enabled: [LowNodeUtilization, RemoveDuplicates, RemovePodsViolatingTopologySpreadConstraint]}
`;

/** A policy whose only strategy goes by measured usage. */
function measuredBy(source: 'KubernetesMetrics' | 'Prometheus'): string {
  const [resource, provider, more] = source === 'Prometheus' ? ['MetricResource', ', prometheus: {url: "https://p"}', ', prometheus: {query: up}'] : ['cpu', '', ''];
  return `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
metricsProviders: [{source: ${source}${provider}}]
profiles:
- name: measured
  pluginConfig:
  - name: LowNodeUtilization
    args: {thresholds: {${resource}: 20}, targetThresholds: {${resource}: 50}, metricsUtilization: {source: ${source}${more}}}
  plugins: {balance: {enabled: [LowNodeUtilization]}}
`;
}

const nodes = ['n1', 'n2', 'n3'].map((name) => aNodeObject(name));
const pods = [...['a', 'b', 'c', 'd'].map((name) => aPodObject(name, 'n1')), aPodObject('solo', 'n1', { owner: 'solo' }), aPodObject('big-1', 'n2', { owner: 'big', cpu: '3' }), aPodObject('big-2', 'n2', { owner: 'big', cpu: '5' })];

/** An API server that has these objects and notes what it is asked. */
function aCluster(refused: string = '', { onPage = 1 } = {}): { api: Api; asked: string[] } {
  const asked: string[] = [];
  const call = <T>({ verb, path, query }: ApiRequest): Promise<T> => {
    asked.push(`${verb} ${path}`);
    const isRefused = refused !== '' && path.endsWith(refused);
    if (isRefused && onPage === 2 && query?.['continue'] === undefined) return Promise.resolve({ metadata: { resourceVersion: '9', continue: 'more' }, items: [{ metadata: { name: 'first' } }] } as T);
    if (isRefused) return Promise.reject(new ApiError({ status: 403, reason: 'Forbidden', message: `may not list ${refused}` }));
    return Promise.resolve({ metadata: { resourceVersion: '9' }, items: path === '/api/v1/nodes' ? nodes : path === '/api/v1/pods' ? pods : [] } as T);
  };
  return { asked, api: { call, watch: () => Promise.reject(new Error('nothing is watched')), close: () => Promise.resolve() } };
}

describe('evenkeel snapshot', () => {
  test('saves the cluster in a file of our own, and says what is in it', async () => {
    using folder = aFolder();
    const file = join(folder.path, 'cluster.json');
    const { api, asked } = aCluster();
    const { code, error, out } = await evenkeel(['snapshot', '-f', file], { api });
    expect({ code, error, out }).toEqual({ code: 0, error: `${file}: 3 Node, 7 Pod\n`, out: '' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'ClusterSnapshot', takenAt: '1970-01-01T00:00:00Z' });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(asked.every((each) => each.startsWith('GET'))).toBe(true);
  });

  test('goes to standard output without a file, and names what it may not read', async () => {
    const { out, error } = await evenkeel(['snapshot'], aCluster('/poddisruptionbudgets'));
    expect(JSON.parse(out)).toMatchObject({ kind: 'ClusterSnapshot' });
    expect(error).toBe('poddisruptionbudgets are not in the snapshot: may not list /poddisruptionbudgets\nWrote 3 Node, 7 Pod\n');
  });

  test('cannot take back from standard output what it may no longer read in the middle of a list', async () => {
    const { code, error } = await evenkeel(['snapshot'], aCluster('/poddisruptionbudgets', { onPage: 2 }));
    expect({ code, error }).toEqual({ code: 1, error: 'A list broke off in the middle, and what was printed cannot be taken back: try again, with -f FILE\n' });
  });

  test('leaves nothing behind when it cannot be complete', async () => {
    using folder = aFolder();
    const { code, error } = await evenkeel(['snapshot', '-f', join(folder.path, 'cluster.json')], aCluster('/pods'));
    expect({ code, error: error.split('\n')[0] }).toEqual({ code: 1, error: 'The API server refuses: may not list /pods' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('says that a folder is not there', async () => {
    const { code, error } = await evenkeel(['snapshot', '-o', '/nowhere/cluster.json'], aCluster());
    expect({ code, error }).toEqual({ code: 1, error: '/nowhere/cluster.json cannot be written: ENOENT\n' });
  });

  test('takes the place of no directory, and asks the cluster for nothing then', async () => {
    using folder = aFolder();
    const { api, asked } = aCluster();
    const { code, error } = await evenkeel(['snapshot', '-f', folder.path], { api });
    expect({ code, asked, error }).toEqual({ code: 1, asked: [], error: expect.stringContaining('is a directory, and only a regular file is replaced') as string });
  });
});

describe('evenkeel rebalance --snapshot', () => {
  test('plans without any cluster, from our snapshot and from lists of kubectl alike', async () => {
    using folder = aFolder();
    const policy = folder.put('policy.yaml', spread());
    const saved = await evenkeel(['snapshot'], aCluster());
    const ours = folder.put('ours.json', saved.out);
    const flags = ['rebalance', '--policy-config-file', policy];
    const plan = await evenkeel([...flags, '--snapshot', ours]);
    expect(plan).toEqual({ code: 0, error: '', out: expect.stringMatching(/^NODE +POD[\s\S]*shop\/c +RemoveDuplicates +would evict[\s\S]*\nDry run: would evict 3, /u) });
    const two = ['--snapshot', folder.put('nodes.json', aListOf(...nodes)), '--snapshot', folder.put('pods.json', aListOf(...pods))];
    expect(await evenkeel([...flags, ...two])).toEqual(plan);
  });

  test('gives the same bytes whatever the order of the objects', async () => {
    using folder = aFolder();
    const flags = ['rebalance', '--policy-config-file', folder.put('policy.yaml', spread('{nodeFit: true, minReplicas: 2}', 'maxNoOfPodsToEvictPerNode: 1\n')), '-o', 'json', '--explain', '--now', '2026-01-02T00:00:00Z'];
    const forwards = await evenkeel([...flags, '--snapshot', folder.put('a.json', aListOf(...nodes, ...pods))]);
    const backwards = await evenkeel([...flags, '--snapshot', folder.put('b.json', aListOf(...[...pods, ...nodes].toReversed()))]);
    expect(backwards).toEqual(forwards);
    const plan = JSON.parse(forwards.out) as { now: string; pods: Record<string, { decision: string; because: string }[]>; nodes: { name: string; requests: object }[] };
    expect(plan.now).toBe('2026-01-02T00:00:00Z');
    expect(Object.entries(plan.pods).map(([name, chain]) => `${name} ${chain.map(({ decision }) => decision).join()}`)).toEqual(['shop/a stays', 'shop/b stays', 'shop/big-1 stays', 'shop/big-2 refused', 'shop/c would evict', 'shop/d limited', 'shop/solo refused']);
    expect(plan.nodes.map(({ name, requests }) => [name, requests])).toEqual([['n1', { cpu: '500m' }], ['n2', { cpu: '8000m' }], ['n3', {}]]);
  });

  test('gives the same bytes with several strategies at work', async () => {
    using folder = aFolder();
    const policy = folder.put('policy.yaml', severalStrategies);
    const copies = [...pods, ...['x', 'y', 'z'].map((name) => aPodObject(name, 'n1', { owner: 'other', cpu: '900m', startTime: '2026-01-01T01:00:00Z' }))];
    const ask = (name: string, items: readonly object[]) => evenkeel(['rebalance', '--policy-config-file', policy, '-o', 'json', '--explain', '--now', '2026-01-02T00:00:00Z', '--snapshot', folder.put(name, aListOf(...items))]);
    const forwards = await ask('a.json', [...nodes, ...copies]);
    expect(await ask('b.json', [...copies, ...nodes].toReversed())).toEqual(forwards);
    const plan = JSON.parse(forwards.out) as { summary: { strategies: unknown[]; totals: { evicted: number } }; nodes: { strategies: unknown[] }[] };
    expect(plan.summary.strategies).toHaveLength(5);
    expect(plan.summary.totals.evicted).toBeGreaterThan(0);
    expect(plan.nodes[0]?.strategies.length).toBeGreaterThan(0);
  });

  test('says in a sentence why strategies found nothing to do', async () => {
    using folder = aFolder();
    const gather = `apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: gather
  pluginConfig: [{name: HighNodeUtilization, args: {thresholds: {cpu: 90, pods: 90}}}]
  plugins: {balance: {enabled: [HighNodeUtilization]}}
`;
    const { out } = await evenkeel(['rebalance', '--policy-config-file', folder.put('policy.yaml', gather), '--snapshot', folder.put('c.json', aListOf(...nodes, aPodObject('a', 'n1')))]);
    expect(out).toBe('gather/HighNodeUtilization: all 3 nodes are under-utilised\nDry run: would evict 0, blocked 0, gone 0, failed 0, limited 0; looked at 1 pod on 3 nodes\n');
  });

  test('as JSON has nodes and counts always, chains of pods only on demand', async () => {
    using folder = aFolder();
    const { out } = await evenkeel(['rebalance', '--policy-config-file', folder.put('policy.yaml', spread()), '--snapshot', folder.put('c.json', aListOf(...nodes, ...pods)), '-o', 'json']);
    expect(Object.keys(JSON.parse(out) as object)).toEqual(['dryRun', 'now', 'evictions', 'warnings', 'summary', 'nodes', 'said']);
  });

  test('counts ages from the moment of the snapshot, or from --now', async () => {
    using folder = aFolder();
    const items = [...nodes, ...pods];
    const flags = ['rebalance', '--policy-config-file', folder.put('policy.yaml', spread('{minPodAge: 1h}')), '--snapshot', folder.put('c.json', JSON.stringify({ apiVersion: 'evenkeel.dev/v1alpha1', kind: 'ClusterSnapshot', takenAt: '2026-01-01T00:59:00Z', items }))];
    expect((await evenkeel(flags)).out).toContain('would evict 0');
    expect((await evenkeel([...flags, '--now', '2026-01-01T01:00:00Z'])).out).toContain('would evict 3');
  });

  test('looks priority classes up in the snapshot', async () => {
    using folder = aFolder();
    const flags = ['rebalance', '--policy-config-file', folder.put('policy.yaml', spread('{priorityThreshold: {name: high}}'))];
    const without = await evenkeel([...flags, '--snapshot', folder.put('a.json', aListOf(...nodes, ...pods))]);
    expect(without).toMatchObject({ code: 2, error: expect.stringContaining('policy.yaml:5:67: priorityThreshold: there is no PriorityClass "high" in the cluster\n') as string });
    const high = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1_000 };
    expect((await evenkeel([...flags, '--snapshot', folder.put('b.json', aListOf(...nodes, ...pods, high))])).code).toBe(0);
  });

  test('says what the policy reads and the snapshot does not have, and what it leaves out', async () => {
    using folder = aFolder();
    const file = folder.put('c.json', aListOf(...nodes, ...pods, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }));
    const { error } = await evenkeel(['rebalance', '--policy-config-file', folder.put('policy.yaml', spread('{podProtections: {extraEnabled: [PodsWithoutPDB]}}')), '--snapshot', file]);
    expect(error).toContain('The snapshot has no PodDisruptionBudget, which this policy reads: the plan takes it that there is none\n');
    expect(error).toContain('Not read from the snapshot: 1 ConfigMap\n');
  });

  test.each(['KubernetesMetrics', 'Prometheus'] as const)('says that it has no usage that %s could have measured', async (source) => {
    using folder = aFolder();
    const policy = folder.put('policy.yaml', measuredBy(source));
    const { code, out, error } = await evenkeel(['rebalance', '--policy-config-file', policy, '-o', 'json', '--snapshot', folder.put('c.json', aListOf(...nodes, ...pods))]);
    expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining(`The snapshot holds no measured usage, and this policy reads that of ${source}: the plugin that reads it will fail`) as string });
    expect(JSON.parse(out)).toMatchObject({ summary: { strategies: [{ failed: `the usage from ${source} could not be had: a snapshot holds no measured usage` }] } });
  });

  test('says once, with an example, which pods are evictable although they seem to say no', async () => {
    using folder = aFolder();
    const no = { 'descheduler.alpha.kubernetes.io/evict': 'false' };
    const file = folder.put('c.json', aListOf(...nodes, ...['x', 'w', 'y'].map((name) => aPodObject(name, 'n1', { annotations: no })), aPodObject('z', 'n1', { annotations: { 'descheduler.alpha.kubernetes.io/evict': 'true' } })));
    const { error } = await evenkeel(['rebalance', '--policy-config-file', folder.put('policy.yaml', spread()), '--snapshot', file]);
    expect(error).toBe('3 pods, shop/w for one, have the annotation descheduler.alpha.kubernetes.io/evict with the value "false": it counts by being there, so that nothing protects them; take it away\n');
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a file that is not there', ['--snapshot', '/nowhere.json'], /^The snapshot \/nowhere\.json cannot be read: there is no such file/u],
    ['a directory', ['--snapshot', '/'], /^The snapshot \/ cannot be read: it is a directory/u],
    ['no cluster in it', ['--snapshot', 'empty.json'], /has no nodes/u],
    ['a broken one', ['--snapshot', 'broken.json'], /broken\.json cannot be used: line 1, item 1: it is not valid JSON/u],
    ['evictions', ['--snapshot', 'c.json', '--dry-run=false'], /nothing can be evicted from a snapshot/u],
    ['an interval', ['--snapshot', 'c.json', '--descheduling-interval', '5m'], /a snapshot does not change/u],
    ['a bad moment', ['--snapshot', 'c.json', '--now', 'today'], /--now: "today" is not a time/u],
    ['a moment without a snapshot', ['--now', '2026-01-01T00:00:00Z'], /--now goes with --snapshot/u],
    ['every chain in a table', ['--snapshot', 'c.json', '--explain'], /add -o json/u],
  ])('%s: exit code 2 and why', async (_, argv, says) => {
    using folder = aFolder();
    const files: Readonly<Record<string, string>> = { 'c.json': aListOf(...nodes), 'empty.json': aListOf(), 'broken.json': '{"items":[{oops}]}' };
    const policy = folder.put('policy.yaml', spread());
    const { code, error } = await evenkeel(['rebalance', '--policy-config-file', policy, ...argv.map((word) => (files[word] === undefined ? word : folder.put(word, files[word])))]);
    expect(code).toBe(2);
    expect(error).toMatch(says);
  });
});

describe('evenkeel why pod', () => {
  const ask = async (pod: string[], evictor = '{nodeFit: true, minReplicas: 2}', ...more: string[]) => {
    using folder = aFolder();
    const policy = folder.put('policy.yaml', spread(evictor, 'maxNoOfPodsToEvictPerNode: 1\n'));
    return await evenkeel(['why', ...pod, '--policy-config-file', policy, '--snapshot', folder.put('c.json', aListOf(...nodes, ...pods)), '--now', '2026-01-01T00:30:00Z', ...more]);
  };

  test.each<[string[], RegExp]>([
    [['pod', 'shop/c'], /^shop\/c: would be evicted \(judged at 2026-01-01T00:30:00Z\)\n {2}spread\/RemoveDuplicates {3}would evict it: n1 has 4 of the 4 copies/u],
    [['pod/shop/d'], /^shop\/d: would stay .*\n {2}spread\/RemoveDuplicates {3}limited: .*; node eviction limit exceeded \(1\)\n {2}node {22}n1: 5 of 110 pods, cpu 500m of 4000m\n$/u],
    [['pod', 'shop/solo'], /refused by MinReplicas: its owner, ReplicaSet solo, has 1 of minReplicas 2 pods/u],
    [['pod', 'shop/big-2'], /refused by NodeFit: no other node would take it: n1: cpu 5000m wanted, 3500m free; n3: cpu 5000m wanted, 4000m free/u],
    [['pod', 'shop/a'], /stays: it is the first of the 4 copies/u],
  ])('%j', async (pod, says) => {
    const { code, out } = await ask(pod);
    expect(code).toBe(0);
    expect(out).toMatch(says);
  });

  test('has one row for each strategy, and rounded figures of the node', async () => {
    using folder = aFolder();
    const flags = ['--policy-config-file', folder.put('policy.yaml', severalStrategies), '--snapshot', folder.put('c.json', aListOf(...nodes, ...pods)), '--now', '2026-01-01T00:30:00Z'];
    const { out } = await evenkeel(['why', 'pod', 'shop/a', ...flags]);
    expect(out.replaceAll(/ {3,}/gu, ' | ').split('\n')).toEqual([
      'shop/a: would stay (judged at 2026-01-01T00:30:00Z)',
      '  because | no spread constraint of namespace shop that the args consider counts it',
      '  all/RemovePodsViolatingNodeTaints | stays: n1 has no taint that counts',
      '  all/RemovePodsViolatingInterPodAntiAffinity | stays: it has no required anti-affinity',
      '  all/LowNodeUtilization | n1 is under-utilised: a destination',
      '  all/RemoveDuplicates | stays: it is the first of the 4 copies of ReplicaSet shop/web on n1: each node keeps its first',
      '  all/RemovePodsViolatingTopologySpreadConstraint | stays: no spread constraint of namespace shop that the args consider counts it',
      '  node | n1: 5 of 110 pods, cpu 500m of 4000m',
      ' | all/LowNodeUtilization: class under',
      ' | cpu: used 500m, 12.5 %, threshold 20 %, target 50 %, cap 2000m, room 1500m',
      ' | memory: used 0, 0 %, cap 8Gi, room 8Gi',
      ' | pods: used 5, 4.55 %, threshold 50 %, target 60 %, cap 66, room 61',
      '',
    ]);
  });

  test('gives programs the chain and the node', async () => {
    const { out } = await ask(['pod', 'shop/c'], '{}', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ pod: 'shop/c', verdict: 'would be evicted', decisions: [{ decision: 'would evict', strategy: 'RemoveDuplicates' }], node: { name: 'n1', pods: 5 } });
  });

  test.each<[string[], number, RegExp]>([
    [['pod', 'shop/none'], 1, /There is no pod shop\/none in the snapshot/u],
    [['pod', 'none'], 2, /"none" is no pod: write NAMESPACE\/NAME/u],
    [['n1', 'n2'], 2, /"n2" is one word too many/u],
  ])('%j is refused with exit code %i', async (pod, code, says) => {
    expect(await ask(pod)).toMatchObject({ code, error: expect.stringMatching(says) as string });
  });

  test('asks for a policy', async () => {
    expect(await evenkeel(['why', 'pod', 'shop/a'])).toMatchObject({ code: 2, error: 'A pod stays or goes by a policy: name it with --policy-config-file\n' });
  });

  test('asks Prometheus with the token that --prometheus-token-file names', async () => {
    using folder = aFolder();
    const policy = folder.put('policy.yaml', measuredBy('Prometheus'));
    const asked: PrometheusServer[] = [];
    const askPrometheus: AskPrometheus = (server) => {
      asked.push(server);
      return Promise.resolve({ data: { resultType: 'vector', result: nodes.map((_, at) => ({ metric: { instance: `n${at + 1}` }, value: [0, at === 0 ? '0.9' : '0.1'] })) } });
    };
    const { code, out } = await evenkeel(['why', 'pod', 'shop/a', '--policy-config-file', policy, '--prometheus-token-file', '/own/token'], { api: aCluster().api, askPrometheus });
    expect({ code, asked, out }).toEqual({ code: 0, asked: [expect.objectContaining({ tokenFile: '/own/token' })], out: expect.stringMatching(/^shop\/a: would be evicted/u) as string });
  });

  test('judges the live cluster too, and changes nothing', async () => {
    using folder = aFolder();
    const { api, asked } = aCluster();
    const { out } = await evenkeel(['why', 'pod', 'shop/c', '--policy-config-file', folder.put('policy.yaml', spread())], { api });
    expect(out).toMatch(/^shop\/c: would be evicted/u);
    expect(asked.every((each) => each.startsWith('GET'))).toBe(true);
  });
});
