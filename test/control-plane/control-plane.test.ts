import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../../src/kube/api.ts';
import { connect } from '../../src/kube/connect.ts';
import { seconds } from '../../src/model/time.ts';
import { type ControlPlane, admin, kubelet, startControlPlane } from './control-plane.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(async () => {
  await plane?.stop();
});

const node = (name: string): object => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
const label = (value: string): object => ({ metadata: { labels: { colour: value } } });
const patchNode = (name: string, body: object) => ({ verb: 'PATCH', path: `/api/v1/nodes/${name}`, patch: 'application/merge-patch+json', body }) as const;
const isGone = (path: string): Promise<boolean> => access(path).then(() => false, () => true);
const isDead = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(100)) if (await holds()) return;
  throw new Error(`Waited 60 s in vain until ${what}`);
}

describe('the real thing', () => {
  it('is Kubernetes 1.36', async () => {
    const version = await plane.api().call<{ gitVersion: string }>({ verb: 'GET', path: '/version' });
    expect(version.gitVersion).toMatch(/^v1\.36\.\d+$/u);
  });

  it('lets a kubelet change its own node and no other', async () => {
    await plane.api(kubelet('worker-2')).call({ verb: 'POST', path: '/api/v1/nodes', body: node('worker-2') });
    const first = plane.api(kubelet('worker-1'));
    await first.call({ verb: 'POST', path: '/api/v1/nodes', body: node('worker-1') });
    await first.call(patchNode('worker-1', label('blue')));
    await expect(first.call(patchNode('worker-2', label('red')))).rejects.toThrow(/node "worker-1" is not allowed to modify node "worker-2"/u);
  });

  it('taints a node that stays silent, within seconds', async () => {
    const taints = () => plane.kubectl('get', 'node', 'worker-1', '-o', 'jsonpath={.spec.taints[*].key}');
    await until('the silent node has a taint that evicts', async () => (await taints()).includes('unreachable'));
    expect(await taints()).toContain('node.kubernetes.io/unreachable');
  });

  it('enforces validating admission policies', async () => {
    expect(await plane.kubectl('api-resources', '--api-group=admissionregistration.k8s.io', '-o', 'name')).toContain('validatingadmissionpolicies.admissionregistration.k8s.io');
  });
});

describe('identities', () => {
  const whoAmI = { verb: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } } as const;
  interface Answer { status: { userInfo: { username: string; groups: string[] } } }

  it.each([
    ['a token of its own', kubelet('worker-7')],
    ['impersonation, in several groups', { user: 'alice', groups: ['operators', 'readers'] }],
    ['a kubelet that nobody prepared', kubelet('node-from-nowhere')],
  ])('speaks as anybody: %s', async (_, identity) => {
    const { status } = await plane.api(identity).call<Answer>(whoAmI);
    expect(status.userInfo.username).toBe(identity.user);
    expect(status.userInfo.groups).toEqual(expect.arrayContaining([...(identity.groups ?? [])]));
  });

  it('gives a service account a real token, with its own rights only', async () => {
    await plane.kubectl('create', 'serviceaccount', 'product');
    const product = await plane.serviceAccount('default', 'product');
    const door = connect({ kubeconfig: plane.kubeconfig(product) });
    expect((await door.call<Answer>(whoAmI)).status.userInfo.username).toBe('system:serviceaccount:default:product');
    await expect(door.call({ verb: 'GET', path: '/api/v1/nodes' })).rejects.toThrow(/403 Forbidden/u);
    await door.close();
  });

  it('writes kubeconfigs that only their owner can read', async () => {
    const path = plane.kubeconfig(admin);
    expect(await readFile(path, 'utf8')).toContain(plane.server);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });
});

describe('kubectl', () => {
  it('rejects with what kubectl complained about', async () => {
    await expect(plane.kubectl('get', 'node', 'nobody')).rejects.toThrow(/nodes "nobody" not found/u);
  });
});

describe('the audit log', () => {
  it('shows a write with its body, at once and after the live read before it', async () => {
    const api = plane.api({ user: 'auditor', groups: ['system:masters'] });
    await api.call({ verb: 'GET', path: '/api/v1/nodes/worker-2' });
    await api.call(patchNode('worker-2', label('green')));
    const mine = (await plane.auditLog()).filter((entry) => entry.user === 'auditor');
    expect(mine.map(({ verb, uri, code }) => ({ verb, uri, code }))).toEqual([
      { verb: 'get', uri: '/api/v1/nodes/worker-2', code: 200 },
      { verb: 'patch', uri: '/api/v1/nodes/worker-2', code: 200 },
    ]);
    expect(mine[1]?.requestObject).toEqual(label('green'));
    expect(mine[1]?.responseObject).toMatchObject({ metadata: { name: 'worker-2', labels: { colour: 'green' } } });
    expect((mine[0]?.stageTimestamp ?? '') <= (mine[1]?.receivedTimestamp ?? '')).toBe(true);
  });

  it('shows the preconditions of a delete, and a refused write', async () => {
    const api = plane.api({ user: 'deleter', groups: ['system:masters'] });
    await plane.kubectl('create', 'configmap', 'victim');
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'not-this-one' } };
    await expect(api.call({ verb: 'DELETE', path: '/api/v1/namespaces/default/configmaps/victim', body })).rejects.toThrow(/409 Conflict/u);
    const [entry] = (await plane.auditLog()).filter(({ user }) => user === 'deleter');
    expect(entry).toMatchObject({ verb: 'delete', code: 409, object: { resource: 'configmaps', namespace: 'default', name: 'victim' }, requestObject: { preconditions: { uid: 'not-this-one' } } });
  });

  it('holds no credentials', async () => {
    const { token } = await plane.serviceAccount('default', 'product');
    await plane.kubectl('create', 'secret', 'generic', 'password', '--from-literal=word=hush-hush');
    await plane.auditLog();
    const log = await readFile(join(plane.directory, 'audit.log'), 'utf8');
    expect(log).toContain('/secrets');
    expect(log).not.toContain(Buffer.from('hush-hush').toString('base64'));
    expect(log).not.toContain(token);
  });
});

