import { join } from 'node:path';
import { fileJournal } from '../../src/embedded/machines/journal.ts';
import { milliseconds } from '../../src/model/time.ts';
import { frozenLeader } from '../stories/frozen-leader.ts';
import type { MachineEntry } from '../stories/judges-power.ts';
import { startProxy } from './world/proxy.ts';
import { startWorld } from './world/world.ts';

frozenLeader(async () => {
  const world = await startWorld({ timings: { bootTime: milliseconds(300), leaseInterval: milliseconds(500) } });
  const journal = fileJournal(join(world.directory, 'journal'));
  return { world, between: (userAgent) => startProxy(world.plane, userAgent), machineLog: () => journal.read('machines') as readonly MachineEntry[] };
});
