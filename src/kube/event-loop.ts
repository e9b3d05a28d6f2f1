import { type Clock, elapsed, milliseconds } from '../model/time.ts';

/** Lets timers and other connections run, the lease renewal above all. */
export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const longestHold = milliseconds(10);

/** For long work in small steps: awaited between two of them, it gives the event loop a turn when the last one is a while ago. */
export function takingTurns(clock: Clock): () => Promise<void> {
  let last = clock.now().tick;
  return async () => {
    if (elapsed(last, clock.now().tick) < longestHold) return;
    await eventLoopTurn();
    last = clock.now().tick;
  };
}
