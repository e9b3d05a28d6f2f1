import { afterEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../../test/fakes/clock.ts';
import { resources } from '../../kube/paths.ts';
import { milliseconds, minutes, seconds } from '../../model/time.ts';
import { embeddedApi } from '../api-server/api.ts';
import { createServer } from '../api-server/create.ts';
import { builtInKinds } from '../api-server/kinds/index.ts';
import type { KubeObject } from '../api-server/object.ts';
import type { Store } from '../api-server/server.ts';
import { startMachines } from '../machines/cluster.ts';
import { memoryJournal } from '../machines/journal.ts';
import { blockStorage, provision, statefulSet } from '../machines/provision.ts';
import { scheduler } from '../scheduler/scheduler.ts';
import { runControllers } from './index.ts';
import { type NodeObject, type PodObject, conditionOf } from './node-and-pod.ts';
import { realTimings } from './timings.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Three machines with the rhythm of real kubelets, and a StatefulSet with a volume for each of its two pods. Time stands still in between. */
async function anElasticsearch() {
  const clock = fakeClock();
  const complaints: string[] = [];
  let count = 0;
  const newID = (): string => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
  const random = (): number => ((count += 1) * 0.618) % 1;
  const server = createServer({ clock, newID, random, kinds: builtInKinds() });
  const halt = new AbortController();
  const parts = { store: server.store, clock, random, complain: (line: string) => complaints.push(line) };
  for (const name of ['default', 'kube-system', 'kube-node-lease']) server.store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const running = [runControllers(parts, realTimings, halt.signal), scheduler(realTimings)(parts, halt.signal)];
  const api = (user: string): ReturnType<typeof embeddedApi> => embeddedApi(server, { user, clock });
  const machines = startMachines({
    clock, newID, journal: memoryJournal(), names: ['n1', 'n2', 'n3'], nodeApi: (name) => api(`system:node:${name}`), attacherApi: api('attacher'),
    timings: { leaseInterval: seconds(10), syncInterval: seconds(1), statusInterval: seconds(10), writeInterval: minutes(10) },
  });
  await provision(api('admin'), [...blockStorage(3), ...statefulSet({ namespace: 'search', name: 'es', replicas: 2 })]);
  ends.push(async () => {
    await machines.stop();
    halt.abort();
    await Promise.all(running);
  });
  await pass(clock, 30);
  return { store: server.store, clock, machines, complaints };
}

async function pass(clock: FakeClock, time: number): Promise<void> {
  await clock.advance(milliseconds(0));
  await clock.advance(seconds(time));
}

const pod = (store: Store, name: string): PodObject | undefined => store.get<PodObject>(resources.pods, { namespace: 'search', name });
const node = (store: Store, name: string): NodeObject => store.get<NodeObject>(resources.nodes, { name })!;
const attachedTo = (store: Store): readonly string[] => [...store.list<KubeObject>(resources.volumeattachments)].map(({ spec }) => String(spec?.['nodeName'])).sort();
const defects = (complaints: readonly string[]): readonly string[] => complaints.filter((line) => line.includes('DEFECT'));

describe('all controllers together', () => {
  it('bring a StatefulSet up, with its volumes attached', async () => {
    const { store, machines, complaints } = await anElasticsearch();
    const where = ['es-0', 'es-1'].map((name) => pod(store, name)?.spec?.nodeName ?? '').sort();
    expect(['es-0', 'es-1'].map((name) => conditionOf(pod(store, name)!, 'Ready')?.status)).toEqual(['True', 'True']);
    expect(attachedTo(store)).toEqual(where);
    expect(defects([...complaints, ...machines.complaints])).toEqual([]);
  });

  it('do with a dead node what Kubernetes does: Unknown after 50 s, eviction 300 s later, and then nothing for ever', async () => {
    const { store, clock, machines, complaints } = await anElasticsearch();
    const dead = pod(store, 'es-0')?.spec?.nodeName ?? '';
    const uid = pod(store, 'es-0')?.metadata.uid;
    machines.machine(dead).powerOff();
    await pass(clock, 70);
    expect(conditionOf(node(store, dead), 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(node(store, dead).spec?.taints?.map(({ key, effect }) => `${key} ${effect}`).sort()).toEqual(['node.kubernetes.io/unreachable NoExecute', 'node.kubernetes.io/unreachable NoSchedule']);
    expect(conditionOf(pod(store, 'es-0')!, 'Ready')?.status).toBe('False');
    expect(pod(store, 'es-0')?.metadata.deletionTimestamp).toBeUndefined();
    await pass(clock, 300);
    expect(conditionOf(pod(store, 'es-0')!, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
    await pass(clock, 1_200);
    expect(pod(store, 'es-0')?.metadata).toMatchObject({ uid, deletionGracePeriodSeconds: 30 });
    expect(attachedTo(store)).toContain(dead);
    expect(defects([...complaints, ...machines.complaints])).toEqual([]);
  }, 30_000);

  it('move the pod within half a minute once the dead node is out of service', async () => {
    const { store, clock, machines, complaints } = await anElasticsearch();
    const dead = pod(store, 'es-0')?.spec?.nodeName ?? '';
    machines.machine(dead).powerOff();
    await pass(clock, 70);
    const current = node(store, dead);
    store.update(resources.nodes, { ...current, spec: { ...current.spec, taints: [...(current.spec?.taints ?? []), { key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] } });
    await pass(clock, 30);
    expect(pod(store, 'es-0')?.spec?.nodeName).not.toBe(dead);
    expect(conditionOf(pod(store, 'es-0')!, 'Ready')?.status).toBe('True');
    expect(attachedTo(store)).not.toContain(dead);
    expect(defects([...complaints, ...machines.complaints])).toEqual([]);
  }, 30_000);

  it('move the pod six minutes after the dead node was deleted and its pods were collected', async () => {
    const { store, clock, machines, complaints } = await anElasticsearch();
    const dead = pod(store, 'es-0')?.spec?.nodeName ?? '';
    machines.machine(dead).powerOff();
    await pass(clock, 70);
    store.remove(resources.nodes, { name: dead });
    await pass(clock, 1);
    expect([store.get(resources.csinodes, { name: dead }), store.get(resources.leases, { namespace: 'kube-node-lease', name: dead })]).toEqual([undefined, undefined]);
    await pass(clock, 65);
    expect(pod(store, 'es-0')?.spec?.nodeName).not.toBe(dead);
    expect(attachedTo(store)).toContain(dead);
    await pass(clock, 360);
    expect(attachedTo(store)).not.toContain(dead);
    expect(conditionOf(pod(store, 'es-0')!, 'Ready')?.status).toBe('True');
    expect(defects([...complaints, ...machines.complaints])).toEqual([]);
  }, 30_000);

  it('empty a namespace that was deleted', async () => {
    const { store, clock, complaints } = await anElasticsearch();
    store.remove(resources.namespaces, { name: 'search' });
    await pass(clock, 60);
    expect([...store.list(resources.pods), ...store.list(resources.persistentvolumeclaims), ...store.list(resources.namespaces)].map(({ metadata }) => metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-system']);
    expect(attachedTo(store)).toEqual([]);
    expect(defects(complaints)).toEqual([]);
  }, 30_000);
});
