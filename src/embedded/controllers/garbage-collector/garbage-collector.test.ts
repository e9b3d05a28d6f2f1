import { describe, expect, it } from 'vitest';
import { type Stage, aStage, embeddedNode, embeddedPod, podNamed } from '../../../../test/builders/embedded.ts';
import { type Resource, resources } from '../../../kube/paths.ts';
import { milliseconds } from '../../../model/time.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { garbageCollector } from './garbage-collector.ts';

const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });
const deployments = apps('deployments');
const replicasets = apps('replicasets');
const now = milliseconds(0);
const ref = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject, block = false): object => ({ apiVersion, kind, name, uid, controller: true, ...(block ? { blockOwnerDeletion: true } : {}) });
const make = (stage: Stage, resource: Resource, kind: string, metadata: object): KubeObject => stage.store.create(resource, { apiVersion: 'apps/v1', kind, metadata: { namespace: 'default', ...metadata } });

/** A Deployment, its ReplicaSet, and that one's pod. */
async function family() {
  const stage = aStage();
  const stop = stage.start(garbageCollector);
  const deployment = make(stage, deployments, 'Deployment', { name: 'd' });
  const replicaSet = make(stage, replicasets, 'ReplicaSet', { name: 'r', ownerReferences: [ref(deployment, true)] });
  stage.store.create(resources.pods, embeddedPod({ name: 'p', metadata: { ownerReferences: [ref(replicaSet, true)] } }));
  await stage.pass(now);
  stage.store.writes.length = 0;
  const remove = async (propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Promise<void> => {
    stage.store.remove(deployments, { namespace: 'default', name: 'd' }, { propagationPolicy });
    await stage.pass(now);
  };
  return { ...stage, stop, remove };
}

describe('the garbage collector', () => {
  it('deletes what a gone owner left, and what that left', async () => {
    const stage = await family();
    await stage.remove('Background');
    expect(stage.store.writes).toEqual(['delete deployments d', 'delete replicasets r', 'delete pods p']);
    await stage.stop();
  });

  it('lets an owner that was deleted in the foreground go last', async () => {
    const stage = await family();
    await stage.remove('Foreground');
    expect(stage.store.writes).toEqual(['delete deployments d', 'delete replicasets r', 'delete pods p', 'update replicasets r', 'update deployments d']);
    expect([stage.store.get(deployments, { namespace: 'default', name: 'd' }), podNamed(stage, 'p')]).toEqual([undefined, undefined]);
    await stage.stop();
  });

  it('takes the references off what an owner leaves behind', async () => {
    const stage = await family();
    await stage.remove('Orphan');
    expect(stage.store.get(deployments, { namespace: 'default', name: 'd' })).toBeUndefined();
    expect(stage.store.get(replicasets, { namespace: 'default', name: 'r' })?.metadata.ownerReferences).toBeUndefined();
    expect(podNamed(stage, 'p')?.metadata.ownerReferences).toHaveLength(1);
    await stage.stop();
  });

  it.each([
    ['never was', 'other', 'uid-of-nobody', true],
    ['has its name only: another UID', 'd', 'uid-of-the-first', true],
    ['is of a kind that is not served', 'x', 'uid-x', false],
  ])('deletes an object whose owner %s', async (_, name, uid, isDeleted) => {
    const stage = await family();
    const kind = name === 'x' ? 'Unheard' : 'Deployment';
    make(stage, replicasets, 'ReplicaSet', { name: 'late', ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid }] });
    await stage.pass(now);
    expect(stage.store.get(replicasets, { namespace: 'default', name: 'late' }) === undefined).toBe(isDeleted);
    await stage.stop();
  });

  it('keeps an object that has one owner left, without the reference to the other', async () => {
    const stage = await family();
    const deployment = stage.store.get(deployments, { namespace: 'default', name: 'd' })!;
    const other = make(stage, deployments, 'Deployment', { name: 'other' });
    make(stage, replicasets, 'ReplicaSet', { name: 'shared', ownerReferences: [ref(deployment), { ...ref(other), controller: false }] });
    await stage.remove('Background');
    expect(stage.store.get(replicasets, { namespace: 'default', name: 'shared' })?.metadata.ownerReferences).toMatchObject([{ name: 'other' }]);
    await stage.stop();
  });

  it('takes Lease and CSINode with their Node, and no VolumeAttachment', async () => {
    const stage = await family();
    const node = stage.store.create(resources.nodes, embeddedNode({ name: 'n' }));
    const owned = { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: node.metadata.uid }] };
    stage.store.create(resources.leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'n', namespace: 'kube-node-lease', ...owned } });
    stage.store.create(resources.csinodes, { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'n', ...owned } });
    stage.store.create(resources.volumeattachments, { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'csi-1' }, spec: { nodeName: 'n' } });
    await stage.pass(now);
    stage.store.writes.length = 0;
    stage.store.remove(resources.nodes, { name: 'n' });
    await stage.pass(now);
    expect(stage.store.writes).toEqual(['delete nodes n', 'delete leases n', 'delete csinodes n']);
    await stage.stop();
  });

  it('finds at its start what was orphaned while nobody looked', async () => {
    const stage = await family();
    await stage.stop();
    await stage.remove('Background');
    const stop = stage.start(garbageCollector);
    await stage.pass(now);
    expect(podNamed(stage, 'p')).toBeUndefined();
    await stop();
  });
});
