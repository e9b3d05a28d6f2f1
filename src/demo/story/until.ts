import type { Clock } from '../../model/time.ts';
import { elapsed, milliseconds, seconds } from '../../model/time.ts';

/** What a story waits with. */
export interface Patience {
  readonly clock: Clock;
  /** Aborts when a person has seen enough, or when there is nothing to wait for any more. */
  readonly stop: AbortSignal;
  /** Says what is waited for, on a terminal. */
  waitFor(what: string): void;
}

/** What a story waited for and did not see: the demo ends with exit code 1. */
export class Disappointed extends Error {}

/** A person pressed Ctrl-C, or what the story needs has ended. */
export class Interrupted extends Error {}

const longest = seconds(60);
const pause = milliseconds(40);

/** Looks again and again until there is an answer. */
export async function until<Answer>({ clock, stop, waitFor }: Patience, what: string, look: () => Answer | undefined | false): Promise<Answer> {
  const began = clock.now().tick;
  waitFor(what);
  for (;;) {
    if (stop.aborted) throw new Interrupted(what);
    const answer = look();
    if (answer !== undefined && answer !== false) {
      waitFor('');
      return answer;
    }
    if (elapsed(began, clock.now().tick) > longest) throw new Disappointed(`waited ${longest / 1_000} s in vain for ${what}`);
    await clock.sleep(pause, stop);
  }
}
