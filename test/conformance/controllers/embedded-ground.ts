import { embeddedApi } from '../../../src/embedded/api-server/api.ts';
import { createServer } from '../../../src/embedded/api-server/create.ts';
import { builtInKinds } from '../../../src/embedded/api-server/kinds/index.ts';
import { runControllers } from '../../../src/embedded/controllers/index.ts';
import { realTimings } from '../../../src/embedded/controllers/timings.ts';
import { startMachines } from '../../../src/embedded/machines/cluster.ts';
import { memoryJournal } from '../../../src/embedded/machines/journal.ts';
import { scheduler } from '../../../src/embedded/scheduler/scheduler.ts';
import { resources } from '../../../src/kube/paths.ts';
import { milliseconds, seconds } from '../../../src/model/time.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { Random } from '../generate/random.ts';
import type { Ground, GroundWishes } from './ground.ts';
import { machineTimings } from './real-ground.ts';

/** The whole embedded control plane in virtual time, with the same machines. */
export async function embeddedGround({ nodes, gracePeriod, monitorPeriod }: GroundWishes): Promise<Ground> {
  const clock = fakeClock();
  const random = new Random(7);
  let count = 0;
  const newID = (): string => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
  const server = createServer({ clock, newID, random: () => random.next(), kinds: builtInKinds() });
  for (const name of ['default', 'kube-system', 'kube-node-lease']) server.store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const halt = new AbortController();
  const parts = { store: server.store, clock, random: () => random.next(), complain: () => undefined };
  const timings = { ...realTimings, nodeMonitorGracePeriod: gracePeriod, nodeMonitorPeriod: monitorPeriod, nodeStartupGracePeriod: seconds(10), nodeEvictionRate: 100, secondaryNodeEvictionRate: 100 };
  const running = [runControllers(parts, timings, halt.signal), scheduler(timings)(parts, halt.signal)];
  const api = (user: string): ReturnType<typeof embeddedApi> => embeddedApi(server, { user, clock });
  const machines = startMachines({ clock, newID, journal: memoryJournal(), names: nodes, nodeApi: (name) => api(`system:node:${name}`), attacherApi: api('attacher'), timings: machineTimings });
  return {
    name: 'the embedded controllers',
    api: api('admin'),
    machines,
    clock,
    async sleep(time) {
      await clock.advance(milliseconds(0));
      await clock.advance(time);
    },
    async stop() {
      await machines.stop();
      halt.abort();
      await Promise.all(running);
      server.close();
    },
  };
}
