import { describe, expect, it } from 'vitest';
import { type Stage, aStage, embeddedNode, embeddedPod, nodeNamed, podNamed } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds, minutes, seconds } from '../../../model/time.ts';
import { attacherFinalizer, driver, attachmentName as nameOfDriver, volumeName } from '../../machines/driver.ts';
import { type Timings, realTimings } from '../timings.ts';
import { attachDetach } from './attach-detach.ts';
import type { AttachmentObject } from './populate.ts';
import { csidrivers } from './volumes.ts';

const volume = volumeName('disk-0');
const now = milliseconds(0);

interface Wish {
  readonly modes?: readonly string[];
  readonly attachRequired?: boolean;
  readonly managed?: boolean;
  readonly timings?: Partial<Timings>;
}

/** Nodes a and b, and a claim that is bound to the volume disk-0. Nothing attaches: tests play the driver. */
async function aCluster({ modes = ['ReadWriteOnce'], attachRequired = true, managed = true, timings = {} }: Wish = {}) {
  const stage = aStage();
  const annotations: Record<string, string> = managed ? { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } : {};
  for (const name of ['a', 'b']) stage.store.create(resources.nodes, embeddedNode({ name, annotations }));
  stage.store.create(csidrivers, { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: driver }, spec: { attachRequired } });
  const claim = stage.store.create(resources.persistentvolumeclaims, {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' }, spec: { volumeName: 'pv-0' }, status: { phase: 'Bound' },
  });
  stage.store.create(resources.persistentvolumes, {
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-0' },
    spec: { accessModes: modes, claimRef: { namespace: 'default', name: 'data', uid: claim.metadata.uid }, csi: { driver, volumeHandle: 'disk-0' } },
  });
  const controller = attachDetach({ ...realTimings, ...timings });
  let stop = stage.start(controller);
  await stage.pass(now);
  return {
    ...stage,
    stop: () => stop(),
    async restart() {
      await stop();
      stop = stage.start(controller);
      await stage.pass(now);
    },
  };
}

const usesData = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const running = { containerStatuses: [{ name: 'main', state: { running: {} } }] };

async function addPod(stage: Stage, name: string, node: string): Promise<void> {
  stage.store.create(resources.pods, embeddedPod({ name, node, spec: usesData, status: running }));
  await stage.pass(now);
}

async function removePod(stage: Stage, name: string): Promise<void> {
  stage.store.remove(resources.pods, { namespace: 'default', name }, { gracePeriodSeconds: 0 });
  await stage.pass(now);
}

const attachment = ({ store }: Stage, node: string): AttachmentObject | undefined => store.get<AttachmentObject>(resources.volumeattachments, { name: nameOfDriver('disk-0', node) });

/** The CSI driver has attached it, or refuses to. */
async function answer(stage: Stage, node: string, status: object): Promise<void> {
  const current = attachment(stage, node)!;
  const withFinalizer = stage.store.update(resources.volumeattachments, { ...current, metadata: { ...current.metadata, finalizers: [attacherFinalizer] } });
  stage.store.updateStatus(resources.volumeattachments, { ...withFinalizer, status } as never);
  await stage.pass(now);
}

/** The CSI driver has detached it. */
async function detached(stage: Stage, node: string): Promise<void> {
  const current = attachment(stage, node)!;
  stage.store.update(resources.volumeattachments, { ...current, metadata: { ...current.metadata, finalizers: [] } });
  await stage.pass(now);
}

async function change(stage: Stage, name: string, part: { readonly inUse?: readonly string[]; readonly ready?: string; readonly taints?: readonly object[] }): Promise<void> {
  const node = nodeNamed(stage, name)!;
  const conditions = part.ready === undefined ? (node.status?.conditions ?? []) : [{ type: 'Ready', status: part.ready }];
  const written = stage.store.updateStatus(resources.nodes, { ...node, status: { ...node.status, conditions, ...(part.inUse === undefined ? {} : { volumesInUse: part.inUse }) } });
  if (part.taints !== undefined) stage.store.update(resources.nodes, { ...written, spec: { taints: part.taints } });
  await stage.pass(now);
}

/** A pod on node a whose volume is attached, and in use. */
async function running1(wish: Wish = {}) {
  const stage = await aCluster(wish);
  await addPod(stage, 'p', 'a');
  await answer(stage, 'a', { attached: true });
  await change(stage, 'a', { inUse: [volume] });
  return stage;
}

