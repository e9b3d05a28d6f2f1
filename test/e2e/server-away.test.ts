import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { findCorruption } from '../../src/embedded/machines/two-writers.ts';
import { ourTaints } from '../stories/judges.ts';
import { type Supervisor, supervise } from '../stories/supervisor.ts';
import { pass, until } from '../stories/until.ts';
import { type RealWorld, startWorld } from './world/world.ts';

/** The API server goes away in the middle of a fence, longer than a Lease lasts, and comes back (spec/faults.md, rows 39 and 40). */
let world: RealWorld;
let controllers: Supervisor;
const over = new AbortController();

beforeAll(async () => {
  world = await startWorld();
  void keepRunning(over.signal);
  await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
  await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
  // Whoever loses the Lease ends; its token for the next start comes from the API server, too.
  controllers = await supervise(() => until('the controller is started', () => world.control({ action: 'off' }).catch(() => false as const), 60_000));
  await until('the controller leads', () => controllers.current().leads());
});

afterAll(async () => {
  over.abort();
  await controllers?.stop();
  await world?.stop();
});

/** These two end some time after they have lost the server; a kubelet would start their containers again. */
async function keepRunning(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const name of ['kube-controller-manager', 'kube-scheduler'] as const) {
      if (!signal.aborted && world.plane.isRunning('kube-apiserver') && !world.plane.isRunning(name)) await world.plane.start(name).catch(() => undefined);
    }
    await pass(500);
  }
}

/** Longer than the leader's Lease and than the time after which a silent node is NotReady. */
const away = 8_000;

async function serverAway(): Promise<void> {
  await world.plane.stop('kube-apiserver');
  await pass(away);
  await world.plane.start('kube-apiserver');
}

const moments = [
  {
    title: 'between the command and the release',
    comes: (victim: string) => until('the command is sent', () => world.machines.device.powerCommands(victim).length > 0, 90_000),
  },
  {
    title: 'between the taint and its removal',
    comes: (victim: string) => until('the node is tainted out of service', async () => ourTaints(await world.node(victim)).some((taint) => JSON.stringify(taint).includes('out-of-service')), 90_000),
  },
];

describe.each(moments)('an API server that is away $title', ({ comes }) => {
  it('costs time, and neither a second command nor a taint that stays', async () => {
    const before = await until('the pod runs', async () => (await world.pods('search')).find(({ name, ready }) => name === 'elasticsearch-0' && ready), 90_000);
    const victim = before.node;
    const sent = world.machines.device.powerCommands(victim).length;
    world.machines.machine(victim).stopKubelet();
    await comes(victim);
    await serverAway();
    await until('the pod runs elsewhere', async () => (await world.pods('search')).some(({ name, uid, ready }) => name === 'elasticsearch-0' && uid !== before.uid && ready), 200_000);
    await until('the fence has succeeded', async () => (await world.fences(victim)).some(({ status }) => status?.phase === 'Succeeded'), 200_000);
    expect(world.machines.device.powerCommands(victim).slice(sent).map(({ command }) => command)).toEqual(['off', 'on']);
    expect(ourTaints(await world.node(victim))).toEqual([]);
  });

  it('lets no other node be fenced for its silence', async () => {
    const commanded = (await world.fences()).filter(({ status }) => status?.command !== undefined);
    expect(commanded.map(({ status }) => status?.phase)).toEqual(commanded.map(() => 'Succeeded'));
  });

  it('lets no two writers meet on a disk', () => {
    expect([...findCorruption(world.machines.disks)]).toEqual([]);
    expect(world.machines.complaints.filter((line) => line.includes('DEFECT'))).toEqual([]);
  });
});
