import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../config/read.ts';
import { rebalancePermissions } from '../kube/permissions.ts';
import type { Configuration } from '../model/configuration.ts';
import { aScriptFolder } from '../../test/builders/script-folder.ts';
import { refuse, reset, sendJson } from '../../test/fakes/api-server/answers.ts';
import { type FakeApiServer, fakeApiServer } from '../../test/fakes/api-server/fake-api-server.ts';
import { realClock } from '../../test/fakes/real-clock.ts';
import { check, type CheckOptions } from './check.ts';
import { realDoors } from './doors.ts';
import { checkCluster } from './check-cluster.ts';
import { checkDevices } from './check-devices.ts';
import { checkNodes } from './check-nodes.ts';
import { checkScripts } from './check-scripts.ts';
import { hasProblem, printFindings } from './finding.ts';

const never = new AbortController().signal;
const io = { clock: realClock, environment: {}, stop: never, ...realDoors };

function aConfiguration(fencing: string): Configuration {
  const read = readConfiguration(`apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\nmode: observe\nfencing: ${fencing}\n`, 'c.yaml');
  if ('complaints' in read) throw new Error(read.complaints.map(({ text }) => text).join('\n'));
  return read.configuration;
}

const withMethods = (...methods: string[]): Configuration['fencing'] => aConfiguration(`{scripts: {allowed: [fence, device]}, methods: [${methods.join(', ')}]}`).fencing;

describe('scripts', () => {
  test('are ready when they can do what their method asks', () => {
    using folder = aScriptFolder();
    folder.putScript('device', 'exit 0');
    expect(printFindings(checkScripts(withMethods('{name: m, script: device, action: off}'), folder.runner))).toMatch(/^ok {7}script {9}method m, script device: \S+ can reboot, off, on, status, monitor\nnote .* fence is allowed, but no method uses it\n$/u);
  });

  test.each<[string, string, (folder: ReturnType<typeof aScriptFolder>) => void, string]>([
    ['missing', '{name: m, script: fence}', () => undefined, 'not found: there is no fence/fence and no fence.sh in '],
    ['not executable', '{name: m, script: fence}', (folder) => folder.put('fence.sh', '#!/bin/sh\n', 0o644), 'is not executable: chmod +x it'],
    ['writable by others', '{name: m, script: fence}', (folder) => folder.put('fence.sh', '#!/bin/sh\n', 0o777), 'may be changed by others than its owner: chmod go-w it'],
    ['asked for off, which it cannot', '{name: m, script: fence, action: off}', (folder) => folder.put('fence.sh', '#!/bin/sh\n'), 'action is off, which takes off and status, but it can only reboot; write action: reboot'],
    ['asked for reboot, which it cannot', '{name: m, script: device, action: reboot}', (folder) => onlyCan(folder, 'off, status'), 'action is reboot, but it can only off, status; write action: off'],
    ['unable to prove what auto needs', '{name: m, script: device}', (folder) => onlyCan(folder, 'off'), 'action is auto, which takes reboot, or off and status, but it can only off'],
    ['given an unknown parameter', '{name: m, script: device, parameters: {opnerc: x}}', (folder) => folder.putScript('device', 'exit 0', 'parameters: [{name: openrc, description: a file}]\n'), 'has no parameter opnerc, only openrc'],
  ])('%s: a problem, with what to do', (_, method, prepare, says) => {
    using folder = aScriptFolder();
    prepare(folder);
    const findings = checkScripts(withMethods(method), folder.runner).filter(({ outcome }) => outcome === 'problem');
    expect(findings.map((finding) => finding.says)).toEqual([expect.stringContaining(says)]);
  });

  test('notes say what will not work, and what is dangerous', () => {
    using folder = aScriptFolder();
    folder.put('fence.sh', '#!/bin/sh\n');
    onlyCan(folder, 'off, status');
    const says = checkScripts(withMethods('{name: a, script: fence, acceptClaimed: lab=yes}', '{name: b, script: device}'), folder.runner).filter(({ outcome }) => outcome === 'note');
    expect(says.map((finding) => finding.says)).toEqual([
      expect.stringContaining('so auto means reboot'),
      expect.stringContaining('believes exit code 0 without proof'),
      expect.stringContaining('it cannot power on'),
    ]);
  });
});

function onlyCan(folder: ReturnType<typeof aScriptFolder>, actions: string): void {
  folder.put('device/fence', '#!/bin/sh\n');
  folder.put('device/script.yaml', `summary: a test\nactions: [${actions}]\nverifies: false\n`, 0o644);
}

