import { z } from 'zod';
import type { LabelSelector } from '../../model/configuration.ts';
import { everything, readLabelSelector } from '../../model/selector.ts';
import { type Duration, milliseconds } from '../../model/time.ts';

/**
 * The outcome of reading one plugin's `args`. `undecodable` stops the whole policy at once, like a wrong type does in
 * the reference; `problems` are collected over all plugins and reported together.
 */
export type ReadArgs<Args> =
  | { readonly kind: 'read'; readonly args: Args; readonly problems: readonly ArgsProblem[] }
  | { readonly kind: 'undecodable'; readonly because: string };

/** What is wrong with one argument. */
export interface ArgsProblem {
  /** Where it stands in the args, as far as that is known: `['thresholds', 'cpu']`. */
  readonly path: readonly (string | number)[];
  readonly says: string;
}

/** A list with the problem at `path`, when there is one. */
export const problemIf = (exists: boolean, path: ArgsProblem['path'], says: string): ArgsProblem[] => (exists ? [{ path, says }] : []);

/** Reads `args` strictly: an unknown field is an error at every depth, null means "not set". */
export function readArgs<Args>(schema: z.ZodType<Args>, raw: unknown, validate: (args: Args) => readonly ArgsProblem[]): ReadArgs<Args> {
  const given = withoutNulls(raw ?? {});
  const head = typeMeta.safeParse(given);
  if (!head.success && isMapping(given)) return { kind: 'undecodable', because: explain(head.error) };
  const parsed = schema.safeParse(withoutTypeMeta(given));
  if (!parsed.success) return { kind: 'undecodable', because: explain(parsed.error) };
  return { kind: 'read', args: parsed.data, problems: validate(parsed.data) };
}

/** Says what is wrong by the dotted path of each field. Unknown fields go first and alone, in the reference's words. */
export function explain(error: z.ZodError): string {
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => dotted([...issue.path, key])) : []));
  if (unknown.length > 0) return `strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(', ')}`;
  return error.issues.map((issue) => `${dotted(issue.path) || 'args'}: ${issue.message}`).join(', ');
}

/** `a.b[0].c` */
export function dotted(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`;
  return text;
}

/**
 * Removes keys whose value is null, at every depth: in a policy null, an empty value and a missing key are the same. What
 * stands under a key named `exceptIn` is left as it is.
 */
export function withoutNulls(raw: unknown, exceptIn?: string): unknown {
  if (Array.isArray(raw)) return raw.map((each) => withoutNulls(each, exceptIn));
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).flatMap(([key, value]) => (value === null ? [] : [[key, key === exceptIn ? value : withoutNulls(value, exceptIn)]])));
}

/** `apiVersion` and `kind` may stand inside args and mean nothing there, as long as they are texts: in YAML 1.1 `kind: y` is none. */
const typeMeta = z.object({ apiVersion: z.string('a string is required').optional(), kind: z.string('a string is required').optional() });

const isMapping = (raw: unknown): raw is Readonly<Record<string, unknown>> => typeof raw === 'object' && raw !== null && !Array.isArray(raw);

function withoutTypeMeta(raw: unknown): unknown {
  if (!isMapping(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([key]) => key !== 'apiVersion' && key !== 'kind'));
}

/** An unsigned whole number. */
export const uint = z.int('a whole number is required').min(0, 'must not be negative');
export const int32 = z.int('a whole number is required').min(-2_147_483_648, 'must fit 32 bits').max(2_147_483_647, 'must fit 32 bits');
export const text = z.string('a string is required');
export const flag = z.boolean('true or false is required');
export const texts = z.array(text, 'a list of strings is required');
export const exitCodes = z.array(int32, 'a list of whole numbers is required');

/** A Go duration: `36h`, `1h30m`, `90s`. A bare number is refused: nobody knows its unit. */
export const goDuration = z.string('a duration such as "36h" is required').transform((written, context): Duration => {
  const read = parseGoDuration(written);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(written)} is not a duration: write e.g. "36h", "1h30m" or "90s"` });
  return z.NEVER;
});

const unitMilliseconds: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a duration as Go does; `undefined` when it is none. */
export function parseGoDuration(written: string): Duration | undefined {
  const match = /^([+-]?)((?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/u.exec(written);
  if (match === null) return undefined;
  let total = 0;
  for (const [, size, unit] of (match[2] ?? '').matchAll(/([0-9]*\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)/gu)) total += Number(size) * (unitMilliseconds[unit ?? ''] ?? 0);
  return milliseconds(match[1] === '-' ? -total : total);
}

/** `{include, exclude}`; an empty list is no restriction. */
export const namespacesArg = z.strictObject({ include: texts.optional(), exclude: texts.optional() }, 'an object with include and exclude is required');
export type Namespaces = z.infer<typeof namespacesArg>;

export function checkNamespaces(namespaces: Namespaces | undefined): ArgsProblem[] {
  const both = (namespaces?.include ?? []).length > 0 && (namespaces?.exclude ?? []).length > 0;
  return problemIf(both, ['namespaces'], 'only one of Include/Exclude namespaces can be set');
}

/** Names that are none of the allowed ones, each with the field that they stand in. */
export const checkAllowed = (field: string, names: readonly string[], allowed: readonly string[]): ArgsProblem[] =>
  names.flatMap((name, at) => problemIf(!allowed.includes(name), [field, at], `${field}: ${JSON.stringify(name)} is not one of ${allowed.join(', ')}`));

/** A Kubernetes LabelSelector as written; `labelSelectorOf` makes it usable. */
export const labelSelectorArg = z.strictObject(
  {
    matchLabels: z.record(z.string(), text).optional(),
    matchExpressions: z.array(z.strictObject({ key: text.optional(), operator: text.optional(), values: texts.optional() })).optional(),
  },
  'an object with matchLabels and matchExpressions is required',
);

/** The usable form of a selector whose problems were reported before; absent stays absent. */
export function labelSelectorOf(raw: z.infer<typeof labelSelectorArg> | undefined): LabelSelector | undefined {
  if (raw === undefined) return undefined;
  const read = readLabelSelector(raw);
  return 'selector' in read ? read.selector : everything;
}

interface LabelSelectorPlace {
  readonly field: string;
  /** In the words of the reference. */
  readonly what: string;
}

export function checkLabelSelector(raw: z.infer<typeof labelSelectorArg> | undefined, where: LabelSelectorPlace = { field: 'labelSelector', what: "strategy's params" }): ArgsProblem[] {
  const read = raw === undefined ? undefined : readLabelSelector(raw);
  return read !== undefined && 'problem' in read ? [{ path: [where.field], says: `failed to get label selectors from ${where.what}: ${read.problem}` }] : [];
}
