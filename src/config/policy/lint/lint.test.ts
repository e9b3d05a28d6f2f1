import { describe, expect, test } from 'vitest';
import { strategies } from '../../../../strategies/index.ts';
import { type ReadPolicy, readPolicy } from '../read.ts';

const read = (text: string): Promise<ReadPolicy> => readPolicy({ path: 'policy.yaml', text, strategies, priorityOf: () => Promise.resolve(1) });
const head = 'apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n';

/** A policy whose only profile spreads duplicates, with these args of DefaultEvictor. */
const evictor = (args: string): string => `${head}profiles:\n- name: p\n  pluginConfig:\n  - {name: RemoveDuplicates}\n  - name: DefaultEvictor\n    args: ${args}\n  plugins: {balance: {enabled: [RemoveDuplicates]}}\n`;
/** One profile with this pluginConfig, and RemoveDuplicates enabled. */
const config = (pluginConfig: string, plugins = '{balance: {enabled: [RemoveDuplicates]}}'): string => `${head}profiles:\n- name: p\n  pluginConfig: ${pluginConfig}\n  plugins: ${plugins}\n`;
const plain = config('[{name: RemoveDuplicates}]');

test('a policy that means what it says gets no remark', async () => {
  expect(await read(plain)).toMatchObject({ kind: 'policy', warnings: [], hints: [] });
  expect(await read(evictor('{nodeFit: true, nodeSelector: a=b, minReplicas: 2, priorityThreshold: {value: 1000}, podProtections: {extraEnabled: [PodsWithPVC], config: {PodsWithPVC: {protectedStorageClasses: [{name: gold}]}}}}'))).toMatchObject({ kind: 'policy', warnings: [], hints: [] });
});

