import type { Clock, Duration } from '../model/time.ts';

/** Lets many small changes wake one loop once. */
export interface ChangeSignal {
  changed(): void;
  next(limit: Duration): Promise<void>;
}

export function changeSignal(clock: Clock): ChangeSignal {
  let waiting: (() => void)[] = [];
  return {
    changed() {
      const wake = waiting;
      waiting = [];
      for (const each of wake) each();
    },
    async next(limit) {
      const timer = new AbortController();
      await Promise.race([new Promise<void>((resolve) => void waiting.push(resolve)), clock.sleep(limit, timer.signal)]);
      // A reason of its own: without one, each abort makes an exception with its stack.
      timer.abort('no longer waited for');
    },
  };
}
