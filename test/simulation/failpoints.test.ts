import { virtualClock } from '../../src/embedded/time/virtual-clock.ts';
import { milliseconds } from '../../src/model/time.ts';
import { failpoints } from '../stories/failpoints.ts';
import type { MachineEntry } from '../stories/judges-power.ts';
import { startEmbeddedWorld } from './world.ts';

// Both clusters live in one time.
const clock = virtualClock();

failpoints(async () => {
  const world = await startEmbeddedWorld({ clock, lookEvery: milliseconds(100), timings: { bootTime: milliseconds(300), leaseInterval: milliseconds(500) } });
  return { world, between: world.between('controller'), machineLog: () => world.journal.read('machines') as readonly MachineEntry[] };
});
