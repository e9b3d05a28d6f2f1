import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPower, type ScriptAction, type ScriptResult, type ScriptRun, scriptRunner } from '../../src/act/scripts/runner.ts';
import { seconds } from '../../src/model/time.ts';
import { account, applicationCredential } from '../fakes/openstack/keystone.ts';
import { type FakeOpenStack, fakeOpenStack } from '../fakes/openstack/openstack.ts';
import { aServer, shutOff } from '../fakes/openstack/server-record.ts';
import { realClock } from '../fakes/real-clock.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openrc-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openrcFor = (cloud: FakeOpenStack, password: string = account.password): string => {
  const path = join(folder, `openrc-${password}`);
  const lines = {
    OS_AUTH_URL: cloud.authUrl,
    OS_IDENTITY_API_VERSION: '3',
    OS_USERNAME: account.username,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: account.project,
    OS_USER_DOMAIN_NAME: account.domain,
    OS_PROJECT_DOMAIN_NAME: account.domain,
    OS_REGION_NAME: 'RegionOne',
  };
  writeFileSync(path, `# from Horizon\nunset OS_TENANT_ID\n${Object.entries(lines).map(([name, value]) => `export ${name}="${value}"`).join('\n')}\n`, { mode: 0o600 });
  return path;
};

interface Did {
  readonly result: ScriptResult;
  readonly run: ScriptRun;
}

async function fence(cloud: FakeOpenStack, action: ScriptAction, changes: Partial<ScriptRun> = {}): Promise<Did> {
  const runner = scriptRunner({ directories: [], allowed: ['openstack'], clock: realClock });
  const run = { script: 'openstack', action, node: 'worker-1', machineID: 'worker-1', attempt: 3, timeout: seconds(90), parameters: { openrc: openrcFor(cloud) }, ...changes };
  const result = await runner.run(run, new AbortController().signal);
  expect(cloud.strangers).toEqual([]);
  expect(JSON.stringify(result)).not.toContain(account.password);
  return { result, run };
}

const id = aServer().id;

describe('a hard reboot', () => {
  test('is done when the compute host has finished it and the server is ACTIVE again', async () => {
    await using cloud = await fakeOpenStack([aServer(), aServer({ id: id.replace('001', '002'), name: 'worker-10' })], { work: 4_000 });
    const { result } = await fence(cloud, 'reboot');
    expect(result).toMatchObject({ kind: 'done', output: expect.stringMatching(/hard reboot of .* finished as req-.*: status=ACTIVE task=none power=1/u) });
    expect(cloud.commands).toEqual([`reboot {"type":"HARD"} ${id}`]);
    expect(cloud.servers.map(({ boots }) => boots)).toEqual([2, 1]);
  });

  test('that Nova accepted and a dead compute host never carries out is a failure, and is sent once', async () => {
    await using cloud = await fakeOpenStack([aServer({ host: 'dead' })]);
    const { result } = await fence(cloud, 'reboot', { machineID: id, timeout: seconds(16) });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('the compute host has not finished the reboot') });
    expect(cloud.commands).toHaveLength(1);
  });

  test('is not sent when the compute host is known to be down: it would be carried out when the host returns', async () => {
    await using cloud = await fakeOpenStack([aServer({ host: 'dead', hostStatus: 'DOWN' })], { admin: true });
    const { result } = await fence(cloud, 'reboot', { machineID: id });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('the compute host of the server is DOWN: nothing was sent') });
    expect(cloud.commands).toEqual([]);
  });

  test('that ends in ERROR is a failure', async () => {
    await using cloud = await fakeOpenStack([aServer({ host: 'fails' })]);
    const { result } = await fence(cloud, 'reboot', { machineID: id });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('compute_reboot_instance ended with Error') });
  });

  test('of a server that is migrating is refused by Nova, and its words are passed on', async () => {
    await using cloud = await fakeOpenStack([aServer({ status: 'MIGRATING', taskState: 'migrating' })]);
    const { result } = await fence(cloud, 'reboot', { machineID: id });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('task_state migrating') });
    expect(cloud.commands).toHaveLength(1);
  });

  test('is not sent when two servers have the name', async () => {
    await using cloud = await fakeOpenStack([aServer(), aServer({ id: id.replace('001', '002') })]);
    const { result } = await fence(cloud, 'reboot');
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('ambiguous, 2 servers have it') });
    expect(cloud.commands).toEqual([]);
  });

  test('is not sent when no server has the UUID, although another has it as its name', async () => {
    const wanted = id.replace('001', '009');
    await using cloud = await fakeOpenStack([aServer({ name: wanted })]);
    const { result } = await fence(cloud, 'reboot', { machineID: wanted });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('no server with the UUID') });
    expect(cloud.commands).toEqual([]);
  });
});

