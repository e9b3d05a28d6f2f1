import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, instant, tick } from '../../src/model/time.ts';

/** The clock on the wall, for tests of real processes: a process cannot be told to hurry. */
export const realClock: Clock = {
  now: () => ({ wall: instant(Date.now()), tick: tick(performance.now()) }),
  async sleep(time, signal) {
    await wait(time, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};