describe('devices', () => {
  test('are asked by monitor and nothing else', async () => {
    using folder = aScriptFolder();
    folder.putScript('device', `echo "$FENCE_ACTION $1" >> ${folder.path}/log; case "$FENCE_ACTION" in monitor) exit 0;; esac`);
    folder.put('fence.sh', `#!/bin/sh\necho rebooted >> ${folder.path}/log\n`);
    const findings = await checkDevices(withMethods('{name: a, script: device}', '{name: b, script: fence}').methods, folder.runner, never);
    expect(findings.map(({ outcome }) => outcome)).toEqual(['ok', 'note']);
    expect(readFileSync(join(folder.path, 'log'), 'utf8')).toBe('monitor \n');
  });

  test('that do not answer are a problem, in the device\'s own words', async () => {
    using folder = aScriptFolder();
    folder.putScript('device', 'echo "401 Unauthorized" >&2; exit 1');
    const [finding] = await checkDevices(withMethods('{name: a, script: device}').methods, folder.runner, never);
    expect(finding).toMatchObject({ outcome: 'problem', says: expect.stringContaining('401 Unauthorized') });
  });
});

async function aCluster(): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  onTestFinished(() => server.close());
  return server;
}

const permissions = rebalancePermissions({ namespace: 'evenkeel-system' });
const discovery = (names: readonly string[]) => (_: unknown, { response }: { response: Parameters<typeof sendJson>[0] }) => sendJson(response, 200, { resources: names.map((name) => ({ name })) });
const review = (allowed: (attributes: { verb: string; resource: string }) => boolean) => (request: { body: unknown }, { response }: { response: Parameters<typeof sendJson>[0] }) =>
  sendJson(response, 201, { status: { allowed: allowed((request.body as { spec: { resourceAttributes: { verb: string; resource: string } } }).spec.resourceAttributes) } });

/** Answers discovery with `names`, and every access review by `allowed`. */
function prepare(server: FakeApiServer, names: readonly string[], allowed: Parameters<typeof review>[0]): void {
  server.next([discovery(names)], ({ path }) => path === '/apis/evenkeel.dev/v1alpha1');
  server.next(Array.from({ length: 100 }, () => review(allowed)), ({ path }) => path.endsWith('selfsubjectaccessreviews'));
}

describe('the cluster', () => {
  test('is ready with the CustomResourceDefinition and every permission', async () => {
    const server = await aCluster();
    prepare(server, ['nodefences', 'nodefences/status'], () => true);
    expect(await checkCluster(server.door(), permissions)).toEqual([]);
    expect(server.requests).toHaveLength(1 + permissions.length);
  });

  test('without the CustomResourceDefinition, and without one permission: both are said at once', async () => {
    const server = await aCluster();
    prepare(server, [], ({ verb, resource }) => !(verb === 'create' && resource === 'events'));
    expect(await checkCluster(server.door(), permissions)).toEqual([
      expect.stringMatching(/^the CustomResourceDefinition nodefences.evenkeel.dev is not installed: .*; run kubectl apply -k manifests\/base/u),
      expect.stringMatching(/^permission missing: create events; run kubectl apply -k manifests\/base, or grant it/u),
    ]);
  });

  test('of an older version, without the status subresource', async () => {
    const server = await aCluster();
    prepare(server, ['nodefences'], () => true);
    expect(await checkCluster(server.door(), permissions)).toEqual([expect.stringContaining('has no status subresource')]);
  });

  test('that does not let us ask for its kinds is asked for permissions all the same', async () => {
    const server = await aCluster();
    server.next([refuse(403, 'Forbidden')]);
    prepare(server, [], () => true);
    expect(await checkCluster(server.door(), permissions)).toEqual([]);
  });

  test.each([
    ['unreachable', reset, 'the API server cannot be reached: '],
    ['not ours to ask', refuse(401, 'Unauthorized'), 'the API server does not accept our credentials; check the kubeconfig'],
    ['broken', refuse(500, 'InternalError'), 'the API server refuses to say what we may do: '],
  ])('%s: one problem, with what to do', async (_, answer, says) => {
    const server = await aCluster();
    server.always(answer);
    expect(await checkCluster(server.door(), permissions)).toEqual([expect.stringContaining(says)]);
  });
});

describe('nodes', () => {
  const node = (name: string, labels: Record<string, string> = { fencing: 'enabled' }) => ({ metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels } });

  test('are counted, and those that share a machine are a problem', async () => {
    const server = await aCluster();
    for (const each of [node('w1'), node('w2'), node('w3', {}), node('cp', { fencing: 'enabled', 'node-role.kubernetes.io/control-plane': '' })]) server.objects.put('/api/v1/nodes', each);
    // w2 is not listed, so it is its own name: the machine that w1 is given.
    const { fencing } = aConfiguration('{inventory: {w1: w2, w9: m}}');
    const findings = await checkNodes(server.door(), fencing, never);
    const problems = findings.filter(({ outcome }) => outcome === 'problem').map(({ says }) => says);
    expect(problems).toContainEqual(expect.stringMatching(/^w2 will never be fenced: fencing.inventory gives the machine w2 to w1 as well; list both/u));
    expect(printFindings(findings.filter(({ outcome }) => outcome !== 'problem')).split('\n')).toEqual([
      'ok       nodes          3 of 4 nodes are selected by fencing.nodeSelector',
      expect.stringMatching(/^note .* fencing.inventory names w9, which is no node of this cluster/u),
      expect.stringMatching(/^note .* 1 control-plane node is selected; fencing.guards.controlPlane is never/u),
      '',
    ]);
  });

  test('of which none takes part are worth a note', async () => {
    const server = await aCluster();
    server.objects.put('/api/v1/nodes', node('w1', {}));
    expect(await checkNodes(server.door(), aConfiguration('{}').fencing, never)).toEqual([{ outcome: 'note', part: 'nodes', says: expect.stringContaining('nothing will be fenced; kubectl label node NAME fencing=enabled') }]);
  });
});

