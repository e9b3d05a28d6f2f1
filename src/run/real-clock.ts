import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, instant, tick } from '../model/time.ts';

/** The clocks of this machine. Made in `main.ts` and by tests of real processes, nowhere else. */
export const realClock: Clock = {
  now: () => ({ wall: instant(Date.now()), tick: tick(performance.now()) }),
  async sleep(time, signal) {
    try {
      // A moment that has just passed is now; Node warns of less.
      await wait(Math.max(0, time), undefined, signal === undefined ? {} : { signal });
    } catch {
      // Aborted: whoever aborted knows.
    }
  },
};
