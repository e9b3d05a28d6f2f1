import { type Clock, type Duration, elapsed, milliseconds, type Now } from '../../src/model/time.ts';
import { realClock } from '../../src/run/real-clock.ts';

let clock: Clock = realClock;
let lookEvery = milliseconds(100);

/** The time that the stories of this file wait by, and how often they look: a world that has a time of its own says so when it starts. */
export function tellIn(time: Clock, every: Duration): void {
  clock = time;
  lookEvery = every;
}

/** The present moment of the story. */
export const now = (): Now => clock.now();

/** Lets time pass, in the world of the story. */
export const pass = (time: number): Promise<void> => clock.sleep(milliseconds(time));

/** Waits for something to become true in the world of the story; says what it waited for when it does not. */
export async function until<T>(what: string, check: () => Promise<T | false | undefined> | T | false | undefined, limit = 60_000): Promise<T> {
  const begun = now().tick;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== false && value !== undefined) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (elapsed(begun, now().tick) > limit) throw new Error(`Waited ${limit / 1_000} s in vain: ${what}${last instanceof Error ? ` (${last.message})` : ''}`);
    await pass(lookEvery);
  }
}

/** Checks all the while that something stays true. */
export async function throughout(time: number, check: () => Promise<void> | void): Promise<void> {
  const begun = now().tick;
  while (elapsed(begun, now().tick) < time) {
    await check();
    await pass(lookEvery);
  }
}
