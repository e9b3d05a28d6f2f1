import { provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { objectPath, resources } from '../../src/kube/paths.ts';
import { parseRfc3339 } from '../../src/model/time.ts';
import { startWorld } from '../e2e/world/world.ts';
import { until } from '../stories/until.ts';
import type { World } from '../stories/world.ts';

/*
 * The same volume on the same dead machine, three ways, each on a real control plane of its own at the same time: seconds
 * from the proof (evenkeel) or from the operator's act to the volume attached elsewhere.
 *
 *   npm run bench:recovery [-- --rounds N] [-- --only evenkeel]
 */

const limit = 8 * 60_000;

interface Way {
  readonly name: string;
  /** Does what this way does once the node is NotReady; returns the moment that counts as its act, in wall-clock milliseconds. */
  act(world: World, victim: string): Promise<number>;
}

const ways: readonly Way[] = [
  {
    name: 'evenkeel (from the proof)',
    async act(world, victim) {
      const fence = await until('the proof is stored', async () => (await world.fences(victim)).find(({ status }) => status?.evidence.class === 'off'), 120_000);
      const proof = fence.status?.timeline.find(({ step }) => step === 'Proved');
      // The record has whole seconds: the Event of the same step has the fraction.
      const event = await until('its Event is written', async () => (await microTime(world, victim, 'FencingVerified')) ?? false).catch(() => undefined);
      return event ?? parseRfc3339(proof?.time) ?? Date.now();
    },
  },
  {
    name: 'force-deleting the pod only',
    async act(world) {
      const at = Date.now();
      await world.admin.call({ verb: 'DELETE', path: objectPath(resources.pods, { namespace: 'search', name: 'elasticsearch-0' }), body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 } });
      return at;
    },
  },
  {
    name: 'deleting the Node object',
    async act(world, victim) {
      const at = Date.now();
      await world.admin.call({ verb: 'DELETE', path: objectPath(resources.nodes, { name: victim }) });
      return at;
    },
  },
];

async function microTime(world: World, node: string, reason: string): Promise<number | undefined> {
  const { items } = await world.admin.call<{ items: { involvedObject: { name: string }; reason: string; eventTime?: string }[] }>({ verb: 'GET', path: '/api/v1/namespaces/default/events' });
  const found = items.find(({ involvedObject, reason: is }) => involvedObject.name === node && is === reason)?.eventTime;
  return found === undefined ? undefined : Date.parse(found);
}

async function measure(way: Way): Promise<{ seconds: number | undefined; fromDeath: number | undefined }> {
  const world = await startWorld({ workers: 3 });
  try {
    await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
    const before = await until('both replicas run', async () => {
      const pods = await world.pods('search');
      return pods.filter(({ ready }) => ready).length === 2 && pods.find(({ name }) => name === 'elasticsearch-0');
    });
    const victim = before.node;
    const held = await until('its volume is attached', async () => (await world.attachments()).find(({ node, attached }) => node === victim && attached));
    if (way === ways[0]) {
      const controller = await world.control({ action: 'off', powerOn: false });
      await until('the controller leads', () => controller.leads());
    }
    const died = Date.now();
    world.machines.machine(victim).powerOff();
    await until('the node is NotReady', async () => (await world.node(victim)).ready === 'Unknown');
    say(`${way.name}: the node is NotReady, now acting`);
    const attached = until('the volume is attached elsewhere', async () => (await world.attachments()).some(({ node, volume, attached: is }) => volume === held.volume && node !== victim && is) && Date.now(), limit).catch(() => undefined);
    const act = await way.act(world, victim);
    const end = await attached;
    say(`${way.name}: ${end === undefined ? `not within ${limit / 60_000} minutes` : `attached elsewhere after ${((end - act) / 1_000).toFixed(1)} s`}`);
    return { seconds: end === undefined ? undefined : (end - act) / 1_000, fromDeath: end === undefined ? undefined : (end - died) / 1_000 };
  } finally {
    await world.stop();
  }
}

const started = performance.now();
function say(text: string): void {
  process.stderr.write(`[${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s] ${text}\n`);
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const chosen = ways.filter(({ name }) => only === undefined || name.includes(only));
say(`${chosen.length} clusters side by side; the slow ways take up to ${limit / 60_000} minutes`);
const results = await Promise.all(chosen.map(async (way) => ({ way: way.name, ...(await measure(way)) })));
const base = results[0]?.seconds;
const cell = (value: number | undefined): string => (value === undefined ? `> ${limit / 1_000}` : value.toFixed(1));
process.stdout.write('\nway                              s to attached elsewhere   ratio   s from the death of the machine\n');
for (const { way, seconds, fromDeath } of results) {
  const ratio = seconds === undefined || base === undefined ? '' : `${(seconds / base).toFixed(0)}×`;
  process.stdout.write(`${way.padEnd(32)} ${cell(seconds).padStart(24)} ${ratio.padStart(7)} ${cell(fromDeath).padStart(33)}\n`);
}
process.stdout.write('\nShort times of this bench (3 s grace, 2 s threshold) stand in for 50 s and 60 s; the 6-minute and 40-second rules of Kubernetes are real.\n');
process.exit(0);
