import { type Clock, type Duration, type Instant, instant, milliseconds, type Now, tick } from '../../model/time.ts';
import { type Sleeper, type SleepersByTime, sleepersByTime } from './sleepers.ts';

/**
 * A clock for a whole cluster in one process: time stands still while anybody still has something to do, and then jumps to
 * the next moment at which somebody wants to be woken. It passes only while somebody waits for it with `during` or `run`, so
 * that what happens depends on nothing but who went to sleep in which order.
 */
export interface VirtualClock extends Clock {
  /** Lets time pass until `work` has settled, and gives what it gives. Several may wait at once. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Lets `time` pass; whoever is due within it has been woken. */
  advance(time: Duration): Promise<void>;
  /** Sets the wall clock forward or back; the monotonic one does not notice. */
  jumpWall(time: Duration): void;
  /** How many are asleep now. */
  readonly sleepers: number;
  /** How many have been woken by time, all in all. */
  readonly wakes: number;
}

/** 2026-01-01T00:00:00Z. */
const usualStart = instant(1_767_225_600_000);

/** An odd tick, so that nobody mistakes one clock for the other. */
const firstTick = 5_003;

/**
 * Makes a clock that stands at `start`. Time goes in whole milliseconds, and every sleep takes one at least, like a timer of
 * Node: a loop that sleeps for nothing must not stop the world.
 */
export function virtualClock(start: Instant = usualStart): VirtualClock {
  const asleep = sleepersByTime();
  const time = { now: firstTick, offset: start - firstTick, wakes: 0 };
  const pump = makePump(asleep, (sleeper) => {
    time.now = sleeper.due;
    time.wakes += 1;
    sleeper.wake();
  });
  const sleep = (length: Duration, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted === true) return Promise.resolve();
    const slept = asleep.add(time.now + Math.max(1, Math.ceil(length)), signal);
    pump.nudge();
    return slept;
  };
  const during = async <T>(work: Promise<T>): Promise<T> => {
    pump.start();
    try {
      return await work;
    } finally {
      pump.stop();
      await rest();
    }
  };
  return {
    now: (): Now => ({ wall: instant(time.now + time.offset), tick: tick(time.now) }),
    sleep,
    during,
    run: (signal) => during(aborted(signal)),
    advance: (length) => during(sleep(milliseconds(length))),
    jumpWall: (length) => void (time.offset += length),
    get sleepers() {
      return asleep.count;
    },
    get wakes() {
      return time.wakes;
    },
  };
}

interface Pump {
  start(): void;
  stop(): void;
  /** Somebody has gone to sleep: perhaps the first one. */
  nudge(): void;
}

/** Moves on to the next moment each time the event loop has come to rest, for as long as there are more starts than stops. */
function makePump(asleep: SleepersByTime, wake: (sleeper: Sleeper) => void): Pump {
  const state = { wanted: 0, running: false };
  const work = async (): Promise<void> => {
    state.running = true;
    await rest();
    while (state.wanted > 0 && asleep.count > 0) {
      // All of one moment are woken together, in the order in which they went to sleep.
      for (const sleeper of asleep.takeEarliest()) wake(sleeper);
      await rest();
    }
    state.running = false;
  };
  const nudge = (): void => {
    if (!state.running && state.wanted > 0 && asleep.count > 0) void work();
  };
  return {
    nudge,
    start() {
      state.wanted += 1;
      nudge();
    },
    stop() {
      state.wanted -= 1;
    },
  };
}

/**
 * Until the event loop has come to rest: the next tick comes when no microtask is left, and by the turn after it whatever was
 * put off to a turn of its own has been done, too. Nothing in this process waits for a disk or a network.
 */
const rest = (): Promise<void> =>
  new Promise((resolve) => {
    // oxlint-disable-next-line no-restricted-globals -- the one place where virtual time meets the event loop
    process.nextTick(() => setImmediate(resolve));
  });

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
