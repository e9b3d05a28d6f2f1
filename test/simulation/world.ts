import { readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Machines, startMachines } from '../../src/embedded/machines/cluster.ts';
import { type Journal, memoryJournal } from '../../src/embedded/machines/journal.ts';
import { blockStorage, provision } from '../../src/embedded/machines/provision.ts';
import { embeddedApi } from '../../src/embedded/api-server/api.ts';
import type { EmbeddedServer } from '../../src/embedded/api-server/server.ts';
import { type ControlPlane, startControlPlane } from '../../src/embedded/control-plane.ts';
import type { Timings } from '../../src/embedded/controllers/timings.ts';
import { chanceFrom, type Chance } from '../../src/embedded/time/seed.ts';
import { type VirtualClock, virtualClock } from '../../src/embedded/time/virtual-clock.ts';
import type { Api } from '../../src/kube/api.ts';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import { parseNode } from '../../src/kube/records/node.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../../src/model/time.ts';
import { configurationText } from '../stories/configuration.ts';
import { looks } from '../stories/looks.ts';
import { tellIn, until } from '../stories/until.ts';
import type { Controller, World, WorldOptions } from '../stories/world.ts';
import { type Audit, auditWith } from './audit.ts';
import { between, type EmbeddedBetween } from './between.ts';
import { runCommand, startProcess, type Surroundings } from './process.ts';
import { programs } from './programs.ts';
import { withReviews } from './reviews.ts';

export interface EmbeddedWorldOptions extends WorldOptions {
  readonly seed?: number;
  /** A clock that several worlds share. */
  readonly clock?: VirtualClock;
  /** Of the controllers; short ones when absent. */
  readonly controllers?: Partial<Timings>;
  /** How often a story looks whether what it waits for is there; 20 ms, since some of it does not last longer. */
  readonly lookEvery?: Duration;
  /** False: nothing is written down of what is asked, for worlds too large for that. */
  readonly audited?: boolean;
}

/** A world on the embedded cluster, in virtual time, in this process. */
export interface EmbeddedWorld extends World {
  readonly clock: VirtualClock;
  readonly plane: ControlPlane;
  readonly journal: Journal;
  /** Puts something between the API server and the controllers that are given its url. */
  between(userAgent: string): EmbeddedBetween;
  /** Starts `evenkeel run` with a configuration of one's own; `url` of the device is http://device. */
  run(configuration: string): Controller;
}

const system = 'evenkeel-system';
const account = (name: string): string => `system:serviceaccount:${system}:${name}`;
const definition = parse(readFileSync(join(import.meta.dirname, '../../manifests/base/crd.yaml'), 'utf8')) as object;

/** As short as those of the real control plane of the stories (test/control-plane/flags.ts). */
const shortTimings: Partial<Timings> = {
  nodeMonitorPeriod: seconds(0.5),
  nodeMonitorGracePeriod: seconds(3),
  nodeStartupGracePeriod: seconds(10),
  nodeEvictionRate: 100,
  secondaryNodeEvictionRate: 100,
  attachVerifyPeriod: seconds(2),
};

export async function startEmbeddedWorld(options: EmbeddedWorldOptions = {}): Promise<EmbeddedWorld> {
  const { clock = virtualClock(), seed = 1, unreachableTolerationSeconds: tolerationSeconds } = options;
  tellIn({ now: () => clock.now(), sleep: (time, signal) => clock.during(clock.sleep(time, signal)) }, options.lookEvery ?? milliseconds(20));
  const chance = chanceFrom(seed);
  const audit = auditWith(clock);
  const plane = startControlPlane({ clock, chance: chance.of('control plane'), timings: options.controllers ?? shortTimings, definitions: [definition], ...(options.audited === false ? {} : { between: audit.watched }), ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) });
  const server = (userAgent: string): EmbeddedServer => (options.audited === false ? plane.server : audit.heard(plane.server, userAgent));
  const admin = embeddedApi(server('story'), { user: 'admin', clock });
  await applyManifests(admin);
  const names = Array.from({ length: options.workers ?? 3 }, (_, index) => `worker-${index + 1}`);
  const journal = memoryJournal();
  const identifiers = chance.of('machines');
  const machines = startMachines({
    clock,
    journal,
    names,
    nodeApi: (name) => embeddedApi(server('kubelet'), { user: `system:node:${name}`, clock }),
    attacherApi: admin,
    newID: () => identifiers.newID(),
    timings: options.timings ?? {},
  });
  const world = worldOf({ options, clock, chance, audit, plane, server, admin, machines, journal, directory: mkdtempSync(join(tmpdir(), 'evenkeel-world-')) });
  await until('every worker is Ready', async () => (await readyNodes(admin)) === names.length);
  for (const name of names) await world.label(name, { fencing: 'enabled' });
  await provision(admin, blockStorage(options.volumes ?? 3));
  return world;
}