const isDetaching = (stage: Stage, node: string): boolean => attachment(stage, node)?.metadata.deletionTimestamp !== undefined;
const reported = (stage: Stage, node: string): readonly string[] => (nodeNamed(stage, node)?.status?.volumesAttached ?? []).map(({ name }) => name);
const outOfService = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoSchedule' }];

describe('attach', () => {
  it('makes the VolumeAttachment, and tells node and pod when the driver has attached', async () => {
    const stage = await aCluster();
    await addPod(stage, 'p', 'a');
    expect(attachment(stage, 'a')).toMatchObject({ spec: { attacher: driver, nodeName: 'a', source: { persistentVolumeName: 'pv-0' } } });
    expect(reported(stage, 'a')).toEqual([]);
    await answer(stage, 'a', { attached: true });
    expect(nodeNamed(stage, 'a')?.status?.volumesAttached).toEqual([{ name: volume, devicePath: '' }]);
    expect(stage.events('p')).toEqual(['SuccessfulAttachVolume']);
    await stage.stop();
  });

  it.each([
    ['the driver does not attach', { attachRequired: false }],
    ['the node is not managed', { managed: false }],
  ])('does nothing when %s', async (_, wish: Wish) => {
    const stage = await aCluster(wish);
    await addPod(stage, 'p', 'a');
    expect(attachment(stage, 'a')).toBeUndefined();
    await stage.stop();
  });

  it('waits for a claim to be bound', async () => {
    const stage = await aCluster();
    const claim = stage.store.get(resources.persistentvolumeclaims, { namespace: 'default', name: 'data' })!;
    const pending = stage.store.updateStatus(resources.persistentvolumeclaims, { ...claim, status: { phase: 'Pending' } });
    await addPod(stage, 'p', 'a');
    expect(attachment(stage, 'a')).toBeUndefined();
    stage.store.updateStatus(resources.persistentvolumeclaims, { ...pending, status: { phase: 'Bound' } });
    await stage.pass(now);
    expect(attachment(stage, 'a')).toBeDefined();
    await stage.stop();
  });

  it('tells the pod what the driver refuses, and asks again later each time', async () => {
    const stage = await aCluster();
    await addPod(stage, 'p', 'a');
    await answer(stage, 'a', { attached: false, attachError: { message: 'the disk is elsewhere' } });
    await stage.pass(seconds(4));
    const events = [...stage.store.list(resources.events)].filter((event) => event['reason'] === 'FailedAttachVolume');
    expect(events).toMatchObject([{ count: 4, message: 'AttachVolume.Attach failed for volume "pv-0" : the disk is elsewhere', source: { component: 'attachdetach-controller' } }]);
    await answer(stage, 'a', { attached: true });
    expect(reported(stage, 'a')).toEqual([]);
    await stage.pass(seconds(4));
    expect(reported(stage, 'a')).toEqual([volume]);
    await stage.stop();
  });

  it.each([
    ['while the other pod is there', undefined, 'Multi-Attach error for volume "pv-0" Volume is already used by pod(s) p'],
    ['after the other pod is gone', 'p', `Multi-Attach error for volume "pv-0" Volume is already exclusively attached to one node and can't be attached to another`],
  ])('to a second node waits, and says so once, %s', async (_, gone, message) => {
    const stage = await running1();
    if (gone !== undefined) await removePod(stage, gone);
    await addPod(stage, 'q', 'b');
    await stage.pass(seconds(30));
    expect(attachment(stage, 'b')).toBeUndefined();
    expect([...stage.store.list(resources.events)].filter((event) => event['reason'] === 'FailedAttachVolume')).toMatchObject([{ count: 1, message }]);
    await stage.stop();
  });

  it('to a second node is no error for a volume that several may have', async () => {
    const stage = await running1({ modes: ['ReadWriteMany'] });
    await addPod(stage, 'q', 'b');
    expect(attachment(stage, 'b')).toBeDefined();
    await stage.stop();
  });

  it('comes again when somebody deleted the VolumeAttachment: a round of a minute sees it', async () => {
    const stage = await running1();
    stage.store.remove(resources.volumeattachments, { name: nameOfDriver('disk-0', 'a') });
    await detached(stage, 'a');
    await stage.pass(seconds(59));
    expect(attachment(stage, 'a')).toBeUndefined();
    await stage.pass(seconds(1));
    expect(attachment(stage, 'a')).toBeDefined();
    await stage.stop();
  });
});

