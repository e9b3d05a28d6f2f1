import type { z } from 'zod';
import { dotted, withoutNulls } from '../../decide/rebalancing/args.ts';
import { nearest } from '../spelling.ts';
import type { PolicyDocument } from './document.ts';
import { type Path, type Remark, warning } from './lint/remark.ts';
import { unknownFieldRemarks } from './lint/unknown-fields.ts';
import type { Plugins } from './plugins.ts';
import { policySchema, type WrittenPolicy } from './schema.ts';

export const policyVersion = 'descheduler/v1alpha2';
export const policyKind = 'DeschedulerPolicy';

/** The policy as written, or why it cannot be decoded; and what the reference passes over in silence. */
export type Decoded = ({ readonly written: WrittenPolicy } | { readonly problem: string; readonly problems: readonly string[] }) & { readonly remarks: readonly Remark[] };

/**
 * Decodes everything outside plugin args. There the reference ignores unknown fields, so they do not stop a policy that
 * works today; but a limit that is misspelt is a limit that is not there, so each one is named.
 */
export function decodePolicy(document: PolicyDocument, plugins: Plugins): Decoded {
  // Plugins read their own args: in a map of thresholds null is a value.
  const raw = withoutNulls(document.value, 'args') ?? {};
  const head = checkHead(raw, document);
  if (head !== undefined) return head;
  const first = policySchema.safeParse(raw);
  const unknown = first.success ? [] : unknownFields(first.error);
  const parsed = unknown.length === 0 ? first : policySchema.safeParse(without(raw, new Set(unknown.map(dotted)), []));
  const remarks = unknownFieldRemarks(unknown, plugins);
  if (parsed.success) return { written: parsed.data, remarks };
  const problems = parsed.error.issues.map((issue) => `${document.place(issue.path)}: ${dotted(issue.path)}: ${issue.message}`);
  return { problem: problems.join(', '), problems, remarks };
}

function checkHead(raw: unknown, document: PolicyDocument): Decoded | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undecodable(document.place([]), 'a policy is a mapping with apiVersion, kind and profiles');
  const { apiVersion, kind = policyKind } = raw as { apiVersion?: unknown; kind?: unknown };
  if (apiVersion === undefined || apiVersion === '') {
    const almost = Object.keys(raw).find((key) => nearest(key, ['apiVersion']) !== undefined);
    return { written: {}, remarks: [warning(almost === undefined ? [] : [almost], `apiVersion is missing${almost === undefined ? '' : ` (${JSON.stringify(almost)} is not it)`}, so the whole policy is taken as empty and evicts nothing: write "apiVersion: ${policyVersion}"`)] };
  }
  if (apiVersion === policyVersion && kind === policyKind) return undefined;
  return undecodable(document.place([apiVersion === policyVersion ? 'kind' : 'apiVersion']), `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}; evenkeel reads kind "${policyKind}" of version "${policyVersion}"${whatToDo(apiVersion, kind)}`);
}

/** For those who hand over something that is nearly a policy. */
function whatToDo(apiVersion: unknown, kind: unknown): string {
  if (kind === 'ConfigMap') return ': take the text under data of the ConfigMap';
  return apiVersion === 'descheduler/v1alpha1' ? `: convert the policy to v1alpha2, with profiles, pluginConfig and plugins` : '';
}

const undecodable = (place: string, problem: string): Decoded => ({ problem, problems: [`${place}: ${problem}`], remarks: [] });

const unknownFields = (error: z.ZodError): Path[] => error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : []));

/** A copy of `value`, which stands at `path`, without the fields whose dotted paths are `unwanted`. */
function without(value: unknown, unwanted: ReadonlySet<string>, path: Path): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, at) => without(each, unwanted, [...path, at]));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !unwanted.has(dotted([...path, key])));
  return Object.fromEntries(kept.map(([key, each]) => [key, without(each, unwanted, [...path, key])]));
}