describe('what is written does not do what it says', () => {
  test.each<[string, string, string]>([
    ['preEvictionFilter', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}, preEvictionFilter: {enabled: [DefaultEvictor]}}'), '6:72: unknown field "profiles[0].plugins.preEvictionFilter" is ignored; did you mean "preevictionfilter"?'],
    ['evict', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}, evict: {}}'), '6:60: unknown field "profiles[0].plugins.evict" is ignored; write "filter"'],
    ['evictor', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}, evictor: {}}'), '6:62: unknown field "profiles[0].plugins.evictor" is ignored; write "filter" and "preevictionfilter"'],
    ['the wrong case', config('[{name: RemoveDuplicates, Args: {}}]'), '5:49: unknown field "profiles[0].pluginConfig[0].Args" is ignored; did you mean "args"?'],
    ['an old switch', `${plain}ignorePvcPods: true\n`, '7:16: unknown field "ignorePvcPods" is ignored; it is an argument of DefaultEvictor now: write it into the args of DefaultEvictor in pluginConfig'],
    ['the tracing of the chart', `${plain}tracing: {}\n`, '7:10: unknown field "tracing" is ignored; the reference ignores it, too: evenkeel does no tracing'],
    ['v1alpha1', `${plain}strategies: {}\n`, '7:13: unknown field "strategies" is ignored; it is of descheduler/v1alpha1: write profiles, with pluginConfig and plugins'],
    ['a limit inside a profile', config('[{name: RemoveDuplicates}]').replace('- name: p\n', '- name: p\n  maxNoOfPodsToEvictTotal: 1\n'), '5:28: unknown field "profiles[0].maxNoOfPodsToEvictTotal" is ignored; it belongs to the top level of the policy'],
    ['an extension point beside plugins', config('[{name: RemoveDuplicates}]').replace('- name: p\n', '- name: p\n  balance: {}\n'), '5:12: unknown field "profiles[0].balance" is ignored; it belongs under plugins of a profile'],
    ['a plugin as a key', `${plain}RemoveFailedPods: {}\n`, '7:19: unknown field "RemoveFailedPods" is ignored; plugins are listed by name, in pluginConfig and under plugins'],
    ['a key that every object has', `${plain}constructor: 1\n`, '7:14: unknown field "constructor" is ignored'],
    ['__proto__', `${plain}__proto__: {a: 1}\n`, '7:12: unknown field "__proto__" is ignored'],
    ['an apiVersion of the wrong case', plain.replace('apiVersion', 'apiversion'), '1:13: apiVersion is missing ("apiversion" is not it), so the whole policy is taken as empty and evicts nothing: write "apiVersion: descheduler/v1alpha2"'],
    ['a second document', `${plain}---\nkind: Other\n`, '8:1: this document is ignored: only the first one of a file is read'],
    ['a key twice', `${head}maxNoOfPodsToEvictTotal: 1\n${plain.slice(head.length)}maxNoOfPodsToEvictTotal: 2\n`, '3:1: the key "maxNoOfPodsToEvictTotal" comes again further down: the last one counts, this one is ignored'],
    ['an octal number', `${plain}maxNoOfPodsToEvictTotal: 010\n`, '7:26: 010 is read as 8, as YAML 1.1 does'],
    ['a number in groups', `${plain}maxNoOfPodsToEvictTotal: 1_0\n`, '7:26: 1_0 is read as 10, as YAML 1.1 does'],
    ['a tag', `${plain}nodeSelector: !!js/function a=b\n`, '7:15: the tag is ignored (Unresolved tag: tag:yaml.org,2002:js/function)'],
    ['enabled twice', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates, RemoveDuplicates]}}'), '6:51: in profile p: RemoveDuplicates is enabled twice under balance, so it runs twice in each cycle, with the same args'],
    ['configured twice', config('[{name: RemoveDuplicates}, {name: RemoveDuplicates}]'), '5:44: in profile p: RemoveDuplicates is configured twice; only the first entry counts. For two configurations write two profiles'],
    ['DefaultEvictor configured twice', config('[{name: RemoveDuplicates}, {name: DefaultEvictor}, {name: DefaultEvictor}]'), '5:68: in profile p: DefaultEvictor is configured twice; only the first entry counts. For two configurations write two profiles'],
    ['disabled', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates], disabled: [X]}}'), '6:62: in profile p: plugins.balance.disabled is ignored; take the plugin out of "enabled" instead'],
    ['presort', config('[{name: RemoveDuplicates}]', '{balance: {enabled: [RemoveDuplicates]}, presort: {enabled: [X]}}'), '6:62: in profile p: plugins.presort is ignored: no plugin works there'],
    ['minReplicas: 1', evictor('{minReplicas: 1}'), '8:25: in profile p: minReplicas: 1 has no effect, since every pod is one of at least 1; protection begins at 2'],
    ['a threshold without its protection', evictor('{priorityThreshold: {value: 1}, podProtections: {defaultDisabled: [SystemCriticalPods]}}'), '8:31: in profile p: priorityThreshold has no effect: it is a part of the protection SystemCriticalPods, which is switched off here, so that pods of every priority may be evicted'],
    ['the same in the old style', evictor('{priorityThreshold: {value: 1}, evictSystemCriticalPods: true}'), '8:31: in profile p: priorityThreshold has no effect: it is a part of the protection SystemCriticalPods, which is switched off here, so that pods of every priority may be evicted'],
    ['storage classes without their protection', evictor('{podProtections: {config: {PodsWithPVC: {protectedStorageClasses: [{name: gold}]}}}}'), '8:37: in profile p: protectedStorageClasses has no effect: the protection PodsWithPVC is not switched on'],
    ['nodeSelector without nodeFit', evictor('{nodeSelector: a=b}'), '8:26: in profile p: nodeSelector of DefaultEvictor has no effect without nodeFit: true. To limit what strategies work on, write nodeSelector at the top level of the policy'],
    ['an unreadable nodeSelector', evictor('{nodeFit: true, nodeSelector: "a b"}'), '8:41: in profile p: nodeSelector cannot be read, so that no pod of this profile is evicted: cannot read "a b" as a label requirement: write key=value, key!=value, key in (a,b), key or !key'],
    ['minPodAge: 0s', evictor('{minPodAge: 0s}'), '8:23: in profile p: minPodAge has no effect when it is not above 0, except that pods that have not started stay'],
    ['a negative grace period', `${plain}gracePeriodSeconds: -5\n`, '7:21: a negative gracePeriodSeconds is sent as it is, and the API server will refuse it or take it for 1'],
  ])('%s', async (_, text, says) => {
    expect(await read(text)).toMatchObject({ kind: 'policy', warnings: [says] });
  });

  test.each<[string, string, string]>([
    ['includedTaints: []', '{name: RemovePodsViolatingNodeTaints, args: {includedTaints: []}}', 'includedTaints: [] includes no taint at all, so the plugin evicts nothing; leave it out to include every taint'],
    ['an excluded taint that no taint is', '{name: RemovePodsViolatingNodeTaints, args: {excludedTaints: [a=b, "c="]}}', '"c=" excludes nothing: a taint without value goes by its key alone, "c"'],
    ['an affinity type that is none', '{name: RemovePodsViolatingNodeAffinity, args: {nodeAffinityType: [required]}}', '"required" is skipped: the types are requiredDuringSchedulingIgnoredDuringExecution and preferredDuringSchedulingIgnoredDuringExecution'],
    ['a source that is none', '{name: RemoveDuplicates}', 'the source "prometheus" does nothing; did you mean "Prometheus"?'],
  ])('%s', async (_, entry, says) => {
    const sources = says.startsWith('the source') ? 'metricsProviders: [{source: prometheus}]\n' : '';
    const { warnings } = await read(`${config(`[{name: RemoveDuplicates}, ${entry}]`)}${sources}`);
    expect(warnings).toContainEqual(expect.stringContaining(says));
  });
});