async function readyNodes(admin: Api): Promise<number> {
  const { items } = await admin.call<{ items: readonly unknown[] }>({ verb: 'GET', path: collectionPath(resources.nodes) });
  return items.filter((item) => parseNode(item).ready === 'True').length;
}

/** What of manifests/base a cluster without authorization and admission policies takes notice of. */
async function applyManifests(admin: Api): Promise<void> {
  await provision(admin, [
    { resource: resources.namespaces, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: system } } },
    { resource: resources.leases, namespace: system, body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'evenkeel-pause' } } },
  ]);
}

interface Parts {
  readonly options: EmbeddedWorldOptions;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly audit: Audit;
  readonly plane: ControlPlane;
  /** The API server, for those who say that they are this program. */
  server(userAgent: string): EmbeddedServer;
  readonly admin: Api;
  readonly machines: Machines;
  readonly journal: Journal;
  readonly directory: string;
}

/** Where the device of these machines is: nobody connects there, since programs speak to it directly. */
const url = 'http://device';

function worldOf(parts: Parts): EmbeddedWorld {
  const { options, clock, chance, audit, plane, server, admin, machines, directory } = parts;
  const started: Controller[] = [];
  let serial = 0;
  const ways = new Map<string, EmbeddedBetween>();
  const as = (user: string, name = user, address?: string): Surroundings => {
    const way = ways.get(address ?? '');
    return {
      clock,
      chance: chance.of(name),
      name,
      connect(own: Clock) {
        const api = withReviews(embeddedApi(server(way?.userAgent ?? 'evenkeel'), { user, clock: own }), { user, mayDeleteNodes: options.mayDeleteNodes === true });
        return way === undefined ? api : way.through(api);
      },
      execute: (killParent) => programs({ device: machines.device, clock, killParent }),
    };
  };
  const start = (text: string, address?: string, environment: Readonly<Record<string, string>> = {}): Controller => {
    serial += 1;
    const controller = startProcess({ ...as(account('evenkeel'), `evenkeel-${serial}`, address), environment }, { directory, text });
    started.push(controller);
    return controller;
  };
  const run = (user: string, args: readonly string[]): ReturnType<World['evenkeel']> => runCommand(as(user, `${user} ${(serial += 1)}`), args);
  return {
    ...parts,
    run: (configuration) => start(configuration),
    between(userAgent) {
      const way = between(userAgent, clock);
      ways.set(way.url, way);
      return way;
    },
    control: ({ onNode, ...wishes } = {}, address) => Promise.resolve(start(configurationText({ url, ...wishes }), address, onNode === undefined ? {} : { NODE_NAME: onNode })),
    async check(wishes = {}) {
      const config = join(directory, `check-${(serial += 1)}.yaml`);
      writeFileSync(config, configurationText({ url, ...wishes }));
      return run(account('evenkeel'), ['check', '--config', config]);
    },
    asNode: (name) => embeddedApi(server('story'), { user: `system:node:${name}`, clock }),
    evenkeel: (...args) => run(account('evenkeel-rebalance'), args),
    person: (name, ...args) => run(name, args),
    ...looks(admin),
    audit: () => Promise.resolve([...audit.entries]),
    async stop() {
      for (const controller of started) await controller.kill('SIGKILL');
      await clock.during(Promise.all([machines.stop(), plane.stop()]));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