describe('off and on', () => {
  test('off stops the server and returns when it is off, on starts it again', async () => {
    await using cloud = await fakeOpenStack([aServer()]);
    const off = await fence(cloud, 'off', { machineID: id });
    expect(off.result).toMatchObject({ kind: 'done', output: expect.stringContaining('status=SHUTOFF task=none power=4') });
    const again = await fence(cloud, 'off', { machineID: id });
    expect(again.result).toMatchObject({ kind: 'done', output: expect.stringContaining('off already') });
    const on = await fence(cloud, 'on', { machineID: id });
    expect(on.result).toMatchObject({ kind: 'done', output: expect.stringContaining('status=ACTIVE') });
    expect(cloud.commands).toEqual([`os-stop null ${id}`, `os-start null ${id}`]);
  });

  test('off that a dead compute host never carries out is a failure', async () => {
    await using cloud = await fakeOpenStack([aServer({ host: 'dead' })]);
    const { result } = await fence(cloud, 'off', { machineID: id, timeout: seconds(10) });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('the server is not off within the time limit: status=ACTIVE task=powering-off') });
    expect(cloud.commands).toHaveLength(1);
  });
});

describe('status', () => {
  const rows: readonly [string, Parameters<typeof aServer>[0], 'on' | 'off' | 'unknown'][] = [
    ['ACTIVE and running', {}, 'on'],
    ['SHUTOFF and shut down', shutOff, 'off'],
    ['SHUTOFF while a task is going on', { ...shutOff, taskState: 'powering-on' }, 'unknown'],
    ['SHUTOFF while the hypervisor says running', { ...shutOff, powerState: 1 }, 'unknown'],
    ['SHUTOFF on a compute host that is down', { ...shutOff, hostStatus: 'DOWN' }, 'unknown'],
    ['ERROR', { status: 'ERROR', vmState: 'error', powerState: 4 }, 'unknown'],
    ['PAUSED', { status: 'PAUSED', vmState: 'paused', powerState: 3 }, 'unknown'],
  ];
  test.each(rows)('%s', async (_, changes, power) => {
    await using cloud = await fakeOpenStack([aServer(changes)], { admin: true });
    const { result, run } = await fence(cloud, 'status', { machineID: id });
    expect(readPower(result, run)).toMatchObject({ power, because: expect.stringMatching(/status=[A-Z]+ task=\S+ power=\d/u) });
    expect(cloud.commands).toEqual([]);
  });

  test('a wrong password is unknown, and the password is nowhere in the output', async () => {
    await using cloud = await fakeOpenStack([aServer(shutOff)]);
    const { result, run } = await fence(cloud, 'status', { parameters: { openrc: openrcFor(cloud, 'wrong-horse-battery') } });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('requires authentication') });
    expect(readPower(result, run).power).toBe('unknown');
    expect(JSON.stringify(result)).not.toContain('wrong-horse');
  });

  test('a server that Nova does not have is unknown, not off', async () => {
    await using cloud = await fakeOpenStack([]);
    const { result, run } = await fence(cloud, 'status', { machineID: id });
    expect(readPower(result, run).power).toBe('unknown');
  });

  test('an API that never answers is unknown before the time limit', async () => {
    await using cloud = await fakeOpenStack([aServer(shutOff)], { hangs: (request) => request.includes('/servers') });
    const { result, run } = await fence(cloud, 'status', { timeout: seconds(8) });
    expect(result).toMatchObject({ kind: 'failed', code: 1, output: expect.stringContaining('did not answer within') });
    expect(readPower(result, run).power).toBe('unknown');
  });

  test('an openrc file that would have to be run is refused without showing it', async () => {
    await using cloud = await fakeOpenStack([]);
    const openrc = join(folder, 'interactive');
    writeFileSync(openrc, 'export OS_AUTH_URL=http://127.0.0.1/v3\nexport OS_PASSWORD=$(cat /etc/secret-place)\n');
    const { result } = await fence(cloud, 'monitor', { parameters: { openrc } });
    expect(result).toMatchObject({ kind: 'failed', code: 1, note: expect.stringContaining('The file is read, not run') });
    expect(cloud.requests).toEqual([]);
  });
});

test('monitor logs in and lists, for the device as a whole, with a clouds.yaml too', async () => {
  await using cloud = await fakeOpenStack([aServer()]);
  const clouds = join(folder, 'clouds.yaml');
  const auth = { auth_url: cloud.authUrl, username: account.username, password: account.password, project_name: account.project, user_domain_name: 'Default', project_domain_name: 'Default' };
  writeFileSync(clouds, JSON.stringify({ clouds: { prod: { auth, region_name: 'RegionOne' } } }), { mode: 0o600 });
  const { result } = await fence(cloud, 'monitor', { node: '', machineID: '', parameters: { cloud: 'prod', 'clouds-file': clouds } });
  expect(result).toMatchObject({ kind: 'done', output: expect.stringContaining('credentials are good') });
});

test('an application credential in the openrc file is enough', async () => {
  await using cloud = await fakeOpenStack([aServer()]);
  const openrc = join(folder, 'application-credential');
  const { id: credential, secret } = applicationCredential;
  writeFileSync(openrc, `OS_AUTH_TYPE=v3applicationcredential\nOS_AUTH_URL=${cloud.authUrl}\nOS_APPLICATION_CREDENTIAL_ID=${credential}\nOS_APPLICATION_CREDENTIAL_SECRET=${secret}\n`);
  const { result, run } = await fence(cloud, 'status', { machineID: id, parameters: { openrc } });
  expect(readPower(result, run)).toMatchObject({ power: 'on' });
});
