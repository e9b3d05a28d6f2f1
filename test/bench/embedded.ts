import { stringify } from 'yaml';
import { deployment, provision, type Provision, statefulSet } from '../../src/embedded/machines/provision.ts';
import { realTimings } from '../../src/embedded/controllers/timings.ts';
import { hours, minutes, seconds } from '../../src/model/time.ts';
import { type EmbeddedWorld, startEmbeddedWorld } from '../simulation/world.ts';
import { pass, until } from '../stories/until.ts';

/*
 * What virtual time costs: an hour of 200 nodes and 6,000 pods with the timings of Kubernetes, one of whose nodes dies and is
 * fenced by the real controller; then the story of a lost power supply again and again.
 *
 *   npm run bench:embedded [-- --nodes N] [-- --runs N]
 */

const option = (name: string, usual: number): number => Number(process.argv[process.argv.indexOf(name) + 1] ?? Number.NaN) || usual;
const nodes = option('--nodes', 200);
const runs = option('--runs', 20);

/** 30 pods per node: one of a DaemonSet, some StatefulSets with a volume each, and Deployments. */
function workloads(): readonly Provision[] {
  const labels = { app: 'agent' };
  const agent = { metadata: { labels }, spec: { automountServiceAccountToken: false, tolerations: [{ operator: 'Exists' }], containers: [{ name: 'main', image: 'evenkeel.dev/agent:1' }] } };
  const sets = Math.ceil(nodes / 10);
  const stateful = sets * 5;
  const left = nodes * 29 - stateful;
  const size = 100;
  return [
    ...statefulSets(sets),
    ...Array.from({ length: Math.ceil(left / size) }, (_, index) => deployment({ namespace: 'web', name: `web-${index}`, replicas: Math.min(size, left - index * size) })).flat(),
    { resource: { group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true }, namespace: 'web', body: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' }, spec: { selector: { matchLabels: labels }, template: agent } } },
  ];
}

const statefulSets = (count: number): readonly Provision[] => Array.from({ length: count }, (_, index) => statefulSet({ namespace: 'data', name: `db-${index}`, replicas: 5 })).flat();

const configuration = stringify({
  apiVersion: 'evenkeel.dev/v1alpha1',
  kind: 'Configuration',
  clusterName: 'bench',
  server: { address: '127.0.0.1:0' },
  fencing: {
    triggers: [{ condition: 'Ready', status: 'Unknown', for: '60s' }],
    scripts: { directories: [new URL('../e2e/fence-scripts', import.meta.url).pathname], allowed: ['device'] },
    methods: [{ name: 'device', script: 'device', action: 'off', parameters: { url: 'http://device' } }],
  },
});

async function oneHour(): Promise<void> {
  const world = await startEmbeddedWorld({ workers: nodes, volumes: Math.ceil(nodes / 10) * 5, audited: false, controllers: realTimings, timings: { bootTime: seconds(30), writeInterval: minutes(1), leaseInterval: seconds(10), statusInterval: seconds(60) } });
  await provision(world.admin, workloads());
  await until('all pods run', async () => (await running(world)) === nodes * 30, 600_000);
  const built = stage(world, `to build a cluster of ${nodes} nodes and ${nodes * 30} pods`, { wakes: 0, changes: 0, wall: 0, processor: 0 });
  const controller = world.run(configuration);
  const start = world.clock.now().tick;
  await until('the controller leads', () => controller.leads());
  await pass(minutes(10));
  const victim = (await world.pods('data')).find(({ name }) => name === 'db-0-0')?.node ?? '';
  world.machines.machine(victim).powerOff();
  await until('the dead node is fenced, and back', async () => (await world.fences(victim)).some(({ status }) => status?.phase === 'Succeeded'), hours(1));
  const fenced = `${victim} died after 10 minutes and was back ${((world.clock.now().tick - start) / 60_000 - 10).toFixed(1)} minutes later`;
  await pass(start + hours(1) - world.clock.now().tick);
  stage(world, `for an hour of it (${fenced})`, built);
  process.stdout.write(`peak memory: ${peakMemory()} MiB\n\n`);
  await world.stop();
}

interface Reading {
  readonly wakes: number;
  readonly changes: number;
  /** Seconds since the start of this process, by the clock on the wall and by the processor. */
  readonly wall: number;
  readonly processor: number;
}

function stage(world: EmbeddedWorld, what: string, before: Reading): Reading {
  const { user, system } = process.cpuUsage();
  const now = { wakes: world.clock.wakes, changes: changesIn(world), wall: performance.now() / 1_000, processor: (user + system) / 1_000_000 };
  const spent = (key: keyof Reading, digits = 0): string => (now[key] - before[key]).toFixed(digits);
  process.stdout.write(`${spent('wall', 1)} s (processor: ${spent('processor', 1)} s) ${what}: ${spent('wakes')} wake-ups, ${spent('changes')} changes of objects\n`);
  return now;
}

async function running(world: EmbeddedWorld): Promise<number> {
  const pods = [...(await world.pods('web')), ...(await world.pods('data'))];
  return pods.filter(({ ready }) => ready).length;
}

/** Each change of an object has a version of its own. */
const changesIn = (world: EmbeddedWorld): number => {
  const answer = world.plane.server.handle({ method: 'GET', path: '/api/v1/namespaces', query: new URLSearchParams(), contentType: undefined, accept: undefined, body: undefined, user: 'bench' });
  return answer.kind === 'object' ? Number((answer.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion) : 0;
};

async function oneDeath(seed: number): Promise<number> {
  const world = await startEmbeddedWorld({ seed });
  await provision(world.admin, statefulSet({ namespace: 'search', name: 'elasticsearch', replicas: 2 }));
  await until('both replicas run', async () => (await world.pods('search')).filter(({ ready }) => ready).length === 2);
  const controller = await world.control({ action: 'off' });
  await until('the controller leads', () => controller.leads());
  const victim = (await world.pods('search'))[0]?.node ?? '';
  world.machines.machine(victim).powerOff();
  await until('the node is back', async () => (await world.fences(victim)).some(({ status }) => status?.phase === 'Succeeded'));
  const lasted = world.clock.now().tick;
  await world.stop();
  return lasted;
}

async function manyDeaths(): Promise<void> {
  await oneDeath(0);
  const begun = performance.now();
  let virtual = 0;
  for (let seed = 1; seed <= runs; seed += 1) virtual += await oneDeath(seed);
  const took = (performance.now() - begun) / 1_000;
  process.stdout.write(`a node that loses its power and comes back, ${runs} times: ${(runs / took).toFixed(1)} runs/s, each ${(virtual / runs / 1_000).toFixed(0)} s of virtual time\n`);
}

const peakMemory = (): string => (process.resourceUsage().maxRSS / 1_024).toFixed(0);

if (nodes > 0) await oneHour();
await manyDeaths();
