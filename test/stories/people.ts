import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { answered } from '../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../src/kube/paths.ts';
import type { Taint } from '../../src/model/cluster.ts';
import { ourTaints } from './judges.ts';
import { fenceIn, heldBy, leading, ready, sample, told } from './looking.ts';
import { throughout, until } from './until.ts';
import type { Controller, Pod, StartWorld, World } from './world.ts';

const leftovers: readonly Taint[] = [{ key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' }, { key: 'evenkeel.dev/fencing', effect: 'NoExecute' }];
const usual = { action: 'off', within: '4s' } as const;

/**
 * What people say to evenkeel, and what it answers: alice is on call, mallory is not, root administers the cluster.
 * `authorizes`: false for a cluster that grants everything to everybody; then nobody is refused.
 */
export function people(start: StartWorld, { authorizes = true } = {}): void {
  let world: World;
  let controller: Controller;

  const grant = (user: string, role: string): Promise<unknown> =>
    world.admin.call({
      verb: 'POST',
      path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: user }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }] },
    });
  /** What `kubectl create -f` would send. */
  const request = async (node: string, requestedBy: string): Promise<object> => {
    const { uid, bootID } = await world.node(node);
    return { apiVersion: 'evenkeel.dev/v1alpha1', kind: 'NodeFence', metadata: { name: `${node}-by-hand` }, spec: { nodeName: node, nodeUID: uid, bootID, machineID: node, attempt: 1, reason: 'by hand', requestedBy } };
  };
  const commands = (name: string): string[] => world.machines.device.powerCommands(name).map(({ command }) => command);
  const replica = (): Promise<Pod> => until('the replica runs', async () => (await world.pods('search')).find(({ name, ready }) => name === 'elasticsearch-0' && ready));

  beforeAll(async () => {
    world = await start();
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
    for (const [user, role] of authorizes ? ([['alice', 'evenkeel-operator'], ['root', 'cluster-admin']] as const) : []) await grant(user, role);
  });

  afterAll(() => world?.stop());

  describe('a node that is Ready', () => {
    it('is not fenced on request, and nobody can confirm that its machine is off', async () => {
      expect(await world.person('alice', 'fence', 'worker-1', '--reason', 'a typing error')).toMatchObject({ code: 1, error: expect.stringContaining('worker-1 is Ready: a machine that works is not fenced') });
      await world.admin.call({ verb: 'POST', path: collectionPath(resources.nodefences), body: await request('worker-1', 'admin') });
      expect(await world.person('alice', 'confirm-off', 'worker-1', '--yes')).toMatchObject({ code: 1, error: expect.stringContaining('worker-1 is Ready: its machine is on') });
    });

    it('makes the controller end a request that was written by other means', async () => {
      controller = await leading(world.control(usual));
      const fence = await fenceIn(world, 'worker-1', 'Recovered');
      expect(fence.status?.reason).toBe('ReadyAgain');
      expect(fence.spec.confirmedOff).toBeUndefined();
      expect(commands('worker-1')).toEqual([]);
    });
  });

  describe.runIf(authorizes)('who is not on call', () => {
    it('may neither ask nor pause, and is told which role it takes', async () => {
      for (const args of [['fence', 'worker-1', '--reason', 'x'], ['confirm-off', 'worker-1', '--yes'], ['cancel', 'worker-1'], ['pause'], ['resume']]) {
        expect({ args, ...(await world.person('mallory', ...args)) }).toMatchObject({ args, code: 1, error: expect.stringContaining('evenkeel-operator') });
      }
    });

    it('a node may do none of it either', async () => {
      const node = world.asNode('worker-1');
      const fence = await request('worker-2', 'system:node:worker-1');
      const refused = async (call: Promise<unknown>): Promise<boolean> => call.then(() => false, (error: unknown) => answered(error, 403));
      expect(await refused(node.call({ verb: 'POST', path: collectionPath(resources.nodefences), body: fence }))).toBe(true);
      const pause = objectPath(resources.leases, { namespace: 'evenkeel-system', name: 'evenkeel-pause' });
      expect(await refused(node.call({ verb: 'PATCH', path: pause, patch: 'application/merge-patch+json', body: { spec: { holderIdentity: 'system:node:worker-1' } } }))).toBe(true);
    });

    it('nobody asks in the name of another', async () => {
      const answer = world.admin.call({ verb: 'POST', path: collectionPath(resources.nodefences), body: await request('worker-2', 'alice') });
      await expect(answer).rejects.toThrow('spec.requestedBy must be admin');
    });
  });

  describe('a pause', () => {
    let victim: string;

    it('holds a node that dies, visibly, and a restart does not end it', async () => {
      expect(await world.person('alice', 'pause', '--reason', 'moving rack 7')).toMatchObject({ code: 0, out: expect.stringContaining('alice has paused evenkeel (moving rack 7)') });
      victim = (await replica()).node;
      world.machines.machine(victim).stopKubelet();
      await heldBy(world, victim, 'Paused');
      expect(await told(world, victim, 'FencingHeld')).toContain('moving rack 7');
      expect(await told(world, 'evenkeel', 'Paused')).toContain('alice');
      expect(await sample(controller, 'evenkeel_paused')).toBe(1);
      await controller.kill('SIGTERM');
      controller = await leading(world.control(usual));
      await throughout(5_000, () => expect(commands(victim)).toEqual([]));
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });

    it('is what `why` answers, with the way out', async () => {
      const { out } = await world.person('alice', 'why', victim);
      expect(out).toMatch(new RegExp(`^${victim}: Held \\(Paused\\), for `, 'u'));
      expect(out).toContain('evenkeel resume');
    });

    it('lets go when it is over', async () => {
      expect(await world.person('alice', 'resume')).toMatchObject({ code: 0, out: expect.stringContaining('The pause of alice is over') });
      await fenceIn(world, victim, 'Succeeded', 90_000);
      expect(commands(victim)).toEqual(['off', 'on']);
      expect(await told(world, 'evenkeel', 'Resumed')).not.toBe('');
      expect(await sample(controller, 'evenkeel_paused')).toBe(0);
    });
  });

  describe('a device that lies, and then is silent', () => {
    let victim: string;
    let before: Pod;

    it('makes evenkeel ask for a person, and nothing is released', async () => {
      before = await replica();
      victim = before.node;
      world.machines.device.behave(victim, { power: { kind: 'lies' } });
      world.machines.machine(victim).stopKubelet();
      const fence = await fenceIn(world, victim, 'NeedsHuman', 90_000);
      expect(fence.status?.reason).toBe('NotProved');
      const { out } = await world.person('alice', 'why', victim);
      expect(out).toContain(`make sure that the machine is off, then: evenkeel confirm-off ${victim}`);
      expect((await world.pods('search')).some(({ uid }) => uid === before.uid)).toBe(true);
    });

    it('takes nobody\'s word without the name typed or --yes', async () => {
      expect(await world.person('alice', 'confirm-off', victim)).toMatchObject({ code: 2, error: expect.stringContaining('--yes confirms without asking') });
      expect((await fenceIn(world, victim, 'NeedsHuman')).spec.confirmedOff).toBeUndefined();
    });

    it('releases the node on the word of a person who switched it off', async () => {
      // The plug is pulled: with the machine its management board has lost power too, and answers no more.
      world.machines.device.behave(victim, { status: 'fails' });
      world.machines.machine(victim).powerOff();
      const said = await world.person('alice', 'confirm-off', victim, '--yes', '--expires', '5m');
      expect(said).toMatchObject({ code: 0, out: expect.stringContaining(`alice has confirmed that the machine ${victim} of ${victim} is off, for 5m`) });
      const after = await until('the pod runs elsewhere', async () => (await world.pods('search')).find(({ name, uid, ready }) => name === before.name && uid !== before.uid && ready), 90_000);
      expect(after.node).not.toBe(victim);
      const fence = await fenceIn(world, victim, 'Returning');
      expect(fence.status?.evidence).toMatchObject({ class: 'off', items: [{ source: 'alice', says: 'confirmed that the machine is off' }] });
    });

    it('leaves it to that person to switch it on again', async () => {
      world.machines.device.behave(victim, { power: { kind: 'honest' }, status: 'honest' });
      const sent = commands(victim).length;
      await throughout(3_000, () => expect(commands(victim)).toHaveLength(sent));
      void world.machines.machine(victim).powerOn();
      await until('the node is back', async () => (await world.fences(victim)).some(({ spec, status }) => spec.confirmedOff !== undefined && status?.phase === 'Succeeded'), 90_000);
      expect(ourTaints(await world.node(victim))).toEqual([]);
    });
  });

  describe('a fence that a person cancels', () => {
    const victim = 'worker-3';

    it('ends, and the node is left alone', async () => {
      const sent = commands(victim).length;
      await world.label(victim, { 'evenkeel.dev/hold': '' });
      world.machines.machine(victim).stopKubelet();
      await heldBy(world, victim, 'HoldLabel');
      expect(await world.person('alice', 'cancel', victim)).toMatchObject({ code: 0, out: expect.stringContaining('it ends before any power command') });
      await until('it has ended', async () => (await world.fences(victim)).some(({ status }) => status?.phase === 'Aborted' && status.reason === 'Cancelled'));
      await world.label(victim, { 'evenkeel.dev/hold': null, fencing: null });
      await throughout(5_000, () => expect(commands(victim)).toHaveLength(sent));
      expect((await world.person('alice', 'cancel', victim)).code).toBe(1);
      expect((await world.person('alice', 'why', victim)).out).toContain(`${victim}: NotSelected`);
    });

    it('is fenced after all when a person asks for it, label or not', async () => {
      const sent = commands(victim).length;
      expect(await world.person('alice', 'fence', victim, '--reason', 'ticket 4711')).toMatchObject({ code: 0, out: expect.stringContaining('is recorded') });
      const fence = await until('the request has succeeded', async () => (await world.fences(victim)).find(({ spec, status }) => spec.reason === 'ticket 4711' && status?.phase === 'Succeeded'), 90_000);
      expect(fence.spec.requestedBy).toBe('alice');
      expect(commands(victim).slice(sent)).toEqual(['off', 'on']);
      await ready(world, victim);
    });

    it('is refused at once when it names a machine that the inventory does not', async () => {
      const sent = commands(victim).length;
      world.machines.machine(victim).stopKubelet();
      await until('the node is Unknown', async () => (await world.node(victim)).ready === 'Unknown');
      expect((await world.person('alice', 'fence', victim, '--reason', 'ticket 4712', '--machine', 'worker-1')).code).toBe(0);
      await until('it has ended', async () => (await world.fences(victim)).some(({ status, spec }) => spec.reason === 'ticket 4712' && status?.reason === 'WrongMachine'));
      expect(commands(victim)).toHaveLength(sent);
      world.machines.machine(victim).startKubelet();
      await ready(world, victim);
    });
  });

  describe('the end', () => {
    it('is refused while a controller leads', async () => {
      expect(await world.person('root', 'uninstall', '--cleanup')).toMatchObject({ code: 1, error: expect.stringContaining('leads and would put taints on again') });
    });

    it('takes our taints off every node, and nobody else\'s', async () => {
      await controller.kill('SIGTERM');
      const foreign: Taint = { key: 'example.com/mine', effect: 'NoSchedule' };
      await until('taints are left behind', async () => {
        const { taints, resourceVersion } = await world.node('worker-2');
        return world.admin.call<object>({ verb: 'PATCH', path: objectPath(resources.nodes, { name: 'worker-2' }), patch: 'application/merge-patch+json', body: { metadata: { resourceVersion }, spec: { taints: [...taints, foreign, ...leftovers] } } });
      });
      const { code, out } = await world.person('root', 'uninstall', '--cleanup');
      expect(code).toBe(0);
      expect(out).toContain('removed  worker-2  node.kubernetes.io/out-of-service=evenkeel');
      expect(out).toContain('No fence is open');
      const node = await world.node('worker-2');
      expect(ourTaints(node)).toEqual([]);
      expect(node.taints).toContainEqual(expect.objectContaining(foreign));
    });
  });

  it('never let two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
}
