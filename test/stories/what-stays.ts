import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provision, provision } from '../../src/embedded/machines/provision.ts';
import { collectionPath, objectPath, type Resource, resources } from '../../src/kube/paths.ts';
import { boot, fenceIn, leading } from './looking.ts';
import { controllerAccount, ourTaints, refusals } from './judges.ts';
import { until } from './until.ts';
import type { Controller, Pod, StartWorld, World } from './world.ts';

const victim = 'worker-2';
const namespace = 'mixed';
const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });

/**
 * A machine loses its power with every kind of pod on it: one on a network file system moves at once; one on a local disk, one
 * with a finalizer, those of a DaemonSet and a static pod stay, each for its own reason.
 */
export function whatStays(start: StartWorld): void {
  let world: World;
  let controller: Controller;
  const before = new Map<string, Pod>();

  const pods = async (): Promise<readonly Pod[]> => world.pods(namespace);
  const named = async (name: string): Promise<Pod | undefined> => (await pods()).find((pod) => pod.name === name);
  const onVictim = (all: Iterable<Pod>, daemonSet: string): Pod | undefined => [...all].find((pod) => pod.name.startsWith(`${daemonSet}-`) && pod.node === victim);
  const holding = { namespace, name: 'holding' };

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, everyKind);
    // A static pod's mirror is made by its kubelet, and a node may make no other pods.
    await world.asNode(victim).call({ verb: 'POST', path: collectionPath(resources.pods, namespace), body: await mirror(world) });
    const all = await until('everything runs', async () => {
      const found = (await pods()).filter(({ ready }) => ready);
      return found.length === 4 + 2 * world.machines.all.length && found;
    });
    for (const pod of all) before.set(pod.name, pod);
    for (const name of ['files-0', 'local-0', 'holding', `static-${victim}`]) expect(before.get(name)?.node).toBe(victim);
    controller = await leading(world.control({ action: 'off', probation: '3s' }));
    world.machines.device.behave(victim, { power: { kind: 'fails' } });
    world.machines.machine(victim).powerOff();
    await until('the release is over, and the device has failed to power it on', async () => (await world.fences(victim)).some(({ status }) => status?.timeline.at(-1)?.step === 'PowerOnFailed'), 90_000);
  });

  afterAll(() => world?.stop());

  describe('while the machine is off', () => {
    it('has the pod on the network file system running elsewhere', async () => {
      const moved = await until('it runs', async () => (await pods()).find(({ name, uid, ready }) => name === 'files-0' && uid !== before.get(name)?.uid && ready));
      expect(moved.node).not.toBe(victim);
    });

    it('leaves the pod on the local disk, the one with a finalizer, the DaemonSet pod and the static pod where they are', async () => {
      const all = await pods();
      for (const name of ['local-0', 'holding', `static-${victim}`]) expect(all.find((pod) => pod.name === name)?.uid).toBe(before.get(name)?.uid);
      for (const daemonSet of ['agent', 'network']) expect(onVictim(all, daemonSet)?.uid).toBe(onVictim(before.values(), daemonSet)?.uid);
    });

    it('has deleted the one pod that could move, by its UID, and nothing else', async () => {
      const audit = await world.audit();
      const deletions = audit.filter((request) => request.user === controllerAccount && request.verb === 'delete' && request.object.resource === 'pods');
      expect(deletions.map(({ object, requestObject }) => ({ name: object.name, ...(requestObject as object) }))).toEqual([expect.objectContaining({ name: 'files-0', preconditions: { uid: before.get('files-0')?.uid } })]);
      expect(refusals(audit)).toEqual([]);
    });

    it('needed no out-of-service taint, since nothing was attached', async () => {
      expect(controller.log().filter(({ reason }) => reason === 'OutOfServiceTaintAdded')).toEqual([]);
    });

    it('names whoever stays, and why', async () => {
      const fence = (await world.fences(victim))[0];
      const note = fence?.status?.timeline.find(({ step }) => step === 'Released')?.note;
      expect(note).toContain('mixed/local-0 (its volume can be used on this node only)');
      expect(note).toContain('mixed/holding (finalizer example.com/hold)');
      expect(fence?.status?.displaced.map(({ name }) => name)).toEqual(['files-0']);
    });
  });

  describe('when the machine is back', () => {
    it('waits for the DaemonSet that tolerates our taint, and for no finalizer', async () => {
      world.machines.device.behave(victim, { power: { kind: 'honest' } });
      await boot(world.machines.machine(victim), 'powerOn');
      await fenceIn(world, victim, 'Succeeded', 90_000);
      const all = await pods();
      expect(onVictim(all, 'network')).toMatchObject({ ready: true, uid: onVictim(before.values(), 'network')?.uid });
      expect(all.find(({ name }) => name === 'holding')).toMatchObject({ uid: before.get('holding')?.uid, deleting: true });
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });

    it('runs the pod on its local disk again, the other DaemonSet and the static pod', async () => {
      const local = await until('the pod is back', async () => (await pods()).find(({ name, ready, deleting }) => name === 'local-0' && ready && !deleting));
      expect(local.node).toBe(victim);
      expect(await until('the agent runs', async () => onVictim(await pods(), 'agent')?.ready)).toBe(true);
      expect(await named(`static-${victim}`)).toMatchObject({ uid: before.get(`static-${victim}`)?.uid, ready: true });
    });

    it('lets the pod with the finalizer go when its owner takes that away', async () => {
      await world.admin.call({ verb: 'PATCH', path: objectPath(resources.pods, holding), patch: 'application/merge-patch+json', body: { metadata: { finalizers: null } } });
      await until('it is gone', async () => (await named('holding')) === undefined);
      expect((await pods()).map(({ name }) => name)).not.toContain('holding');
    });
  });
}

