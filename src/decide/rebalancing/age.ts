import { between, type Instant } from '../../model/time.ts';

/** Whole seconds since then, rounded down. `undefined` when nobody knows since when, or it lies in the future: no limit matches those. */
export function ageInSeconds(since: Instant | undefined, now: Instant): number | undefined {
  if (since === undefined || since > now) return undefined;
  return Math.floor(between(since, now) / 1_000);
}

/** For sentences. */
export const showAge = (age: number | undefined): string => (age === undefined ? 'unknown age' : `age of ${age} s`);
