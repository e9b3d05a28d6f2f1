import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered } from '../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import type { NodeRecord } from '../../src/model/cluster.ts';
import type { NodeFence } from '../../src/model/nodefence.ts';
import { boot, fenceIn, leading, ready } from './looking.ts';
import { controllerAccount, destructive, ourTaints } from './judges.ts';
import { throughout, until } from './until.ts';
import type { AuditedRequest, StartWorld, World } from './world.ts';

/** The Node object of a fenced machine, and somebody else who deletes it, holds it, takes its name, or switches the machine on. */
export function nodeObjectOthers(start: StartWorld): void {
  let world: World;

  const path = (name: string): string => objectPath(resources.nodes, { name });
  const nodeOf = (name: string): Promise<NodeRecord | undefined> =>
    world.node(name).catch((error: unknown) => {
      if (answered(error, 404)) return undefined;
      throw error;
    });
  const fenceOf = (name: string, what: string, is: (fence: NodeFence) => boolean | undefined): Promise<NodeFence> => until(what, async () => (await world.fences(name)).find(is), 90_000);
  const deletions = async (name: string): Promise<AuditedRequest[]> => (await world.audit()).filter(({ verb, user, object }) => verb === 'delete' && user === controllerAccount && object.resource === 'nodes' && object.name === name);
  const patch = (target: string, body: object): Promise<unknown> => world.admin.call({ verb: 'PATCH', path: target, patch: 'application/merge-patch+json', body });
  const gone = (name: string): Promise<true> => until(`the Node object ${name} is gone`, async () => (await nodeOf(name)) === undefined, 90_000);

  /** The same machine is back: what `fencing=enabled` meant before is true again, and nothing of ours is left. */
  async function poweredOn(name: string): Promise<object> {
    await boot(world.machines.machine(name), 'powerOn');
    await fenceIn(world, name, 'Succeeded', 90_000);
    const node = await world.node(name);
    return { fencing: node.labels['fencing'], ready: node.ready, ours: ourTaints(node) };
  }
  const serves = { fencing: 'enabled', ready: 'True', ours: [] };

  beforeAll(async () => {
    world = await start({ workers: 5, mayDeleteNodes: true });
    await leading(world.control({ action: 'off', deleteNodeAfter: '3s', powerOn: false }));
  });

  afterAll(() => world?.stop());

  describe('a finalizer of somebody else', () => {
    const name = 'worker-1';

    it('holds the Node object, and is waited for', async () => {
      await patch(path(name), { metadata: { finalizers: ['example.com/inventory'] } });
      world.machines.machine(name).powerOff();
      await until('it is being deleted', async () => (await nodeOf(name))?.deleting === true, 90_000);
      await throughout(3_000, async () => expect((await world.fences(name)).map(({ status }) => status?.phase)).toEqual(['Returning']));
      expect(await deletions(name)).toHaveLength(1);
    });

    it('does not keep the machine from coming back once it is gone', async () => {
      await patch(path(name), { metadata: { finalizers: null } });
      await gone(name);
      await fenceOf(name, 'the record says so', ({ status }) => status?.nodeDeleted !== undefined);
      expect(await poweredOn(name)).toEqual(serves);
    });
  });

  describe('somebody who deletes the Node object before anything is proved', () => {
    const name = 'worker-2';

    it('ends the fence, and nothing is released by us', async () => {
      world.machines.device.behave(name, { power: { kind: 'lies' } });
      world.machines.machine(name).stopKubelet();
      await fenceIn(world, name, 'Verifying');
      await world.admin.call({ verb: 'DELETE', path: path(name) });
      await fenceOf(name, 'it has ended', ({ status }) => status?.phase === 'Aborted' && status.reason === 'NodeGone');
      expect(destructive(await world.audit()).filter(({ object, requestObject }) => object.name === name || JSON.stringify(requestObject).includes(name)).map(({ verb }) => verb)).toEqual([]);
    });

    it('decides alone what the next Node object of that name means', async () => {
      world.machines.device.behave(name, { power: { kind: 'honest' } });
      await boot(world.machines.machine(name), 'hardReset');
      await ready(world, name);
      expect((await world.node(name)).labels['fencing']).toBeUndefined();
      await world.label(name, { fencing: 'enabled' });
    });
  });

  describe('a cloud controller that deletes the Node object first', () => {
    const name = 'worker-3';

    it('is as good as we are: the record waits for the machine', async () => {
      world.machines.machine(name).powerOff();
      await fenceOf(name, 'everything is released', ({ status }) => status?.phase === 'Returning');
      await world.admin.call({ verb: 'DELETE', path: path(name) });
      const fence = await fenceOf(name, 'the record says so', ({ status }) => status?.nodeDeleted !== undefined);
      expect(fence.status?.timeline.find(({ step }) => step === 'NodeDeleted')?.outcome).toBe('other');
      expect(await deletions(name)).toEqual([]);
    });

    it('gets its labels back when it registers again', async () => expect(await poweredOn(name)).toEqual(serves));
  });

  describe('a person who switches the machine on at the very moment of the deletion', () => {
    it('has a node that serves, whoever was faster', async () => {
      const name = 'worker-4';
      world.machines.machine(name).powerOff();
      // The record before the deletion: the reason of the same name lasts shorter than a look takes.
      await fenceOf(name, 'the deletion is recorded', ({ status }) => status?.timeline.some(({ step }) => step === 'NodeDeleting'));
      expect(await poweredOn(name)).toEqual(serves);
    });
  });

  describe('another machine under the same name', () => {
    const name = 'worker-5';

    it('gets nothing of what the old one had, and a person is asked', async () => {
      world.machines.machine(name).powerOff();
      await gone(name);
      await fenceOf(name, 'the record says so', ({ status }) => status?.nodeDeleted !== undefined);
      const nodeInfo = { bootID: 'another-boot', systemUUID: 'another-system', machineID: 'another-machine', architecture: 'amd64', containerRuntimeVersion: 'x', kernelVersion: 'x', kubeProxyVersion: '', kubeletVersion: 'v1.36.3', operatingSystem: 'linux', osImage: 'x' };
      await world.asNode(name).call({ verb: 'POST', path: collectionPath(resources.nodes), body: { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { nodeInfo, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastHeartbeatTime: null, lastTransitionTime: null }] } } });
      await fenceOf(name, 'a person is asked', ({ status }) => status?.phase === 'NeedsHuman' && status.reason === 'OtherMachine');
      const node = await world.node(name);
      expect(node.labels['fencing']).toBeUndefined();
      expect(ourTaints(node)).toEqual([]);
    });

    it('is left alone once that person has said that it is right', async () => {
      const [fence] = await world.fences(name);
      await patch(objectPath(resources.nodefences, { name: fence?.metadata.name ?? '' }), { spec: { cancelled: true } });
      await fenceIn(world, name, 'Aborted');
      expect(ourTaints(await world.node(name))).toEqual([]);
    });
  });
}
