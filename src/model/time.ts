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

/**
 * Reads RFC 3339: what Kubernetes writes (UTC, `Z`), and offsets, which people and their tools write. Undefined when it
 * is none. Pure arithmetic: this folder may not name the platform's clock.
 */
export function parseRfc3339(text: string | undefined): Instant | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-]\d\d:\d\d))$/u.exec(text ?? '');
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = parseOffset(match[8] ?? '+00:00');
  const fraction = Number(`0.${match[7] ?? '0'}`) * 1_000;
  if (offset === undefined) return undefined;
  return instant(daysSince1970(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1_000 + Math.floor(fraction) - offset);
}

function parseOffset(text: string): Duration | undefined {
  const [hour, minute] = [Number(text.slice(1, 3)), Number(text.slice(4))];
  if (hour > 23 || minute > 59) return undefined;
  return minutes((hour * 60 + minute) * (text.startsWith('-') ? -1 : 1));
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= (month === 12 ? 31 : daysSince1970(year, month + 1, 1) - daysSince1970(year, month, 1));
}

/** Days from 1970-01-01 in the Gregorian calendar, counting years from March so that leap days come last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The other way round: whole seconds, UTC. */
export function formatInstant(at: Instant): string {
  const total = Math.floor(at / 1_000);
  const days = Math.floor(total / 86_400);
  const rest = total - days * 86_400;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(Math.floor(rest / 3_600))}:${two(Math.floor((rest % 3_600) / 60))}:${two(rest % 60)}Z`;
}