const container = { name: 'main', image: 'evenkeel.dev/writer:1' };
const shortPatience = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
const bare = { automountServiceAccountToken: false, tolerations: shortPatience };
const preferVictim = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: onHost(victim) }] } };

function onHost(...values: string[]): object {
  return { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] };
}

function volume(name: string, source: object): Provision {
  const spec = { capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Retain', storageClassName: name, ...source };
  return { resource: resources.persistentvolumes, body: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec } };
}

function setWithClaim(name: string, accessMode: string): Provision {
  const labels = { app: name };
  const claim = { metadata: { name: 'data' }, spec: { accessModes: [accessMode], storageClassName: name, resources: { requests: { storage: '1Gi' } } } };
  const spec = { ...bare, affinity: preferVictim, containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] };
  return {
    resource: apps('statefulsets'),
    namespace,
    body: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec: { serviceName: name, replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, volumeClaimTemplates: [claim] } },
  };
}

function daemonSet(name: string, tolerations: readonly object[]): Provision {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { automountServiceAccountToken: false, tolerations, containers: [container] } };
  return { resource: apps('daemonsets'), namespace, body: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name }, spec: { selector: { matchLabels: labels }, template } } };
}

const everyKind: readonly Provision[] = [
  { resource: resources.namespaces, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
  volume('files', { accessModes: ['ReadWriteMany'], nfs: { server: '127.0.0.1', path: '/files' } }),
  volume('local', { accessModes: ['ReadWriteOnce'], local: { path: '/disk' }, nodeAffinity: { required: { nodeSelectorTerms: [onHost(victim)] } } }),
  setWithClaim('files', 'ReadWriteMany'),
  setWithClaim('local', 'ReadWriteOnce'),
  daemonSet('agent', []),
  daemonSet('network', [{ operator: 'Exists' }]),
  {
    resource: resources.pods,
    namespace,
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'holding', finalizers: ['example.com/hold'] }, spec: { ...bare, nodeName: victim, containers: [container] } },
  },
];

async function mirror(world: World): Promise<object> {
  const { uid } = await world.node(victim);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `static-${victim}`,
      annotations: { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.hash': 'x' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: victim, uid, controller: true }],
    },
    spec: { nodeName: victim, automountServiceAccountToken: false, tolerations: [{ operator: 'Exists', effect: 'NoExecute' }], containers: [container] },
  };
}
