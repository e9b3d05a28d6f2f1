import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMachines, type Machines } from '../../../src/embedded/machines/cluster.ts';
import { fileJournal } from '../../../src/embedded/machines/journal.ts';
import { blockStorage, provision } from '../../../src/embedded/machines/provision.ts';
import type { Api } from '../../../src/kube/api.ts';
import { realClock } from '../../../src/run/real-clock.ts';
import { type ControlPlane, kubelet, startControlPlane } from '../../control-plane/control-plane.ts';
import { configurationText } from '../../stories/configuration.ts';
import { looks } from '../../stories/looks.ts';
import { until } from '../../stories/until.ts';
import type { Controller, World, WorldOptions } from '../../stories/world.ts';
import { runCommand, startController } from './controller.ts';

export const namespace = 'evenkeel-system';

const manifests = join(import.meta.dirname, '../../../manifests');

/** A world on a real control plane, which a story may also reach directly. */
export interface RealWorld extends World {
  readonly plane: ControlPlane;
}

export async function startWorld(options: WorldOptions = {}): Promise<RealWorld> {
  const names = Array.from({ length: options.workers ?? 3 }, (_, index) => `worker-${index + 1}`);
  const plane = await startControlPlane({
    nodeMonitorGracePeriod: '3s',
    nodeMonitorPeriod: '500ms',
    nodes: names,
    ...(options.unreachableTolerationSeconds === undefined ? {} : { unreachableTolerationSeconds: options.unreachableTolerationSeconds }),
  });
  const admin = plane.api();
  await plane.kubectl('apply', '-k', join(manifests, 'overlays/cronjob'));
  if (options.mayDeleteNodes === true) await plane.kubectl('apply', '-k', join(manifests, 'overlays/delete-node'));
  await plane.kubectl('-n', namespace, 'patch', 'cronjob', 'evenkeel-rebalance', '--patch', '{"spec":{"suspend":true}}');
  // The controller under test is a process of this machine; pods of its Deployment would only be in the way.
  await plane.kubectl('-n', namespace, 'scale', 'deployment', '--all', '--replicas=0');
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-world-'));
  const machines = startMachines({
    clock: realClock,
    journal: fileJournal(join(directory, 'journal')),
    names,
    nodeApi: (name) => plane.api(kubelet(name)),
    attacherApi: admin,
    newID: randomUUID,
    timings: options.timings ?? {},
  });
  const world = worldOf({ plane, admin, machines, directory });
  await until('every worker is Ready', async () => (await Promise.all(names.map((name) => world.node(name).catch(() => undefined)))).every((node) => node?.ready === 'True'));
  for (const name of names) await world.label(name, { fencing: 'enabled' });
  await provision(admin, blockStorage(options.volumes ?? 3));
  return world;
}

interface Parts {
  readonly plane: ControlPlane;
  readonly admin: Api;
  readonly machines: Machines;
  readonly directory: string;
}

function worldOf(parts: Parts): RealWorld {
  const { plane, admin, machines, directory } = parts;
  const started: Controller[] = [];
  return {
    ...parts,
    async control(wishes = {}, server) {
      const identity = await plane.serviceAccount(namespace, 'evenkeel');
      const text = configurationText({ url: await machines.serve(), ...wishes });
      const controller = await startController({ text, kubeconfig: plane.kubeconfig(identity), directory, watched: plane.directory, ...(server === undefined ? {} : { server }), ...(wishes.onNode === undefined ? {} : { onNode: wishes.onNode }) });
      started.push(controller);
      return controller;
    },
    async check(wishes = {}) {
      const identity = await plane.serviceAccount(namespace, 'evenkeel');
      const config = join(directory, `check-${randomUUID()}.yaml`);
      await writeFile(config, configurationText({ url: await machines.serve(), ...wishes }));
      return runCommand(['check', '--config', config, '--kubeconfig', plane.kubeconfig(identity)], directory);
    },
    asNode: (name) => plane.api(kubelet(name)),
    async evenkeel(...args) {
      const identity = await plane.serviceAccount(namespace, 'evenkeel-rebalance');
      return runCommand([...args, '--kubeconfig', plane.kubeconfig(identity)], directory);
    },
    person: (name, ...args) => runCommand([...args, '--kubeconfig', plane.kubeconfig({ user: name })], directory),
    ...looks(admin),
    audit: () => plane.auditLog(),
    async stop() {
      await Promise.all(started.map((controller) => controller.kill('SIGKILL')));
      await machines.stop();
      await plane.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
