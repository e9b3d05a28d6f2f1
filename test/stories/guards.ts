import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { objectPath, resources } from '../../src/kube/paths.ts';
import { rfc3339Micro } from '../../src/kube/timestamps.ts';
import type { NodeRecord, Taint } from '../../src/model/cluster.ts';
import { fenceIn, heldBy, leading, ready, sample, told } from './looking.ts';
import { ourTaints } from './judges.ts';
import { now, throughout, until } from './until.ts';
import type { AuditedRequest, Controller, StartWorld, World } from './world.ts';

const leftover: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' };
/** NoSchedule: its machine still runs here, and with NoExecute Kubernetes itself would take the disk from under it within 20 s. */
const foreign: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoSchedule' };

/** What an administrator says and sets counts more than what we want. */
export function guards(start: StartWorld): void {
  let world: World;
  let controller: Controller;

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
  });

  afterAll(() => world?.stop());

  const path = (name: string): string => objectPath(resources.nodes, { name });
  /** As `kubectl taint` does it: everything else in the list stays. */
  const taint = (name: string, add: readonly Taint[], remove: readonly Taint[] = []): Promise<unknown> =>
    until(`an administrator taints ${name}`, async () => {
      const { taints, resourceVersion } = await world.node(name);
      const kept = taints.filter((each) => ![...add, ...remove].some(({ key, effect }) => key === each.key && effect === each.effect));
      return world.admin.call<object>({ verb: 'PATCH', path: path(name), patch: 'application/merge-patch+json', body: { metadata: { resourceVersion }, spec: { taints: [...kept, ...add] } } });
    });
  const commands = (name: string): string[] => world.machines.device.powerCommands(name).map(({ command }) => command);
  /** What an administrator put on a node, without what Kubernetes and we add and remove by ourselves. */
  const marks = ({ labels, taints, unschedulable }: NodeRecord): object => ({ labels, unschedulable, taints: taints.filter(({ key }) => key.startsWith('example.com/')) });

  describe('an out-of-service taint of ours that was left on a living node', () => {
    it('is removed within seconds of the start, before anything else, even while another replica leads', async () => {
      const lease = objectPath(resources.leases, { namespace: 'evenkeel-system', name: 'evenkeel' });
      const spec = { holderIdentity: 'somebody-else', leaseDurationSeconds: 600, leaseTransitions: 1, acquireTime: rfc3339Micro(now().wall), renewTime: rfc3339Micro(now().wall) };
      await world.admin.call({ verb: 'POST', path: lease.replace(/\/evenkeel$/u, ''), body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'evenkeel' }, spec } });
      await taint('worker-1', [leftover]);
      controller = await world.control({ action: 'off' });
      await until('the taint is gone', async () => ourTaints(await world.node('worker-1')).length === 0, 15_000);
      expect(controller.leads()).toBe(false);
      expect((await ours()).filter(isWrite).map(({ verb, object }) => `${verb} ${object.resource}`)).toEqual(['patch nodes']);
      expect(await told(world, 'worker-1', 'OutOfServiceTaintRemoved')).toContain('the node is Ready');
      await world.admin.call({ verb: 'PATCH', path: lease, patch: 'application/merge-patch+json', body: { spec: { holderIdentity: '' } } });
      await until('the controller leads', () => controller.leads());
    });
  });

  const ours = async (): Promise<AuditedRequest[]> => (await world.audit()).filter(({ user }) => user === 'system:serviceaccount:evenkeel-system:evenkeel');
  const isWrite = ({ verb, object, code }: AuditedRequest): boolean => code < 400 && !['get', 'list', 'watch'].includes(verb) && object.resource !== 'events' && !object.resource.endsWith('accessreviews');

  describe('the label evenkeel.dev/hold', () => {
    it('holds a fence for as long as it is there, visibly, and not longer', async () => {
      await world.label('worker-1', { 'evenkeel.dev/hold': 'true' });
      world.machines.machine('worker-1').stopKubelet();
      await heldBy(world, 'worker-1', 'HoldLabel');
      expect(await told(world, 'worker-1', 'FencingHeld')).toContain('evenkeel.dev/hold');
      expect(await sample(controller, 'evenkeel_fence_held{node="worker-1",reason="HoldLabel"}')).toBe(1);
      await throughout(4_000, () => expect(commands('worker-1')).toEqual([]));
      await world.label('worker-1', { 'evenkeel.dev/hold': null });
      await fenceIn(world, 'worker-1', 'Succeeded', 90_000);
      expect(commands('worker-1')).toEqual(['off', 'on']);
    });
  });

  describe('cordon, taints and labels of an administrator', () => {
    it('survive a fence, whether set before it or while it runs', async () => {
      const name = 'worker-2';
      await world.admin.call({ verb: 'PATCH', path: path(name), patch: 'application/merge-patch+json', body: { spec: { unschedulable: true } } });
      await taint(name, [{ key: 'example.com/before', value: 'a', effect: 'NoSchedule' }]);
      await world.label(name, { 'example.com/before': 'a' });
      // The device claims and does nothing: that leaves time to meddle before the proof.
      world.machines.device.behave(name, { power: { kind: 'lies' } });
      world.machines.machine(name).stopKubelet();
      await fenceIn(world, name, 'Verifying');
      await taint(name, [{ key: 'example.com/during', value: 'b', effect: 'NoExecute' }]);
      await world.label(name, { 'example.com/during': 'b' });
      const set = marks(await world.node(name));
      world.machines.device.behave(name, { power: { kind: 'honest' } });
      world.machines.machine(name).powerOff();
      await fenceIn(world, name, 'Succeeded', 90_000);
      const node = await world.node(name);
      expect(marks(node)).toEqual(set);
      expect(ourTaints(node)).toEqual([]);
      await taint(name, [], [{ key: 'example.com/before', effect: 'NoSchedule' }, { key: 'example.com/during', effect: 'NoExecute' }]);
      await world.admin.call({ verb: 'PATCH', path: path(name), patch: 'application/merge-patch+json', body: { spec: { unschedulable: false } } });
    });
  });

  describe('an out-of-service taint of an administrator', () => {
    it('holds the fence, and is neither overwritten nor removed', async () => {
      world.machines.machine('worker-3').stopKubelet();
      await taint('worker-3', [foreign]);
      await heldBy(world, 'worker-3', 'ForeignOutOfService');
      expect(await told(world, 'worker-3', 'FencingHeld')).toContain('out-of-service');
      await throughout(4_000, () => expect(commands('worker-3')).toEqual([]));
      expect((await world.node('worker-3')).taints).toContainEqual(expect.objectContaining(foreign));
    });

    it('that comes while we fence keeps the machine off until the administrator takes it away', async () => {
      world.machines.device.behave('worker-3', { power: { kind: 'lies' } });
      await taint('worker-3', [], [foreign]);
      await fenceIn(world, 'worker-3', 'Verifying');
      await taint('worker-3', [foreign]);
      world.machines.device.behave('worker-3', { power: { kind: 'honest' } });
      world.machines.machine('worker-3').powerOff();
      await until('it waits for the administrator', async () => (await world.fences('worker-3')).find(({ status }) => status?.phase === 'Returning' && status.reason === 'ForeignOutOfService'), 90_000);
      await throughout(3_000, () => expect(commands('worker-3')).toEqual(['off']));
      expect((await world.node('worker-3')).taints).toContainEqual(expect.objectContaining(foreign));
      await taint('worker-3', [], [foreign]);
      await fenceIn(world, 'worker-3', 'Succeeded', 90_000);
      expect(commands('worker-3')).toEqual(['off', 'on']);
    });
  });

  describe('the node that the controller itself runs on', () => {
    it('is not fenced by it', async () => {
      await controller.kill('SIGTERM');
      controller = await leading(world.control({ action: 'off', onNode: 'worker-1' }));
      const sent = commands('worker-1').length;
      world.machines.machine('worker-1').stopKubelet();
      await heldBy(world, 'worker-1', 'OwnNode');
      expect(await told(world, 'worker-1', 'FencingHeld', 'this controller itself')).not.toBe('');
      await throughout(4_000, () => expect(commands('worker-1')).toHaveLength(sent));
      world.machines.machine('worker-1').startKubelet();
      await ready(world, 'worker-1');
      await fenceIn(world, 'worker-1', 'Recovered');
    });
  });

  it('never let two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
}
