import { virtualClock } from '../../src/embedded/time/virtual-clock.ts';
import { milliseconds } from '../../src/model/time.ts';
import { frozenLeader } from '../stories/frozen-leader.ts';
import type { MachineEntry } from '../stories/judges-power.ts';
import { startEmbeddedWorld } from './world.ts';

// Both clusters live in one time.
const clock = virtualClock();

frozenLeader(async () => {
  const world = await startEmbeddedWorld({ clock, lookEvery: milliseconds(100), timings: { bootTime: milliseconds(300), leaseInterval: milliseconds(500) } });
  return { world, between: (userAgent) => Promise.resolve(world.between(userAgent)), machineLog: () => world.journal.read('machines') as readonly MachineEntry[] };
});
