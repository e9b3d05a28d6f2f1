import { type Clock, type Duration, type Now, type Tick, instant, tick, tickAfter } from '../../src/model/time.ts';

export interface FakeClock extends Clock {
  /** Moves both clocks on and wakes every sleeper on the way, in order, each at its own moment. */
  advance(time: Duration): Promise<void>;
  /** Time passes while the process is frozen or its event loop blocked: whoever was due wakes at the next `advance` only. */
  block(time: Duration): void;
  /** Sets the wall clock forward or back; the monotonic one does not notice. */
  jumpWall(time: Duration): void;
  /** How many are asleep: a test waits for the code under test to have gone to sleep before it advances. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: Tick;
  wake(): void;
}

/** A clock that stands still until told. Starts at 2026-01-01 with an odd tick, so that nobody mistakes one for the other. */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let wall = instant(start);
  let monotonic = tick(5_000);
  const asleep = new Set<Sleeper>();
  const moveTo = (to: Tick): void => {
    wall = instant(wall + Math.max(0, to - monotonic));
    monotonic = tick(Math.max(monotonic, to));
  };
  return {
    now: (): Now => ({ wall, tick: monotonic }),
    sleep: (time, signal) => fallAsleep(asleep, tickAfter(monotonic, time), signal),
    block: (time) => moveTo(tickAfter(monotonic, time)),
    jumpWall: (time) => {
      wall = instant(wall + time);
    },
    async advance(time) {
      const target = tickAfter(monotonic, time);
      for (let next = earliest(asleep, target); next !== undefined; next = earliest(asleep, target)) {
        moveTo(next.due);
        asleep.delete(next);
        next.wake();
        await turn();
      }
      moveTo(target);
      await turn();
    },
    get sleepers() {
      return asleep.size;
    },
  };
}

function fallAsleep(asleep: Set<Sleeper>, due: Tick, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      asleep.delete(sleeper);
      // A long run sleeps very often with the same signal.
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const sleeper: Sleeper = { due, wake };
    asleep.add(sleeper);
    signal?.addEventListener('abort', wake, { once: true });
  });
}

function earliest(asleep: Set<Sleeper>, until: Tick): Sleeper | undefined {
  return [...asleep].filter(({ due }) => due <= until).sort((left, right) => left.due - right.due)[0];
}

/** One turn of the event loop, so that whoever woke can run and go to sleep again. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
