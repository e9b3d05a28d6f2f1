declare const unit: unique symbol;

/** A length of time in milliseconds. */
export type Duration = number & { readonly [unit]: 'duration' };

/** A point on the wall clock, in milliseconds since 1970. It may jump: only for records that people read. */
export type Instant = number & { readonly [unit]: 'instant' };

/** A point on this process's monotonic clock, in milliseconds. Every threshold and deadline is measured with it. */
export type Tick = number & { readonly [unit]: 'tick' };

/** Both clocks, read together. */
export interface Now {
  readonly wall: Instant;
  readonly tick: Tick;
}

/** The only way to learn the time or to wait. `main.ts` makes the real one. */
export interface Clock {
  now(): Now;
  /** Resolves after `time`, or at once when `signal` aborts. Never rejects. */
  sleep(time: Duration, signal?: AbortSignal): Promise<void>;
}

export const milliseconds = (count: number): Duration => count as Duration;
export const seconds = (count: number): Duration => milliseconds(count * 1_000);
export const minutes = (count: number): Duration => seconds(count * 60);
export const hours = (count: number): Duration => minutes(count * 60);

export const instant = (epochMilliseconds: number): Instant => epochMilliseconds as Instant;
export const tick = (value: number): Tick => value as Tick;

/** Time from `start` to `end` on the monotonic clock. */
export const elapsed = (start: Tick, end: Tick): Duration => milliseconds(end - start);

/** Time from `start` to `end` on the wall clock. May be negative when the clock was set back. */
export const between = (start: Instant, end: Instant): Duration => milliseconds(end - start);

export const after = (start: Instant, time: Duration): Instant => instant(start + time);
export const tickAfter = (start: Tick, time: Duration): Tick => tick(start + time);

/** `90000` → `1m30s`, as Kubernetes writes durations. */
export function formatDuration(time: Duration): string {
  if (time < 1_000) return time === 0 ? '0s' : `${Math.round(time)}ms`;
  const total = Math.round(time / 100) / 10;
  const parts: string[] = [];
  const wholeHours = Math.floor(total / 3_600);
  const wholeMinutes = Math.floor((total % 3_600) / 60);
  const rest = Math.round((total % 60) * 10) / 10;
  if (wholeHours > 0) parts.push(`${wholeHours}h`);
  if (wholeMinutes > 0) parts.push(`${wholeMinutes}m`);
  if (rest > 0) parts.push(`${rest}s`);
  return parts.join('');
}