describe('faults', () => {
  it('takes down kube-controller-manager and brings it back to work', async () => {
    await plane.stop('kube-controller-manager');
    expect(plane.isRunning('kube-controller-manager')).toBe(false);
    await plane.kubectl('create', 'namespace', 'orphaned');
    await expect(plane.kubectl('get', 'serviceaccount', 'default', '-n', 'orphaned')).rejects.toThrow(/not found/u);
    await plane.start('kube-controller-manager');
    await until('the new namespace has its service account', () => plane.kubectl('get', 'serviceaccount', 'default', '-n', 'orphaned').then(() => true, () => false));
    expect(/^node_collector_evictions_total|^workqueue_adds_total/mu.test(await plane.metrics('kube-controller-manager'))).toBe(true);
  });

  it('freezes the API server so that calls get no answer, and thaws it', async () => {
    const known = plane.api();
    const ask = (door: Api) => door.call({ verb: 'GET', path: '/version', limit: seconds(2) });
    await ask(known);
    plane.pause('kube-apiserver');
    await expect(ask(known)).rejects.toThrow(/due to timeout/u);
    // No connection yet, and none to be had: the limit holds for the handshake too.
    await expect(ask(plane.api())).rejects.toThrow(/due to timeout/u);
    plane.resume('kube-apiserver');
    await ask(known);
  });

  it('keeps its data over the death of etcd and of the API server', async () => {
    await plane.kubectl('create', 'configmap', 'memory');
    await Promise.all([plane.stop('etcd'), plane.stop('kube-apiserver')]);
    await expect(plane.kubectl('get', 'configmap', 'memory')).rejects.toThrow(/refused/u);
    await Promise.all([plane.start('etcd'), plane.start('kube-apiserver')]);
    expect(await plane.kubectl('get', 'configmap', 'memory', '-o', 'name')).toBe('configmap/memory\n');
  });
});

describe('more than one', () => {
  it('runs two side by side, each with its own data, and stopping one leaves the other', async () => {
    const other = await startControlPlane({ controllers: ['*', '-node-lifecycle-controller'] });
    try {
      expect(other.server).not.toBe(plane.server);
      await expect(other.kubectl('get', 'node', 'worker-1')).rejects.toThrow(/not found/u);
    } finally {
      await other.stop();
    }
    expect(await isGone(other.directory)).toBe(true);
    expect(await plane.kubectl('get', 'node', 'worker-1', '-o', 'name')).toBe('node/worker-1\n');
  });
});

describe('a bad start', () => {
  it('shows the end of the log of whoever refused, and leaves nothing behind', async () => {
    const failed = startControlPlane({ nodeMonitorGracePeriod: 'soon' });
    await expect(failed).rejects.toThrow(/kube-controller-manager ended while starting[^]*invalid argument "soon"/u);
    const directory = /The end of (\S+)\/[^/\s]+\.log/u.exec(String(await failed.catch((error: unknown) => error)))?.[1] ?? '';
    expect(directory).not.toBe('');
    expect(await isGone(directory)).toBe(true);
  });
});

describe('when the one who started it dies', () => {
  it('leaves no process and no file after SIGKILL, but for the logs that somebody asked for', async () => {
    const keptLogs = await mkdtemp(join(tmpdir(), 'control-plane-logs-'));
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CONTROL_PLANE_LOGS: keptLogs } });
    let said = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      said += text;
      if (said.includes('Ctrl-C')) break;
    }
    const directory = /KUBECONFIG=(\S+)\/kubeconfig/u.exec(said)?.[1] ?? '';
    const pidFiles = (await readdir(directory)).filter((file) => file.endsWith('.pid'));
    const pids = await Promise.all(pidFiles.map(async (file) => Number(await readFile(join(directory, file), 'utf8'))));
    expect(pids).toHaveLength(4);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('all four processes are gone', () => Promise.resolve(pids.every(isDead)));
    await until('the directory is gone', () => isGone(directory));
    expect(await readdir(join(keptLogs, basename(directory)))).toEqual(expect.arrayContaining(['audit.log', 'etcd.log', 'kube-apiserver.log']));
    await rm(keptLogs, { recursive: true });
  });
});
