import type { z } from 'zod';
import { dotted, withoutNulls } from '../../decide/rebalancing/args.ts';
import { nearest } from '../spelling.ts';
import type { PolicyDocument } from './document.ts';
import { policySchema, type WrittenPolicy } from './schema.ts';

export const policyVersion = 'descheduler/v1alpha2';
export const policyKind = 'DeschedulerPolicy';

/** The policy as written, or why it cannot be decoded; and what the reference passes over in silence. */
export type Decoded = ({ readonly written: WrittenPolicy } | { readonly problem: string }) & { readonly warnings: readonly string[] };

/**
 * Decodes everything outside plugin args. There the reference ignores unknown fields, so they do not stop a policy that
 * works today; but a limit that is misspelt is a limit that is not there, so each one is named.
 */
export function decodePolicy(document: PolicyDocument): Decoded {
  // Plugins read their own args: in a map of thresholds null is a value.
  const raw = withoutNulls(document.value, 'args') ?? {};
  const head = checkHead(raw);
  if (head !== undefined) return 'problem' in head ? { ...head, warnings: [] } : head;
  const first = policySchema.safeParse(raw);
  const unknown = first.success ? [] : unknownFields(first.error);
  const parsed = unknown.length === 0 ? first : policySchema.safeParse(without(raw, new Set(unknown.map(dotted)), []));
  const named = unknown.slice(0, mostNamed).map((path) => `${document.place(path)}: unknown field "${dotted(path)}" is ignored${suggestion(path)}`);
  const warnings = unknown.length <= mostNamed ? named : [...named, `${unknown.length - mostNamed} more unknown fields are ignored`];
  if (parsed.success) return { written: parsed.data, warnings };
  return { problem: parsed.error.issues.map((issue) => `${document.place(issue.path)}: ${dotted(issue.path)}: ${issue.message}`).join(', '), warnings };
}

function checkHead(raw: unknown): { readonly problem: string } | Decoded | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { problem: 'a policy is a mapping with apiVersion, kind and profiles' };
  const { apiVersion, kind = policyKind } = raw as { apiVersion?: unknown; kind?: unknown };
  if (apiVersion === undefined || apiVersion === '') {
    return { written: {}, warnings: [`apiVersion is missing, so the whole policy is taken as empty and evicts nothing: write "apiVersion: ${policyVersion}"`] };
  }
  if (apiVersion === policyVersion && kind === policyKind) return undefined;
  return { problem: `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}; evenkeel reads kind "${policyKind}" of version "${policyVersion}"` };
}

/** More is noise, and finding the place of each takes time. */
const mostNamed = 20;

type Path = readonly PropertyKey[];

const unknownFields = (error: z.ZodError): Path[] => error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : []));

/** A copy of `value`, which stands at `path`, without the fields whose dotted paths are `unwanted`. */
function without(value: unknown, unwanted: ReadonlySet<string>, path: Path): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, at) => without(each, unwanted, [...path, at]));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !unwanted.has(dotted([...path, key])));
  return Object.fromEntries(kept.map(([key, each]) => [key, without(each, unwanted, [...path, key])]));
}

const known: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(policySchema.shape),
  plugins: ['presort', 'sort', 'deschedule', 'balance', 'filter', 'preevictionfilter'],
  profiles: ['name', 'pluginConfig', 'plugins'],
};

function suggestion(path: Path): string {
  const written = String(path.at(-1));
  const block = path.toReversed().slice(1).find((step) => typeof step === 'string');
  const meant = nearest(written, known[block ?? ''] ?? ['enabled', 'disabled', 'name', 'args']);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}
