import { z } from 'zod';
import { type Complaint, formatPath, type Path, quote, tidy } from './complaint.ts';
import type { SourceDocument } from './document.ts';
import { nearest } from './spelling.ts';

/** A zod schema's own JSON Schema is what complaints know of the settings: their names, kinds and bounds. */
export interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
  readonly 'x-kind'?: string;
  readonly 'x-allowed'?: string;
  readonly required?: readonly string[];
}

/** The shape of what a person writes, before defaults and units are applied. */
export function shapeOf(schema: z.ZodType): Shape {
  const shape = shapes.get(schema) ?? (z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Shape);
  shapes.set(schema, shape);
  return shape;
}

/** A schema never changes, and describing it takes some milliseconds. */
const shapes = new WeakMap<z.ZodType, Shape>();

/** Checks the document's value against `schema`; every problem becomes a complaint at its place, in the order of the file. */
export function check<T>(schema: z.ZodType<T>, document: SourceDocument): { readonly value: T } | { readonly complaints: readonly Complaint[] } {
  const checked = schema.safeParse(document.value);
  if (checked.success && document.refused.length === 0) return { value: checked.data };
  const shape = shapeOf(schema);
  const known = new Set(document.refused.map(({ path }) => path));
  // What was refused already is missing from the value; saying so as well would only confuse.
  const issues = (checked.error?.issues ?? []).filter(({ path }) => !known.has(formatPath(path.map(toStep))));
  return { complaints: tidy([...document.refused, ...issues.flatMap((issue) => describe(issue, { document, shape }))]) };
}

interface Around {
  readonly document: SourceDocument;
  readonly shape: Shape;
}

function describe(issue: z.core.$ZodIssue, { document, shape }: Around): Complaint[] {
  const path = issue.path.map(toStep);
  const here = shapeAt(shape, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => document.complainAtKey([...path, key], 'no such setting', insteadOf(key, here)));
  if (issue.code === 'custom') return [document.complain(path, issue.message, cureOf(issue.params) ?? whatToWrite(here))];
  if (issue.code === 'invalid_key') return [document.complainAtKey(path, `${quote(path.at(-1))} cannot be a name here`, issue.issues[0]?.message ?? whatToWrite(here))];
  const written = valueAt(document.value, path);
  if (written.missing) return [document.complain(path, 'is missing', whatToWrite(here))];
  if (written.value === null) return [document.complain(path, 'nothing is written', `${whatToWrite(here)}${path.length === 0 ? '' : ', or remove the line'}`)];
  return [document.complain(path, `${quote(written.value)} ${wrongWith(issue, here)}`, whatToWrite(here))];
}

const toStep = (step: PropertyKey): string | number => (typeof step === 'number' ? step : String(step));
const cureOf = (params: unknown): string | undefined => (params as { cure?: string } | undefined)?.cure;

function insteadOf(key: string, here: Shape | undefined): string {
  const known = Object.keys(here?.properties ?? {});
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  return known.length === 0 ? 'remove it' : `remove it, or write one of ${known.join(', ')}`;
}

function wrongWith(issue: z.core.$ZodIssue, here: Shape | undefined): string {
  if (issue.code === 'too_small') return issue.origin === 'array' ? 'has too few entries' : `is less than the allowed ${issue.minimum}`;
  if (issue.code === 'too_big') return issue.origin === 'array' ? 'has too many entries' : `is more than the allowed ${issue.maximum}`;
  return notA(here);
}

function notA(here: Shape | undefined): string {
  if (here?.type === 'boolean') return 'is neither true nor false';
  if (here?.type === 'integer') return 'is not a whole number';
  if (here?.enum !== undefined || here?.const !== undefined) return 'is not allowed here';
  return `is not ${kindInWords(here?.type)}`;
}

const kindInWords = (type: string | undefined): string => ({ object: 'a block of settings', array: 'a list', string: 'text', number: 'a number' })[type ?? ''] ?? 'what belongs here';

/** What belongs at a place, as the end of "write …". */
function whatToWrite(here: Shape | undefined): string {
  if (here === undefined) return 'write what docs/configuration.md says';
  if (here['x-allowed'] !== undefined) return `write ${here['x-allowed']}`;
  if (here.const !== undefined) return `write ${here.const}`;
  if (here.enum !== undefined) return `write one of ${here.enum.join(', ')}`;
  if (here.type === 'boolean') return 'write true or false';
  if (here.type === 'integer') return `write a whole number from ${here.minimum} to ${here.maximum}`;
  if (here.type === 'array') return 'write a list of at least one entry, [like, this] or with a dash before each';
  if (here.properties !== undefined) return `write a block with ${Object.keys(here.properties).join(', ')}`;
  if (here.type === 'object') return 'write a block of names and values';
  return here.type === 'string' ? 'write text, in quotes where it looks like a number' : 'write what docs/configuration.md says';
}

function shapeAt(shape: Shape, path: Path): Shape | undefined {
  let here: Shape | undefined = shape;
  for (const step of path) {
    if (typeof step === 'number') here = here?.items;
    else if (here?.properties !== undefined && Object.hasOwn(here.properties, step)) here = here.properties[step];
    else here = typeof here?.additionalProperties === 'object' ? here.additionalProperties : undefined;
  }
  return here;
}

function valueAt(value: unknown, path: Path): { readonly missing: boolean; readonly value?: unknown } {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return { missing: true };
    here = (here as Record<string | number, unknown>)[step];
  }
  return { missing: here === undefined, value: here };
}
