import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PowerBehaviour, StatusBehaviour } from '../../src/embedded/machines/fence-device.ts';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { milliseconds } from '../../src/model/time.ts';
import type { Wishes } from './configuration.ts';
import { destructive, ourTaints } from './judges.ts';
import { fenceIn, leading, noExecutes, ready, sample, told } from './looking.ts';
import { until } from './until.ts';
import type { Controller, Pod, StartWorld, World } from './world.ts';

const workers = ['worker-1', 'worker-2', 'worker-3', 'worker-4', 'worker-5', 'worker-6'];

/** Devices and scripts that say more than they did, or nothing: none of it is a proof. Each has an honest twin that is believed. */
export function devicesThatLie(start: StartWorld): void {
  let world: World;
  let controller: Controller | undefined;

  beforeAll(async () => {
    world = await start({ workers: workers.length, volumes: workers.length });
    // One pod with a volume on every worker.
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: workers.length }));
    await allRun();
  });

  afterAll(() => world?.stop());

  const allRun = (): Promise<Pod[]> =>
    until('a pod runs on every worker', async () => {
      const pods = await world.pods('search');
      return pods.filter(({ ready }) => ready).length === workers.length && pods;
    });

  /** Another controller with these wishes; several nodes may be down and fenced at once. */
  async function control(wishes: Wishes): Promise<Controller> {
    await controller?.kill('SIGTERM');
    controller = await leading(world.control({ maxConcurrent: 4, maxUnhealthy: 4, ...wishes }));
    return controller;
  }

  const behave = (name: string, behaviour: { power?: PowerBehaviour; status?: StatusBehaviour }): void =>
    world.machines.device.behave(name, { power: { kind: 'honest' }, status: 'honest', ...behaviour });
  const stopKubelet = (name: string): void => world.machines.machine(name).stopKubelet();
  const commands = (name: string): string[] => world.machines.device.powerCommands(name).map(({ command }) => command);

  interface Before {
    readonly pods: ReadonlyMap<string, Pod>;
    readonly audited: number;
    /** Names of the fences of earlier deaths. */
    readonly fences: ReadonlySet<string>;
  }

  async function look(): Promise<Before> {
    const pods = await allRun();
    await until('the API server serves NodeFences', () => world.fences());
    return { pods: new Map(pods.map((pod) => [pod.node, pod])), audited: (await world.audit()).length, fences: new Set((await world.fences()).map(({ metadata }) => metadata.name)) };
  }

  /** No force-delete, no taint, no volume moved; with `off` not even a pod told to end. */
  async function nothingReleased(name: string, before: Before, toldToEnd = false): Promise<void> {
    const pod = before.pods.get(name);
    const now = (await world.pods('search')).find((each) => each.name === pod?.name);
    expect({ uid: now?.uid, node: now?.node }).toEqual({ uid: pod?.uid, node: name });
    expect((await world.attachments()).filter(({ node, attached }) => node === name && attached)).toHaveLength(1);
    const audit = (await world.audit()).slice(before.audited);
    expect(destructive(audit).filter(({ object }) => object.name === name || object.name === pod?.name)).toEqual([]);
    if (toldToEnd) return;
    expect(noExecutes(audit).filter(({ object }) => object.name === name)).toEqual([]);
    expect(now?.deleting).toBe(false);
  }

  /** The record, the Event and the metric say that a person has to look, and why. */
  async function needsHuman(name: string, why: string): Promise<void> {
    const fence = await fenceIn(world, name, 'NeedsHuman', 90_000);
    expect(fence.status?.reason).toBe('NotProved');
    expect(fence.status?.message).toContain(why);
    expect(fence.status?.evidence.class).toBe('none');
    expect(fence.status?.timeline.at(-1)).toMatchObject({ step: 'NeedsHuman', outcome: 'NotProved' });
    expect(await told(world, name, 'FencingNeedsHuman', why)).toContain('nothing was released');
    expect(await sample(controller as Controller, `evenkeel_fence_phase{node="${name}",phase="NeedsHuman"}`)).toBe(1);
  }

  /** A person looks at the machine, mends what is broken and lets it come back. */
  async function comeBack(...names: string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const open = await fenceIn(world, name, 'NeedsHuman');
        behave(name, {});
        if (world.machines.machine(name).power === 'off') void world.machines.machine(name).powerOn();
        else world.machines.machine(name).startKubelet();
        await until(`the record of ${name} ends as Recovered`, async () => (await world.fences(name)).some(({ metadata, status }) => metadata.name === open.metadata.name && status?.phase === 'Recovered'));
        await ready(world, name);
        expect(ourTaints(await world.node(name))).toEqual([]);
      }),
    );
  }

  /** The same deaths with devices that keep their word. */
  async function released(evidence: 'off' | 'rebooted', names: readonly string[], before: Before): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const fence = await until(`a new fence of ${name} has succeeded`, async () => (await world.fences(name)).find(({ metadata, status }) => status?.phase === 'Succeeded' && !before.fences.has(metadata.name)), 90_000);
        expect(fence.status?.evidence.class).toBe(evidence);
        const pod = before.pods.get(name);
        await until(`${pod?.name} is another pod`, async () => (await world.pods('search')).some((each) => each.name === pod?.name && each.uid !== pod.uid));
        expect(ourTaints(await world.node(name))).toEqual([]);
      }),
    );
  }

  describe('a device that says it is done, or says nothing', () => {
    const cases: { name: string; title: string; power?: PowerBehaviour; status?: StatusBehaviour; event: string; why: string; on: boolean }[] = [
      { name: 'worker-1', title: 'claims off, and the machine is on', power: { kind: 'lies' }, event: 'FencingClaimed', why: 'device off (claimed; status: on', on: true },
      { name: 'worker-2', title: 'never returns, and is killed at its limit', power: { kind: 'hangs' }, event: 'FencingTimedOut', why: 'device off (timedOut; status: on', on: true },
      { name: 'worker-3', title: 'cannot be asked for its status', status: 'hangs', event: 'FencingClaimed', why: 'device off (claimed; status: unknown', on: false },
      { name: 'worker-4', title: 'says that it failed', power: { kind: 'fails' }, event: 'FencingFailed', why: 'device off (failed; status: on', on: true },
    ];
    const names = cases.map(({ name }) => name);
    let before: Before;

    beforeAll(async () => {
      before = await look();
      await control({ action: 'off', timeout: '3s', within: '8s' });
      for (const { name, power, status } of cases) behave(name, { ...(power === undefined ? {} : { power }), ...(status === undefined ? {} : { status }) });
      names.forEach(stopKubelet);
    });

    it.each(cases)('$title: nothing is released, and a person is asked', async ({ name, event, why, on }) => {
      await needsHuman(name, why);
      await told(world, name, event);
      await nothingReleased(name, before);
      expect(commands(name)).toEqual(['off']);
      expect(world.machines.machine(name).power).toBe(on ? 'on' : 'off');
    });

    it('ends as Recovered when the nodes are back', async () => {
      await comeBack(...names);
      // A change is counted right after it is recorded.
      await until('all of them are counted', async () => (await sample(controller as Controller, 'evenkeel_fences_total{method="device",outcome="recovered"}')) === 4);
      expect(await sample(controller as Controller, 'evenkeel_fences_total{method="device",outcome="needs-human"}')).toBe(4);
    });

    it('releases all of them when the same device keeps its word', async () => {
      before = await look();
      names.forEach(stopKubelet);
      await released('off', names, before);
      for (const name of names) expect(commands(name)).toEqual(['off', 'off', 'on']);
    });
  });

  describe('a status that ends with exit code 2, the code for off, because it is broken', () => {
    const scripts = ['status-misses-openrc', 'status-syntax-error', 'status-usage-error'];
    let before: Before;
    let sent: Record<string, number>;

    beforeAll(async () => {
      before = await look();
      await control({ action: 'off', scripts, within: '4s' });
      sent = { 'worker-1': commands('worker-1').length, 'worker-2': commands('worker-2').length };
      behave('worker-1', { power: { kind: 'lies' } });
      for (const name of ['worker-1', 'worker-2']) stopKubelet(name);
    });

    it.each([
      ['worker-1', 'on, since the device lies as well', 'on'],
      ['worker-2', 'off, which nobody can tell', 'off'],
    ] as const)('is never believed: the machine of %s is %s', async (name, _title, power) => {
      await needsHuman(name, 'it printed no JSON line');
      await nothingReleased(name, before);
      expect(world.machines.machine(name).power).toBe(power);
    });

    it.each(scripts)('was tried with %s, and its reason is told', async (script) => {
      for (const name of ['worker-1', 'worker-2']) {
        const fence = (await world.fences(name)).find(({ status }) => status?.command?.method === script);
        expect(fence?.status?.timeline.at(-1)?.note).toMatch(/status: unknown, .*exit code 2/u);
      }
      await told(world, 'worker-1', script === scripts.at(-1) ? 'FencingNeedsHuman' : 'FencingNotProved', script);
    });

    it('sent one command for each attempt, and ends as Recovered', async () => {
      for (const name of ['worker-1', 'worker-2']) expect(commands(name).slice(sent[name])).toEqual(['off', 'off', 'off']);
      await comeBack('worker-1', 'worker-2');
    });
  });

  describe('a script whose child holds its output open', () => {
    let before: Before;

    beforeAll(async () => {
      before = await look();
      await control({ action: 'off', script: 'holds-stdout', within: '8s' });
      behave('worker-3', { power: { kind: 'lies' } });
      for (const name of ['worker-3', 'worker-4']) stopKubelet(name);
    });

    it('neither blocks nor proves anything when the device lies', async () => {
      await needsHuman('worker-3', 'holds-stdout off (claimed; status: on');
      await nothingReleased('worker-3', before);
      expect(world.machines.machine('worker-3').power).toBe('on');
    });

    it('is released without waiting for the child when the device keeps its word', async () => {
      await released('off', ['worker-4'], before);
      expect((await world.events('worker-4')).filter(({ note }) => note.includes('holds-stdout') && note.includes('killed'))).toEqual([]);
      await comeBack('worker-3');
    });
  });

  describe('a reboot that arrives late', () => {
    let before: Before;

    beforeAll(async () => {
      before = await look();
      await control({ action: 'reboot', within: '4s' });
      behave('worker-5', { power: { kind: 'late', by: milliseconds(16_000) } });
      for (const name of ['worker-5', 'worker-6']) stopKubelet(name);
      await until('the reboot of worker-5 is sent', () => commands('worker-5').includes('reboot'));
      // The second attempt, off, meets a device that does nothing at all.
      behave('worker-5', { power: { kind: 'lies' } });
    });

    it('is no proof in the meantime: a second attempt follows, then a person is asked', async () => {
      await needsHuman('worker-5', 'device off (claimed; status: on');
      await nothingReleased('worker-5', before, true);
      expect(await told(world, 'worker-5', 'FencingNotProved')).toContain('no proof within 4s after device reboot (claimed');
      expect(commands('worker-5')).toEqual(['reboot', 'off']);
    });

    it('ends as Recovered when it arrives after all', async () => {
      await until('the machine has rebooted', () => world.machines.machine('worker-5').kubelet === 'up', 30_000);
      await fenceIn(world, 'worker-5', 'Recovered');
      await ready(world, 'worker-5');
      expect(commands('worker-5')).toEqual(['reboot', 'off']);
    });

    it('is released when it arrives in time', async () => {
      await released('rebooted', ['worker-6'], before);
      expect(commands('worker-6')).toEqual(['reboot']);
    });

    it('that arrives after a later off was proved finds the taint gone again, and no second writer', async () => {
      before = await look();
      behave('worker-6', { power: { kind: 'lies' } });
      stopKubelet('worker-6');
      await until('the reboot is sent', () => commands('worker-6').length === 2);
      behave('worker-6', {});
      await until('the out-of-service taint stands', async () => ourTaints(await world.node('worker-6')).some(({ key }) => key === 'node.kubernetes.io/out-of-service'), 60_000);
      void world.machines.machine('worker-6').hardReset();
      await until('the out-of-service taint is gone', async () => ourTaints(await world.node('worker-6')).every(({ key }) => key !== 'node.kubernetes.io/out-of-service'), 15_000);
      await ready(world, 'worker-6');
      await until('its last fence has succeeded', async () => (await world.fences('worker-6')).filter(({ status }) => status?.phase === 'Succeeded').length === 2, 60_000);
      expect([...findCorruption(world.machines.disks)]).toEqual([]);
    });
  });

  it('never let two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
}