describe('the command', () => {
  test.each<[string, Partial<CheckOptions>, string]>([
    ['nothing to check', {}, 'nothing to check; name a file with --config or --policy-config-file'],
    ['devices without a configuration', { policyConfigFile: 'p', fencing: true }, 'add --config'],
    ['devices while offline', { config: 'c', fencing: true, offline: true }, 'leave one of them out'],
    ['a configuration that is not there', { config: '/nonexistent.yaml', offline: true }, '/nonexistent.yaml  there is no such file'],
    ['a policy that is not there', { policyConfigFile: '/nonexistent.yaml', offline: true }, '/nonexistent.yaml  there is no such file'],
  ])('%s is a problem', async (_, options, says) => {
    const findings = await check({ output: 'text', ...options }, io);
    expect(findings).toEqual([expect.objectContaining({ outcome: 'problem', says: expect.stringContaining(says) })]);
  });

  test('goes through files, scripts and cluster, and finds what is wrong in each', async () => {
    using folder = aScriptFolder();
    folder.put('c.yaml', `apiVersion: evenkeel.dev/v1alpha1\nkind: Configuration\nclusterName: test\nfencing:\n  scripts: {directories: [${folder.path}], allowed: [fence]}\n  methods: [{name: m, script: fence}]\n`, 0o644);
    writeFileSync(join(folder.path, 'policy.yaml'), 'apiVersion: descheduler/v1alpha2\nkind: Descheduler\n');
    const findings = await check({ output: 'text', config: join(folder.path, 'c.yaml'), policyConfigFile: join(folder.path, 'policy.yaml'), kubeconfig: join(folder.path, 'no-kubeconfig') }, io);
    expect(findings.map(({ outcome, part }) => `${outcome} ${part}`)).toEqual(['ok configuration', 'problem script', 'problem cluster']);
    expect(hasProblem(findings)).toBe(true);
  });

  test('a policy alone is linted without a cluster, as a whole', async () => {
    using folder = aScriptFolder();
    const file = folder.put('policy.yaml', `apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nmaxNoOfPodsToEvictTotal: 0\nevictLocalStoragePods: true\nprofiles:\n- name: p\n  pluginConfig: [{name: A}, {name: B}]\n`, 0o644);
    const alone = { ...io, connect: () => { throw new Error('there is no cluster here'); } };
    const findings = await check({ output: 'text', policyConfigFile: file }, alone);
    expect(findings.map(({ outcome, says }) => `${outcome} ${says.slice(file.length)}`)).toEqual([
      expect.stringMatching(/^note :4:24: unknown field "evictLocalStoragePods" is ignored/u),
      expect.stringMatching(/^note :3:26: maxNoOfPodsToEvictTotal: 0 is a limit of none/u),
      expect.stringMatching(/^note :6:3: in profile p: it enables no plugin/u),
      'problem :7:18: in profile p: plugin A in pluginConfig not registered',
      'problem :7:29: in profile p: plugin B in pluginConfig not registered',
    ]);
  });

  test('a policy alone that names a PriorityClass needs the cluster for that', async () => {
    using folder = aScriptFolder();
    const file = folder.put('policy.yaml', `apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\nprofiles:\n- name: p\n  pluginConfig: [{name: DefaultEvictor, args: {priorityThreshold: {name: high}}}]\n`, 0o644);
    const alone = { ...io, connect: () => { throw new Error('there is no cluster here'); } };
    expect(await check({ output: 'text', policyConfigFile: file }, alone)).toEqual([expect.objectContaining({ outcome: 'problem', says: expect.stringMatching(/its PriorityClass cannot be looked up: there is no usable kubeconfig: there is no cluster here.*--offline$/u) as string })]);
    const server = await aCluster();
    server.objects.put('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: 'high' }, value: 5 });
    expect(await check({ output: 'text', policyConfigFile: file }, { ...io, connect: () => server.door() })).toContainEqual({ outcome: 'ok', part: 'policy', says: file });
  });

  test('offline, a policy is read as rebalance would read it', async () => {
    using folder = aScriptFolder();
    const file = folder.put('policy.yaml', 'apiVersion: descheduler/v1alpha2\nkind: Descheduler\n', 0o644);
    expect(await check({ output: 'text', policyConfigFile: file, offline: true }, io)).toEqual([expect.objectContaining({ outcome: 'problem', part: 'policy' })]);
  });
});
