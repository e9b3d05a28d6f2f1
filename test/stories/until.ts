import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true in a cluster of real processes; says what it waited for when it does not. */
export async function until<T>(what: string, check: () => Promise<T | false | undefined> | T | false | undefined, limit = 60_000): Promise<T> {
  const deadline = performance.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== false && value !== undefined) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`Waited ${limit / 1_000} s in vain: ${what}${last instanceof Error ? ` (${last.message})` : ''}`);
    await sleep(100);
  }
}

/** Checks all the while that something stays true. */
export async function throughout(milliseconds: number, check: () => Promise<void> | void): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (performance.now() < deadline) {
    await check();
    await sleep(100);
  }
}
