import { type Duration, formatDuration, milliseconds } from '../model/time.ts';
import { quote } from './complaint.ts';

/** A value, or what is wrong with what was written and what to write instead. */
export type Read<T> = { readonly value: T } | Wrong;
export interface Wrong {
  readonly problem: string;
  readonly cure: string;
}

const parts = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `30s`, `5m`, `1h30m`, `30d`, `500ms`: whole numbers, largest unit first. A number without a unit is not a duration. */
export function parseDuration(raw: unknown): Read<Duration> {
  if (typeof raw === 'number') return { problem: `${raw} has no unit`, cure: `write ${Math.max(0, Math.round(raw))}s if seconds are meant` };
  const example = { cure: 'write a whole number with a unit, such as 30s, 5m, 1h30m or 30d' };
  if (raw === undefined) return { problem: 'is missing', ...example };
  const match = typeof raw === 'string' ? /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?$/u.exec(raw) : null;
  if (match === null || raw === '') return { problem: `${quote(raw)} is not a duration`, ...example };
  return { value: milliseconds(parts.reduce((sum, [, size], index) => sum + Number(match[index + 1] ?? 0) * size, 0)) };
}

/** The same, within bounds that are both allowed. */
export function parseBoundedDuration(raw: unknown, shortest: Duration, longest: Duration): Read<Duration> {
  const read = parseDuration(raw);
  if ('problem' in read) return read;
  if (read.value < shortest) return { problem: `${String(raw)} is shorter than the allowed ${formatDuration(shortest)}`, cure: `write ${formatDuration(shortest)} or more` };
  if (read.value > longest) return { problem: `${String(raw)} is longer than the allowed ${formatDuration(longest)}`, cure: `write ${formatDuration(longest)} or less` };
  return read;
}