describe('what does as written may not be meant so: hints', () => {
  test.each<[string, string, string]>([
    ['PodsWithoutPDB', evictor('{podProtections: {extraEnabled: [PodsWithoutPDB]}}'), '8:43: in profile p: descheduler v0.36.0 reads no disruption budgets in a real run'],
    ['ignorePodsWithoutPDB', evictor('{ignorePodsWithoutPDB: true}'), '8:34: in profile p: descheduler v0.36.0 reads no disruption budgets in a real run'],
    ['Preferred', evictor('{noEvictionPolicy: Preferred}'), '8:30: in profile p: Preferred is what happens anyway'],
    ['a limit of 0', `${plain}maxNoOfPodsToEvictPerNode: 0\n`, '7:28: maxNoOfPodsToEvictPerNode: 0 is a limit of none'],
    ['no grace', `${plain}gracePeriodSeconds: 0\n`, '7:21: gracePeriodSeconds: 0 ends the containers at once'],
    ['nothing enabled', config('[]', '{}'), '4:3: in profile p: it enables no plugin, so it evicts nothing'],
    ['two profiles of one name', `${plain}- name: p\n  pluginConfig: [{name: RemoveDuplicates}]\n  plugins: {balance: {enabled: [RemoveDuplicates]}}\n`, '4:9: in profile p: another profile has the same name'],
  ])('%s', async (_, text, says) => {
    const { warnings, hints } = await read(text);
    expect(hints[0]).toContain(says);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['http://p', 'authToken: {secretReference: {namespace: a, name: b}}', ['7:59: the token of authToken goes over plain http, where whoever is on the way can read it: write https']],
    ['https://p', 'authToken: {secretReference: {namespace: a, name: b}}', []],
    // Without a Secret none is sent over http.
    ['http://p', '', []],
  ])('the token of a Secret: %s {%s}', async (url, authToken, says) => {
    const { hints } = await read(`${plain}metricsProviders: [{source: Prometheus, prometheus: {url: "${url}", ${authToken}}}]\n`);
    expect(hints).toEqual(says);
  });
});

