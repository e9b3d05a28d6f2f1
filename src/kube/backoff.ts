import { type Duration, milliseconds, seconds } from '../model/time.ts';

export interface BackoffLimits {
  readonly first: Duration;
  readonly longest: Duration;
}

/** 0.8 s doubling to 30 s, of which a random share is waited. */
export const usualBackoff: BackoffLimits = { first: milliseconds(800), longest: seconds(30) };

/** A server may ask for more patience than we have by ourselves, but not for an hour. */
const longestAskedFor: Duration = seconds(120);

/**
 * How long to wait after `failures` failures in a row (1 or more): a random share ("full jitter"), so that all copies of
 * a cluster do not come back together; on top of `retryAfter` seconds when the server asked for them.
 */
export function backoffDelay(failures: number, random: number, retryAfter?: number, limits: BackoffLimits = usualBackoff): Duration {
  const ceiling = Math.min(limits.longest, limits.first * 2 ** Math.min(failures - 1, 30));
  const asked = Math.min(longestAskedFor, Math.max(0, (retryAfter ?? 0) * 1_000));
  return milliseconds(asked + random * ceiling);
}
