import { z } from 'zod';
import { type Duration, formatDuration } from '../../model/time.ts';
import { quote } from '../complaint.ts';
import { parseBoundedDuration, type Read } from '../duration.ts';

/** What the documentation and editors know of a setting that is read from text. */
export interface About {
  /** A sentence or two: what it does, and what happens at its bounds. */
  readonly description: string;
  /** The kind of value in a word or two, for the table. */
  readonly kind: string;
  /** What may be written, so that "write …" is a sentence. */
  readonly allowed: string;
  /** JSON Schema types that an editor should accept. */
  readonly type?: string | string[];
}

export type Setting<T> = z.ZodPipe<z.ZodUnknown, z.ZodTransform<T>>;

/** A setting that `read` turns from what was written into its final form; `read` names problem and cure itself. */
export const setting = <T>(read: (raw: unknown) => Read<T>, { description, kind, allowed, type = 'string' }: About): Setting<T> =>
  z
    .unknown()
    .meta({ type, description, 'x-kind': kind, 'x-allowed': allowed } as Record<string, unknown>)
    .transform((raw, context): T => {
      const outcome: Read<T> = raw === undefined ? { problem: 'is missing', cure: `write ${allowed}` } : read(raw);
      if ('value' in outcome) return outcome.value;
      context.addIssue({ code: 'custom', message: outcome.problem, params: { cure: outcome.cure } });
      return z.NEVER;
    });

/** A length of time; both bounds are allowed values. */
export const duration = (shortest: Duration, longest: Duration, description: string): Setting<Duration> =>
  setting((raw) => parseBoundedDuration(raw, shortest, longest), { description, kind: 'duration', allowed: `a duration from ${inWords(shortest)} to ${inWords(longest)}` });

/** Days read better than hundreds of hours. */
const inWords = (time: Duration): string => (time > 0 && time % 86_400_000 === 0 ? `${time / 86_400_000}d` : formatDuration(time));

/** Text of one form. `allowed` says the form in words. */
export const text = (form: RegExp, about: Omit<About, 'kind'>): Setting<string> =>
  setting<string>(
    (raw) => {
      if (typeof raw === 'number' || typeof raw === 'boolean') return { problem: `${String(raw)} is not text`, cure: `write "${String(raw)}" in quotes if it is meant` };
      return typeof raw === 'string' && form.test(raw) ? { value: raw } : { problem: raw === null ? 'nothing is written' : `${quote(raw)} is not allowed`, cure: `write ${about.allowed}` };
    },
    { ...about, kind: 'text' },
  );

/** A path of this machine, from the root. `..` would make the place depend on links. */
export const absolutePath = (description: string): Setting<string> =>
  text(/^\/(?!.*(?:^|\/)\.\.(?:\/|$)).{0,1023}$/u, { description, allowed: 'a path that begins with / and has no ..' });

/** The name of a Kubernetes object. */
export const objectName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;

/** One line of printable text: it goes into the environment of a script and into logs. */
export const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]{0,4096}$/u;

/** Adds a complaint at `path` below the value being checked. */
export function complain(context: z.core.$RefinementCtx, path: (string | number)[], problem: string, cure: string): void {
  context.addIssue({ code: 'custom', message: problem, params: { cure }, path, input: undefined });
}
