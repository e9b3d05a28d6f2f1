import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Machines, startMachines } from '../../src/embedded/machines/cluster.ts';
import { fileJournal } from '../../src/embedded/machines/journal.ts';
import type { PodObject } from '../../src/embedded/machines/objects.ts';
import { blockStorage, provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { realClock } from '../../src/run/real-clock.ts';
import { type ControlPlane, kubelet, startControlPlane } from '../control-plane/control-plane.ts';

const names = ['worker-1', 'worker-2', 'worker-3'];

let plane: ControlPlane;
let machines: Machines;

beforeAll(async () => {
  plane = await startControlPlane({ nodes: names, unreachableTolerationSeconds: 2 });
  machines = startMachines({
    clock: realClock,
    journal: fileJournal(join(plane.directory, 'machines')),
    names,
    nodeApi: (name) => plane.api(kubelet(name)),
    attacherApi: plane.api(),
    newID: randomUUID,
  });
});

afterAll(async () => {
  await machines?.stop();
  await plane?.stop();
});

/** Until it no longer throws; the last complaint tells why it never became true. */
async function until<T>(what: string, look: () => Promise<T> | T, limit = 60_000): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > end) throw new Error(`Did not happen within ${limit} ms: ${what}; kubelets say: ${machines.complaints.slice(-5).join(' | ')}`, { cause: error });
    }
    await wait(100);
  }
}

const get = <T>(path: string): Promise<T> => plane.api().call<T>({ verb: 'GET', path });
const pod = (namespace: string, name: string): Promise<PodObject> => get(`/api/v1/namespaces/${namespace}/pods/${name}`);
const ready = async (node: string): Promise<string | undefined> => {
  const { status } = await get<{ status: { conditions: { type: string; status: string }[] } }>(`/api/v1/nodes/${node}`);
  return status.conditions.find(({ type }) => type === 'Ready')?.status;
};