describe('everything that is wrong is said at once, each with its place', () => {
  const problems = async (text: string): Promise<readonly string[]> => {
    const outcome = await read(text);
    return outcome.kind === 'refused' ? outcome.problems : [];
  };

  test('also behind the first step that fails, with what was meant', async () => {
    const text = config('[{name: DefaultEvictor, args: {nodefit: true}}, {name: RemoveDuplicates, args: {excludeOwnerKind: []}}, {name: removeduplicate}]', '{deschedule: {enabled: [RemoveDuplicates]}, balance: {enabled: [RemoveDuplicats]}}');
    expect(await problems(`${text}nodeSelector: "a b"\n`)).toEqual([
      '5:57: DefaultEvictor: strict decoding error: unknown field "nodefit"; did you mean "nodeFit"?',
      '5:115: RemoveDuplicates: strict decoding error: unknown field "excludeOwnerKind"; did you mean "excludeOwnerKinds"?',
      '5:121: in profile p: plugin removeduplicate in pluginConfig not registered; did you mean "RemoveDuplicates"?',
      '6:36: profile "p" configures deschedule extension point of non-existing plugins: RemoveDuplicates',
      '6:76: profile "p" configures balance extension point of non-existing plugins: RemoveDuplicats; did you mean "RemoveDuplicates"?',
      expect.stringMatching(/^7:15: nodeSelector: cannot read "a b"/u),
    ]);
    expect(await read(text)).toMatchObject({ kind: 'refused', because: `failed decoding descheduler's policy config "policy.yaml": strict decoding error: unknown field "nodefit"` });
  });

  test.each<[string, string, string]>([
    ['an entry of a list', '{name: PodLifeTime, args: {states: [Running, Asleep]}}', '5:63: in profile p: states: "Asleep" is not one of'],
    ['a threshold', '{name: LowNodeUtilization, args: {thresholds: {cpu: 120}, targetThresholds: {cpu: 50}}}', '5:70: in profile p: thresholds.cpu: 120 is not a percentage'],
    ['a threshold of a resource with a domain', '{name: HighNodeUtilization, args: {thresholds: {example.com/gpu: -1}}}', '5:83: in profile p: thresholds.example.com/gpu: -1'],
    ['thresholds that are missing', '{name: HighNodeUtilization, args: {numberOfNodes: 1}}', '5:52: in profile p: thresholds: at least one'],
    ['a label selector', '{name: RemoveFailedPods, args: {labelSelector: {matchExpressions: [{key: a, operator: Is}]}}}', '5:65: in profile p: failed to get label selectors'],
    ['DefaultEvictor', '{name: DefaultEvictor, args: {nodeFit: true, podProtections: {extraEnabled: [PodsWithPVC, All]}}}', '5:108: in profile p: podProtections.extraEnabled: "All"'],
    ['no single argument', '{name: PodLifeTime, args: {}}', '5:18: in profile p: at least one of maxPodLifeTimeSeconds'],
  ])('a problem of args is placed at the argument: %s', async (_, entry, says) => {
    expect(await problems(config(`[${entry}]`, '{}'))).toEqual([expect.stringContaining(says)]);
  });

  test('warnings are told of a policy that is refused, too', async () => {
    expect(await read(`${evictor('{nodefit: true}')}evictDaemonSetPods: true\n`)).toMatchObject({ kind: 'refused', warnings: [expect.stringContaining('evictDaemonSetPods')] });
  });

  test.each<[string, string, RegExp]>([
    ['a nested argument', evictor('{priorityThreshold: {value: high}}'), /^8:39: DefaultEvictor: priorityThreshold\.value: /u],
    ['wrong types outside args', `${head}maxNoOfPodsToEvictTotal: "5"\nprofiles: [{name: 7}]\n`, /^3:26: maxNoOfPodsToEvictTotal: a whole number is required$/u],
    ['a time of day', `${plain}maxNoOfPodsToEvictTotal: 12:30\n`, /^7:26: maxNoOfPodsToEvictTotal: a whole number is required$/u],
    ['a number beyond counting', `${plain}maxNoOfPodsToEvictTotal: 99999999999999999999\n`, /^7:26: maxNoOfPodsToEvictTotal: a whole number is required$/u],
    ['a NUL', `${plain}nodeSelector: a\0b\n`, /^7:16: control characters are not allowed$/u],
    ['an escape in a comment', `${plain}# \u001B[2J\n`, /^7:3: control characters are not allowed$/u],
    ['a list as a key', `${plain}? [a]\n: b\n`, /^7:3: a key must be a plain word$/u],
    ['tabs', `\t${plain}`, /^1:1: not valid YAML: Tabs/u],
    ['a file that was cut off', plain.slice(0, -4), /not valid YAML/u],
    ['a cycle of aliases', `${plain}x: &x {y: *x}\n`, /^7:11: aliases \(\*name\) are not allowed/u],
    ['3,000 brackets', `${plain}x: ${'['.repeat(3_000)}${']'.repeat(3_000)}\n`, /not valid YAML/u],
    ['text', 'evict everything\n', /a policy is a mapping/u],
  ])('%s', async (_, text, says) => {
    expect(await problems(text)).toContainEqual(expect.stringMatching(says));
  });

  test('a byte order mark is none of it', async () => {
    expect(await read(`\uFEFF${plain}`)).toMatchObject({ kind: 'policy', warnings: [] });
  });
});
