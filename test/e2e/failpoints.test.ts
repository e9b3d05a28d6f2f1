import { join } from 'node:path';
import { milliseconds } from '../../src/model/time.ts';
import { fileJournal } from '../../src/embedded/machines/journal.ts';
import { failpoints } from '../stories/failpoints.ts';
import type { MachineEntry } from '../stories/judges-power.ts';
import { startProxy } from './world/proxy.ts';
import { startWorld } from './world/world.ts';

failpoints(async () => {
  const world = await startWorld({ timings: { bootTime: milliseconds(300), leaseInterval: milliseconds(500) } });
  const journal = fileJournal(join(world.directory, 'journal'));
  return { world, between: await startProxy(world.plane), machineLog: () => journal.read('machines') as readonly MachineEntry[] };
});