async function runs(namespace: string, name: string): Promise<{ node: string; uid: string; disk: string }> {
  const { metadata, spec, status } = await pod(namespace, name);
  expect(metadata.deletionTimestamp).toBeUndefined();
  expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  const node = spec.nodeName ?? '';
  const claim = await get<{ spec: { volumeName: string } }>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-${name}`);
  return { node, uid: metadata.uid, disk: claim.spec.volumeName };
}

const writesOf = (disk: string, podUID: string): number => machines.disks.entries(disk).filter((entry) => entry.kind === 'write' && entry.writer.podUID === podUID).length;

test('three machines become Ready nodes with the right to nothing but their own objects', async () => {
  for (const name of names) await until(`${name} is Ready`, async () => expect(await ready(name)).toBe('True'));
  expect(await get(`/apis/storage.k8s.io/v1/csinodes/worker-1`)).toMatchObject({ spec: { drivers: [{ name: 'disk.evenkeel.dev', nodeID: 'worker-1' }] } });
  await expect(plane.api(kubelet('worker-1')).call({ verb: 'GET', path: '/api/v1/nodes/worker-2' })).rejects.toMatchObject({ status: 403 });
});

test('a StatefulSet runs once its volumes are attached, and writes to them', async () => {
  await provision(plane.api(), [...blockStorage(6), ...statefulSet({ namespace: 'search', name: 'es', replicas: 2 })]);
  for (const name of ['es-0', 'es-1']) {
    const { node, uid, disk } = await until(`${name} runs`, () => runs('search', name));
    expect(machines.disks.attachedTo(disk)).toBe(node);
    expect(writesOf(disk, uid)).toBeGreaterThan(0);
  }
  expect(findCorruption(machines.disks).size).toBe(0);
});

const taintsOf = async (node: string): Promise<{ taints: { key: string; effect: string }[]; resourceVersion: string; uid: string }> => {
  const { metadata, spec } = await get<{ metadata: { resourceVersion: string; uid: string }; spec: { taints?: { key: string; effect: string }[] } }>(`/api/v1/nodes/${node}`);
  return { taints: spec.taints ?? [], ...metadata };
};

const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'test', effect: 'NoSchedule' };

async function setTaint(node: string, present: boolean): Promise<void> {
  await until('the taint list is written', async () => {
    const { taints, resourceVersion } = await taintsOf(node);
    const others = taints.filter(({ key }) => key !== outOfService.key);
    const body = { metadata: { resourceVersion }, spec: { taints: present ? [...others, outOfService] : others } };
    await plane.api().call({ verb: 'PATCH', path: `/api/v1/nodes/${node}`, body, patch: 'application/merge-patch+json' });
  });
}

const forceDelete = (name: string, uid: string): Promise<unknown> =>
  plane.api().call({ verb: 'DELETE', path: `/api/v1/namespaces/search/pods/${name}`, body: { gracePeriodSeconds: 0, preconditions: { uid } } });

const isTerminating = (name: string, uid: string): Promise<void> =>
  until(`${name} is terminating`, async () => {
    const { metadata } = await pod('search', name);
    expect(metadata).toMatchObject({ uid });
    expect(metadata.deletionTimestamp).toBeDefined();
  });

const successor = (name: string, uid: string): Promise<{ node: string; uid: string; disk: string }> =>
  until(`the successor of ${name} runs`, async () => {
    const found = await runs('search', name);
    expect(found.uid).not.toBe(uid);
    expect(writesOf(found.disk, found.uid)).toBeGreaterThan(0);
    return found;
  });

const aWhile = (): Promise<void> => wait(400);

test('a pod that is deleted in an orderly way takes its volume to another node', async () => {
  const before = await runs('search', 'es-0');
  await plane.kubectl('cordon', before.node);
  await plane.kubectl('delete', 'pod', 'es-0', '--namespace=search', '--wait=false');
  const after = await successor('es-0', before.uid);
  await plane.kubectl('uncordon', before.node);
  expect(after).toMatchObject({ disk: before.disk });
  expect(after.node).not.toBe(before.node);
  expect(machines.disks.attachedTo(after.disk)).toBe(after.node);
  expect(findCorruption(machines.disks).size).toBe(0);
});

test('a disk that one machine has is refused to another, and the VolumeAttachment says why', async () => {
  const { node, disk } = await runs('search', 'es-0');
  const path = '/apis/storage.k8s.io/v1/volumeattachments';
  const other = names.find((name) => name !== node) ?? '';
  const body = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'by-hand' }, spec: { attacher: 'disk.evenkeel.dev', nodeName: other, source: { persistentVolumeName: disk } } };
  await plane.api().call({ verb: 'POST', path, body });
  await until('it is refused', async () => expect(await get(`${path}/by-hand`)).toMatchObject({ status: { attached: false, attachError: { message: `The disk ${disk} is still attached to ${node}` } } }));
  await plane.api().call({ verb: 'DELETE', path: `${path}/by-hand` });
  await until('it is gone', async () => expect(await get<{ items: unknown[] }>(path)).not.toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ metadata: expect.objectContaining({ name: 'by-hand' }) })]) }));
  expect(machines.disks.attachedTo(disk)).toBe(node);
});

test('a stopped kubelet leaves its containers writing, and ends terminating pods when it returns', async () => {
  const { node, uid, disk } = await runs('search', 'es-0');
  const { bootID } = machines.machine(node);
  machines.machine(node).stopKubelet();
  await until(`${node} is Unknown`, async () => expect(await ready(node)).toBe('Unknown'));
  await isTerminating('es-0', uid);
  const written = writesOf(disk, uid);
  await aWhile();
  expect(writesOf(disk, uid)).toBeGreaterThan(written);
  expect(await pod('search', 'es-0')).toMatchObject({ metadata: { uid } });

  machines.machine(node).startKubelet();
  await successor('es-0', uid);
  await until(`${node} is Ready`, async () => expect(await ready(node)).toBe('True'));
  expect(machines.machine(node).bootID).toBe(bootID);
  expect(findCorruption(machines.disks).size).toBe(0);
});

test('a hard reset ends the writing at once, shows a new bootID, and the returned kubelet gives the volume away', async () => {
  const { node, uid, disk } = await runs('search', 'es-0');
  const machine = machines.machine(node);
  const { bootID } = machine;
  machine.stopKubelet();
  await isTerminating('es-0', uid);
  const reset = machine.hardReset();
  const written = writesOf(disk, uid);
  await reset;
  await successor('es-0', uid);
  expect(writesOf(disk, uid)).toBe(written);
  await until('the Node shows the new boot', async () => expect(await get(`/api/v1/nodes/${node}`)).toMatchObject({ status: { nodeInfo: { bootID: machine.bootID } } }));
  expect(machine.bootID).not.toBe(bootID);
  expect(findCorruption(machines.disks).size).toBe(0);
});

test('a dead machine writes nothing, and the out-of-service taint sets its volume free', async () => {
  const { node, uid, disk } = await runs('search', 'es-0');
  const machine = machines.machine(node);
  machine.powerOff();
  const written = writesOf(disk, uid);
  await isTerminating('es-0', uid);
  expect(writesOf(disk, uid)).toBe(written);
  expect(machines.disks.attachedTo(disk)).toBe(node);

  // Nobody reported the unmount: without the taint, attach-detach waits for six minutes.
  await forceDelete('es-0', uid);
  await wait(3_000);
  expect(machines.disks.attachedTo(disk)).toBe(node);

  await setTaint(node, true);
  const after = await successor('es-0', uid);
  expect(after).toMatchObject({ disk });
  expect(after.node).not.toBe(node);
  expect(findCorruption(machines.disks).size).toBe(0);

  await setTaint(node, false);
  const { uid: oldNode } = await taintsOf(node);
  await plane.kubectl('delete', 'node', node);
  await machine.powerOn();
  await until(`${node} is a fresh Node`, async () => {
    expect(await ready(node)).toBe('True');
    expect((await taintsOf(node)).uid).not.toBe(oldNode);
  });
});

test('a running kubelet whose Node was deleted does not register again before its next start', async () => {
  const used = new Set(await Promise.all(['es-0', 'es-1'].map(async (name) => (await runs('search', name)).node)));
  const [idle = ''] = names.filter((name) => !used.has(name));
  await plane.kubectl('delete', 'node', idle);
  await wait(3_000);
  await expect(taintsOf(idle)).rejects.toMatchObject({ status: 404 });
  machines.machine(idle).stopKubelet();
  machines.machine(idle).startKubelet();
  await until(`${idle} is Ready`, async () => expect(await ready(idle)).toBe('True'));
  expect(machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
});

test('a volume pulled from a machine that still runs is found out, whatever the API objects say', async () => {
  const { node, uid, disk } = await runs('search', 'es-0');
  machines.machine(node).stopKubelet();
  await isTerminating('es-0', uid);
  await setTaint(node, true);
  await forceDelete('es-0', uid);
  await successor('es-0', uid);
  await aWhile();
  const kinds = new Set(findCorruption(machines.disks).get(disk)?.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['opened while another writer ran', 'pulled while mounted', 'wrote after its successor', 'wrote without attachment']);
  expect([...findCorruption(machines.disks).keys()]).toEqual([disk]);
});