describe('detach', () => {
  it('waits until the node does not use the volume any more; then the next node gets it when it is really gone', async () => {
    const stage = await running1();
    await removePod(stage, 'p');
    await addPod(stage, 'q', 'b');
    await stage.pass(minutes(20));
    expect([isDetaching(stage, 'a'), reported(stage, 'a')]).toEqual([false, [volume]]);
    await change(stage, 'a', { inUse: [] });
    expect([isDetaching(stage, 'a'), reported(stage, 'a'), attachment(stage, 'b')]).toEqual([true, [], undefined]);
    await detached(stage, 'a');
    expect(attachment(stage, 'b')).toBeDefined();
    await stage.stop();
  });

  it.each([
    ['a pod that is over', { phase: 'Failed' }, false, true],
    ['a pod that terminates after its containers have ended', { containerStatuses: [{ name: 'main', state: { terminated: {} } }] }, true, true],
    ['a pod that terminates while crash-looping', { containerStatuses: [{ name: 'main', state: { waiting: {} } }] }, true, true],
    ['a pod that terminates and was last seen running', {}, true, false],
    ['a pod whose containers have ended, and that nobody deleted', { containerStatuses: [{ name: 'main', state: { terminated: {} } }] }, false, false],
  ])('counts %s', async (_, status, isDeleted, detaches) => {
    const stage = await running1();
    const pod = podNamed(stage, 'p')!;
    stage.store.updateStatus(resources.pods, { ...pod, status: { ...pod.status, ...status } });
    if (isDeleted) stage.store.remove(resources.pods, { namespace: 'default', name: 'p' });
    await change(stage, 'a', { inUse: [] });
    expect(isDetaching(stage, 'a')).toBe(detaches);
    await stage.stop();
  });

  it('takes a volume in use after six minutes from a node that is not Ready', async () => {
    const stage = await running1();
    await change(stage, 'a', { ready: 'Unknown' });
    await removePod(stage, 'p');
    await stage.pass(seconds(359));
    expect(isDetaching(stage, 'a')).toBe(false);
    await stage.pass(seconds(1));
    expect(isDetaching(stage, 'a')).toBe(true);
    await stage.stop();
  });

  it('takes it when the node stops being Ready after the six minutes', async () => {
    const stage = await running1();
    await removePod(stage, 'p');
    await stage.pass(minutes(10));
    expect(isDetaching(stage, 'a')).toBe(false);
    await change(stage, 'a', { ready: 'False' });
    expect(isDetaching(stage, 'a')).toBe(true);
    await stage.stop();
  });

  it('counts the six minutes anew after a restart', async () => {
    const stage = await running1();
    await change(stage, 'a', { ready: 'Unknown' });
    await removePod(stage, 'p');
    await stage.pass(minutes(4));
    await stage.restart();
    await stage.pass(minutes(4));
    expect(isDetaching(stage, 'a')).toBe(false);
    await stage.pass(minutes(2));
    expect(isDetaching(stage, 'a')).toBe(true);
    await stage.stop();
  });

  it('waits for ever when a forced detach is switched off', async () => {
    const stage = await running1({ timings: { disableForceDetachOnTimeout: true } });
    await change(stage, 'a', { ready: 'Unknown' });
    await removePod(stage, 'p');
    await stage.pass(minutes(60));
    expect(isDetaching(stage, 'a')).toBe(false);
    await stage.stop();
  });

  it.each(['True', 'Unknown'])('takes it at once from a node that is out of service, Ready %s', async (ready) => {
    const stage = await running1();
    await change(stage, 'a', { ready, taints: outOfService });
    expect(isDetaching(stage, 'a')).toBe(false);
    await removePod(stage, 'p');
    expect(isDetaching(stage, 'a')).toBe(true);
    await stage.stop();
  });

  it('takes it six minutes after node and pod are gone, and begins anew when the pod comes back in between', async () => {
    const stage = await running1();
    stage.store.remove(resources.nodes, { name: 'a' });
    await removePod(stage, 'p');
    await stage.pass(minutes(5));
    await addPod(stage, 'p', 'a');
    await removePod(stage, 'p');
    await stage.pass(seconds(359));
    expect(isDetaching(stage, 'a')).toBe(false);
    await stage.pass(seconds(1));
    expect(isDetaching(stage, 'a')).toBe(true);
    await stage.stop();
  });

  it('at a start takes what no pod needs, though no node speaks of it', async () => {
    const stage = await running1();
    await stage.stop();
    stage.store.remove(resources.pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 });
    const node = nodeNamed(stage, 'a')!;
    stage.store.updateStatus(resources.nodes, { ...node, status: { conditions: node.status?.conditions ?? [] } });
    const stop = stage.start(attachDetach(realTimings));
    await change(stage, 'a', { inUse: [] });
    expect(isDetaching(stage, 'a')).toBe(true);
    await stop();
  });
});
