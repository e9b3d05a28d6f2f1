import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerAccount, startCluster, type Cluster } from '../../embedded/start.ts';
import { serveApi } from '../../embedded/http/serve.ts';
import { chanceFrom } from '../../embedded/time/seed.ts';
import { type Clock, milliseconds, seconds } from '../../model/time.ts';
import { tellingJournal } from '../records/journal.ts';
import type { Recorder } from '../records/recorder.ts';
import { workers } from '../story/scene.ts';
import { configurationText, policyText, times } from './configuration.ts';
import { type Controller, startController } from './controller.ts';
import { nodeFenceDefinition } from './definitions.ts';
import { layOutScripts, makeFolder } from './folder.ts';
import { writeKubeconfig } from './kubeconfig.ts';

export interface WorldParts {
  readonly clock: Clock;
  /** Where all chance of the cluster comes from. */
  readonly seed: number;
  readonly recorder: Recorder;
  /** PATH, for the processes that are started. */
  readonly path: string | undefined;
  /** Whether anybody on this machine may come in: kubectl sends no token over plain HTTP. */
  readonly open: boolean;
}

const administrator = 'kubernetes-admin';

/** A cluster that others reach over HTTP on 127.0.0.1, and the real controller at work on it. */
export interface World {
  readonly cluster: Cluster;
  readonly controller: Controller;
  readonly server: string;
  /** Where the fence device listens. */
  readonly device: string;
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
}

/** Starts everything on ports that are free. What was started is ended by `cleanup`, even when something else cannot start. */
export async function openWorld({ clock, seed, recorder, path, open }: WorldParts, cleanup: AsyncDisposableStack): Promise<World> {
  const folder = makeFolder();
  cleanup.defer(() => folder.remove());
  const chance = chanceFrom(seed);
  const cluster = startCluster({
    clock,
    chance,
    names: workers,
    journal: tellingJournal((happening) => recorder.record(happening)),
    definitions: [nodeFenceDefinition()],
    timings: { nodeMonitorGracePeriod: seconds(times.gracePeriod), nodeMonitorPeriod: milliseconds(500), attachVerifyPeriod: seconds(2) },
    machineTimings: { bootTime: milliseconds(1_500), writeInterval: milliseconds(200) },
  });
  cleanup.defer(() => cluster.stop());
  recorder.follow(cluster.server.store);
  const [robot, person] = [chance.of('controller token').newID(), chance.of('person token').newID()];
  const users = new Map([[robot, controllerAccount], [person, administrator]]);
  const api = await serveApi(cluster.server, { host: '127.0.0.1', port: 0, users, ...(open ? { anonymous: administrator } : {}) });
  cleanup.defer(() => api.close());
  const device = await cluster.machines.serve();
  const write = (name: string, text: string): string => {
    const file = join(folder.path, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const policyFile = write('policy.yaml', policyText);
  const config = write('evenkeel.yaml', configurationText({ scripts: layOutScripts(folder.path), device, policyFile }));
  const kubeconfig = writeKubeconfig(folder.path, 'kubeconfig', { url: api.url, token: person });
  const home = { directory: folder.path, path };
  const controller = startController({ config, kubeconfig: writeKubeconfig(folder.path, 'kubeconfig-evenkeel', { url: api.url, token: robot }), home, clock });
  cleanup.defer(() => controller.stop());
  return { cluster, controller, server: api.url, device, kubeconfig };
}
