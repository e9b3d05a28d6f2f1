import { type Instant, instant } from '../model/time.ts';
import type { CronMatcher } from './cron.ts';

/** What the minutes since the last look held. */
export interface Passed {
  /** The minute of now is a slot that has not been reported before. */
  readonly due: boolean;
  /** Slots that went by unseen: the process stood still, or was busy. */
  readonly missed: number;
}

export interface Slots {
  look(now: Instant): Passed;
}

const minute = 60_000;
/** A clock that was set further than this, either way, is taken as it is: nobody wants a day of slots made up for. */
const furthest = 24 * 60;
const furthestBack = 60;

/**
 * Walks the minutes of the wall clock, each at most once, also when it is set back. The minute that it begins in has
 * gone by.
 */
export function slotsOf(matches: CronMatcher, start: Instant): Slots {
  let last = Math.floor(start / minute);
  return {
    look(now) {
      const current = Math.floor(now / minute);
      if (current < last - furthestBack || current > last + furthest) last = current;
      let missed = 0;
      for (let each = last + 1; each < current; each += 1) if (matches(instant(each * minute))) missed += 1;
      const due = current > last && matches(instant(current * minute));
      last = Math.max(last, current);
      return { due, missed };
    },
  };
}
