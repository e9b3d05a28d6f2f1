import { quote } from '../complaint.ts';
import type { Read } from '../duration.ts';

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
}

const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59, words: [] },
  { name: 'hour', from: 0, to: 23, words: [] },
  { name: 'day of the month', from: 1, to: 31, words: [] },
  { name: 'month', from: 1, to: 12, words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', from: 0, to: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** Checks a cron expression of five fields; what passes here, node-cron understands the same way. */
export function readCron(raw: unknown): Read<string> {
  const cure = 'write five fields: minute, hour, day of the month, month, day of the week, such as "*/3 * * * *"';
  if (typeof raw !== 'string') return { problem: `${quote(raw)} is not a schedule`, cure };
  const written = raw.trim().split(/\s+/u);
  if (written.length !== fields.length) return { problem: `${quote(raw)} has ${raw.trim() === '' ? 0 : written.length} fields`, cure };
  for (const [index, field] of fields.entries()) {
    const wrong = (written[index] ?? '').split(',').find((part) => !isPart(part, field));
    if (wrong !== undefined) return { problem: `${quote(wrong)} is no ${field.name}`, cure: `write *, a number from ${field.from} to ${field.to}, a range such as ${field.from}-${field.to}, or a step such as */2` };
  }
  if (neverComes(written)) return { problem: `${quote(raw)} names a day that no month in it has`, cure: 'write an earlier day of the month' };
  return { value: written.join(' ') };
}

function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !isStep(step, range, field))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field) ?? Number.NaN);
  return ends.length <= 2 && (ends[0] ?? Number.NaN) <= (ends.at(-1) ?? Number.NaN);
}

/** A step needs a range to walk through: 5/10 means different things to different readers. */
const isStep = (step: string, range: string, { to }: Field): boolean => isNumberUpTo(step, to) && Number(step) > 0 && (range === '*' || range.includes('-'));

function numberOf(text: string, { from, to, words }: Field): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return from + word;
  return isNumberUpTo(text, to) && Number(text) >= from ? Number(text) : undefined;
}

const isNumberUpTo = (text: string, most: number): boolean => /^\d{1,2}$/u.test(text) && Number(text) <= most;

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for the 30th of February and its like: a schedule that is accepted and never runs is a trap. node-cron wants the weekday to fit as well. */
function neverComes(written: readonly string[]): boolean {
  const [, , day = '*', month = '*'] = written;
  const days = day.split(',').map((part) => numberOf(part.split(/[-/]/u)[0] ?? '', fields[2] as Field) ?? 1);
  const months = month.split(',').map((part) => (/^[a-z0-9]+$/iu.test(part) ? numberOf(part, fields[3] as Field) : undefined));
  if (months.includes(undefined)) return false;
  const reachable = Math.max(...months.map((each) => longest[(each ?? 1) - 1] ?? 31));
  return Math.min(...days) > reachable;
}
