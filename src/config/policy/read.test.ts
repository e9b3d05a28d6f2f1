import { describe, expect, test } from 'vitest';
import type { RebalancePolicy } from '../../decide/rebalancing/policy.ts';
import { strategies } from '../../../strategies/index.ts';
import { type ReadPolicy, readPolicy } from './read.ts';

const read = (text: string, priorities: Readonly<Record<string, number>> = {}): Promise<ReadPolicy> =>
  readPolicy({ path: 'policy.yaml', text, strategies, priorityOf: (name) => Promise.resolve(priorities[name]) });

const head = 'apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n';

/** One profile `p`, with lines of pluginConfig and of plugins in flow style. */
const profile = (pluginConfig: string, plugins = '{}', more = ''): string => `${head}${more}profiles:\n- name: p\n  pluginConfig: ${pluginConfig}\n  plugins: ${plugins}\n`;

const duplicates = profile('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}}');

async function accepted(text: string, priorities?: Readonly<Record<string, number>>): Promise<{ policy: RebalancePolicy; warnings: readonly string[] }> {
  const outcome = await read(text, priorities);
  if (outcome.kind === 'refused') throw new Error(outcome.because);
  return outcome;
}

describe('policies are read like the reference reads them', () => {
  test('a complete one', async () => {
    const { policy, warnings } = await accepted(`${duplicates}nodeSelector: pool=a
maxNoOfPodsToEvictPerNode: 10
maxNoOfPodsToEvictPerNamespace: 5.0
gracePeriodSeconds: 30
evictionFailureEventNotification: yes
`);
    expect(policy).toMatchObject({
      nodeSelector: { requirements: [{ key: 'pool', operator: 'In', values: ['a'] }] },
      limits: { perNode: 10, perNamespace: 5, total: undefined },
      gracePeriodSeconds: 30,
      evictionFailureEventNotification: true,
      profiles: [{ name: 'p', deschedule: [], balance: [{ name: 'RemoveDuplicates' }], evictor: { priorityThreshold: 2_000_000_000, nodeFit: false, minReplicas: 0 } }],
    });
    expect(warnings).toEqual([]);
  });

  test('JSON', async () => {
    const text = JSON.stringify({ apiVersion: 'descheduler/v1alpha2', profiles: [{ name: 'p', pluginConfig: [{ name: 'RemoveDuplicates', args: { namespaces: { exclude: ['a'] } } }], plugins: { balance: { enabled: ['RemoveDuplicates'] } } }] });
    expect((await accepted(text)).policy.profiles).toHaveLength(1);
  });

  test('only the first of several documents, the last of equal keys, null as not set', async () => {
    const { policy } = await accepted(`${head}maxNoOfPodsToEvictTotal: 1\nmaxNoOfPodsToEvictTotal: 2\nnodeSelector:\ngracePeriodSeconds: null\n---\nkind: Other\n`);
    expect(policy.limits.total).toBe(2);
    expect(policy.gracePeriodSeconds).toBeUndefined();
  });

  test('a threshold without a value is 0, not absent', async () => {
    const low = (targets: string): string => profile(`[{name: LowNodeUtilization, args: {thresholds: {cpu: 20, memory: }, targetThresholds: ${targets}, evictionLimits: }}]`, '{balance: {enabled: [LowNodeUtilization]}}');
    expect((await accepted(low('{cpu: 50, memory: 5}'))).policy.profiles).toHaveLength(1);
    expect(await read(low('{cpu: 50}'))).toMatchObject({ kind: 'refused', because: expect.stringContaining('memory') });
  });

  test.each([
    ['POL-1: an old top-level switch is ignored', `${duplicates}evictLocalStoragePods: true\n`, /unknown field "evictLocalStoragePods" is ignored/u],
    ['POL-2: a misspelt extension point is ignored', profile('[]', '{preEvictionFilter: {enabled: [DefaultEvictor]}}'), /unknown field "profiles\[0\]\.plugins\.preEvictionFilter" is ignored; did you mean "preevictionfilter"\?/u],
    ['POL-7: a plugin that nothing enables', profile('[{name: RemoveDuplicates}]'), /RemoveDuplicates is configured but not enabled/u],
    ['POL-12: without apiVersion the policy is empty', duplicates.replace(/^apiVersion.*\n/u, ''), /apiVersion is missing/u],
    ['an empty file', '', /apiVersion is missing/u],
    ['a misspelt limit', `${duplicates}maxNoOfPodsToEvictPerNodes: 1\n`, /did you mean "maxNoOfPodsToEvictPerNode"\?/u],
    ['a plugin in sort', profile('[]', '{sort: {enabled: [X]}}'), /plugins\.sort is ignored/u],
    ['a plugin that is disabled', profile('[]', '{balance: {disabled: [X]}}'), /plugins\.balance\.disabled is ignored/u],
    ['a plugin configured twice', profile('[{name: RemoveDuplicates}, {name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}}'), /configured twice/u],
    ['no profiles', head, /has no profiles/u],
    ['a plugin with args that nothing enables', profile('[{name: PodLifeTime, args: {maxPodLifeTimeSeconds: 1}}]'), /PodLifeTime is configured but not enabled/u],
    ['usage figures', `${duplicates}metricsProviders: [{source: KubernetesMetrics}]\n`, /metricsProviders enables KubernetesMetrics, which no enabled plugin reads/u],
    ['a source that is read and not enabled', profile('[{name: LowNodeUtilization, args: {thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: KubernetesMetrics}}}]', '{balance: {enabled: [LowNodeUtilization]}}'), /in profile p: LowNodeUtilization reads KubernetesMetrics, which metricsProviders does not enable: it will fail in every cycle/u],
    ['a Prometheus that nothing asks', `${duplicates}metricsProviders: [{source: Prometheus, prometheus: {url: "http://p"}}]\n`, /metricsProviders enables Prometheus, which no enabled plugin reads/u],
  ])('%s, with a warning', async (_, text, warning) => {
    const { warnings } = await accepted(text);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
  });

  test('POL-1: the warning names the place', async () => {
    const { warnings } = await accepted(`${head}evictLocalStoragePods: true\nprofiles: [{}]\n`);
    expect(warnings[0]).toBe('3:24: unknown field "evictLocalStoragePods" is ignored; it is an argument of DefaultEvictor now: write it into the args of DefaultEvictor in pluginConfig');
  });

  test('POL-9: a limit of 0 is a limit', async () => {
    expect((await accepted(`${duplicates}maxNoOfPodsToEvictTotal: 0\n`)).policy.limits.total).toBe(0);
  });

  test.each([
    ['POL-3', profile('[{name: DefaultEvictor, args: {nodefit: true}}]'), `failed decoding descheduler's policy config "policy.yaml": strict decoding error: unknown field "nodefit"`],
    ['kind in args that YAML 1.1 reads as true', profile('[{name: DefaultEvictor, args: {kind: y}}]'), `failed decoding descheduler's policy config "policy.yaml": kind: a string is required`],
    ['two unknown fields', profile('[{name: DefaultEvictor, args: {nodefit: true, minpodage: 1h}}]'), `failed decoding descheduler's policy config "policy.yaml": strict decoding error: unknown field "nodefit", unknown field "minpodage"`],
    ['POL-5', profile('[{name: RemoveDuplicates}]', '{deschedule: {enabled: [RemoveDuplicates]}}'), 'profile "p" configures deschedule extension point of non-existing plugins: RemoveDuplicates'],
    ['POL-6', profile('[]', '{balance: {enabled: [RemoveDuplicates]}}'), 'unable to find "RemoveDuplicates" plugin config'],
    ['POL-4', profile('[{name: HighNodeUtilization, args: {thresholds: {cpu: 20}, evictableNamespaces: {namespaces: {exclude: [a]}}}}]'), `failed decoding descheduler's policy config "policy.yaml": strict decoding error: unknown field "evictableNamespaces.namespaces"`],
    ['POL-13', profile('[{name: LowNodeUtilization, args: {thresholds: {cpu: 60}, targetThresholds: {cpu: 50}}}]'), 'in profile p: thresholds.cpu: 60 is above targetThresholds.cpu (50)'],
    ['POL-11', profile('[{name: DefaultEvictor, args: {minPodAge: 3600}}]'), `failed decoding descheduler's policy config "policy.yaml": minPodAge: a duration such as "36h" is required`],
    ['POL-14', profile('[{name: RemoveDuplicate, args: {x: 1}}]'), 'in profile p: plugin RemoveDuplicate in pluginConfig not registered'],
    ['an unknown plugin enabled', profile('[]', '{preevictionfilter: {enabled: [Nothing]}}'), 'profile "p" configures preEvictionFilter extension point of non-existing plugins: Nothing'],
    ['two problems', profile('[{name: A}, {name: B}]'), '[in profile p: plugin A in pluginConfig not registered, in profile p: plugin B in pluginConfig not registered]'],
    ['namespaces both ways', profile('[{name: RemoveDuplicates, args: {namespaces: {include: [a], exclude: [b]}}}]'), 'in profile p: only one of Include/Exclude namespaces can be set'],
    ['a node selector with a syntax error', `${duplicates}nodeSelector: "a b"\n`, /^nodeSelector: cannot read "a b"/u],
    ['a node selector of the wrong type', `${duplicates}nodeSelector: 5\n`, /7:15: nodeSelector: a string is required/u],
    ['a negative limit', `${duplicates}maxNoOfPodsToEvictTotal: -1\n`, /maxNoOfPodsToEvictTotal: must not be negative/u],
    ['a fraction as limit', `${duplicates}maxNoOfPodsToEvictTotal: 1.5\n`, /maxNoOfPodsToEvictTotal: a whole number is required/u],
    ['YAML 1.1: an unquoted yes is no string', `${duplicates}nodeSelector: yes\n`, /nodeSelector: a string is required/u],
    ['an older version', duplicates.replace('v1alpha2', 'v1alpha1'), /no kind "DeschedulerPolicy" is registered for version "descheduler\/v1alpha1".*: convert the policy to v1alpha2/u],
    ['the ConfigMap around it', 'apiVersion: v1\nkind: ConfigMap\ndata: {policy.yaml: "x"}\n', /no kind "ConfigMap" is registered for version "v1".*: take the text under data of the ConfigMap$/u],
    ['an operator that is none', profile('[{name: PodLifeTime, args: {maxPodLifeTimeSeconds: 1, labelSelector: {matchExpressions: [{key: a, operator: Is}]}}}]'), /"Is" is not a valid label selector operator: write In, NotIn, Exists, DoesNotExist$/u],
    ['an operator of node selectors', profile('[{name: PodLifeTime, args: {maxPodLifeTimeSeconds: 1, labelSelector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}}}]'), /"Gt" is not a valid label selector operator: write In, NotIn, Exists, DoesNotExist$/u],
    ['another kind', duplicates.replace('DeschedulerPolicy', 'Policy'), /no kind "Policy" is registered/u],
    ['an alias', `${head}nodeSelector: &a x=y\nprofiles: [{name: *a}]\n`, /4:19: aliases \(\*name\) are not allowed/u],
    ['a list', '- a\n', /a policy is a mapping/u],
    ['broken YAML', `${head}profiles: [\n`, /4:1: not valid YAML/u],
    ['more than 64 KiB', `${head}# ${'x'.repeat(70_000)}\n`, /has \d+ bytes, more than the allowed 65536/u],
    ['one metrics source twice', `${duplicates}metricsProviders: [{source: KubernetesMetrics}, {source: KubernetesMetrics}]\n`, /each source can be configured only once/u],
    ['Prometheus without its block', `${duplicates}metricsProviders: [{source: Prometheus}]\n`, /prometheus configuration is required/u],
    ['a Secret whose name leaves its folder', `${duplicates}metricsProviders: [{source: Prometheus, prometheus: {url: "http://p", authToken: {secretReference: {namespace: a, name: ..}}}}]\n`, /secretReference: "\.\." is no name of an object/u],
    ['both forms of metrics-server', `${duplicates}metricsCollector: {enabled: true}\nmetricsProviders: [{source: KubernetesMetrics}]\n`, /may not be combined/u],
  ])('%s is refused', async (_, text, because) => {
    const outcome = await read(text);
    const wanted: unknown = expect.stringMatching(typeof because === 'string' ? new RegExp(`^${RegExp.escape(because)}$`, 'u') : because);
    expect(outcome).toMatchObject({ kind: 'refused', because: wanted });
  });

  test('Prometheus with other thresholds than MetricResource is refused, and accepted as long as the plugin is not enabled', async () => {
    const text = (plugins: string): string => profile('[{name: LowNodeUtilization, args: {thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Prometheus, prometheus: {query: up}}}}]', plugins);
    const because = 'in profile p: thresholds: with Prometheus only MetricResource can be named, not cpu';
    expect(await read(text('{balance: {enabled: [LowNodeUtilization]}}'))).toMatchObject({ kind: 'refused', because, problems: [`5:70: ${because}`] });
    expect((await accepted(text('{}'))).policy.profiles).toHaveLength(1);
    expect(await read(text('{deschedule: {enabled: [LowNodeUtilization]}}'))).toMatchObject({ kind: 'refused', because: expect.stringContaining('non-existing plugins: LowNodeUtilization') });
  });

  test('a threshold by name is looked up once, and must exist and not be system-critical', async () => {
    const text = profile('[{name: DefaultEvictor, args: {priorityThreshold: {name: high}}}]');
    expect((await accepted(text, { high: 1000 })).policy.profiles[0]?.evictor.priorityThreshold).toBe(1000);
    expect(await read(text, { high: 2_000_000_001 })).toMatchObject({ kind: 'refused', because: "priority threshold can't be greater than 2000000000" });
    expect(await read(text)).toMatchObject({ kind: 'refused', because: 'priorityThreshold: there is no PriorityClass "high" in the cluster' });
  });

  test('thousands of unknown fields do not delay the start', async () => {
    const { warnings } = await accepted(`${head}profiles: [{}]\n${Array.from({ length: 7_000 }, (_, at) => `k${at}: 1\n`).join('')}`);
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toBe('24:6: 6980 more unknown fields are ignored, from here on');
  }, 5_000);

  test('aliases that would grow to gigabytes are refused at once', async () => {
    const laughs = Array.from({ length: 20 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 9 }, () => `*a${at}`).join(', ')}]`);
    expect(await read(`a0: &a0 x\n${laughs.join('\n')}\n`)).toMatchObject({ kind: 'refused', because: expect.stringContaining('aliases') });
  });
});
