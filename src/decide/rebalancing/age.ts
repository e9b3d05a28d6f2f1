import { between, type Instant } from '../../model/time.ts';

/** Whole seconds since then, rounded down: negative when it lies ahead. `undefined` when nobody knows since when. Neither meets a limit. */
export const ageInSeconds = (since: Instant | undefined, now: Instant): number | undefined => (since === undefined ? undefined : Math.floor(between(since, now) / 1_000));

/** For sentences. */
export const showAge = (age: number | undefined): string => (age === undefined ? 'unknown age' : `age of ${age} s`);
