import { readFileSync, statSync } from 'node:fs';
import { parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { codeOf } from './find.ts';
import { scriptActions } from './script.ts';

/** Far more than any description needs; parsing takes quadratic time in the number of keys. */
const mostBytes = 16 * 1_024;

const parameter = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/u, 'must be letters, digits, - and _, and begin with a letter'),
  description: z.string().max(1_000),
  required: z.boolean().default(false),
  secret: z.boolean().default(false),
});

/** What `script.yaml` may say. */
export const descriptionSchema = z.strictObject({
  summary: z.string().max(1_000),
  actions: z.array(z.enum(scriptActions)).min(1).refine((actions) => new Set(actions).size === actions.length, 'names an action twice'),
  verifies: z.boolean().default(false),
  parameters: z.array(parameter).max(100).default([]),
});

export type Description = z.infer<typeof descriptionSchema>;

/** Reads `script.yaml`, or says what is wrong with it. */
export function readDescription(path: string): Description | { readonly problem: string } {
  try {
    const { size } = statSync(path);
    if (size > mostBytes) return { problem: `${path} has ${size} bytes, more than the allowed ${mostBytes}` };
    return parseDescription(path, readFileSync(path, 'utf8'));
  } catch (error) {
    return { problem: `${path} cannot be read (${codeOf(error)})` };
  }
}

function parseDescription(path: string, text: string): Description | { readonly problem: string } {
  const document = parseDocument(text, { uniqueKeys: true, merge: false, schema: 'core', prettyErrors: true, logLevel: 'error' });
  const [complaint] = [...document.errors, ...document.warnings];
  if (complaint !== undefined) return { problem: `${path} is no valid YAML: ${complaint.message.split('\n')[0] ?? ''}` };
  let aliases = false;
  visit(document, { Alias: () => ((aliases = true), visit.BREAK) });
  if (aliases) return { problem: `${path} uses YAML aliases, which are not allowed here: write the value out` };
  const checked = descriptionSchema.safeParse(document.toJS());
  return checked.success ? sameNames(path, checked.data) : { problem: `${path}: ${explain(checked.error)}` };
}

/** FENCE_PARAM_<NAME> is in capitals with underscores: two names must not meet there. */
function sameNames(path: string, description: Description): Description | { readonly problem: string } {
  const names = description.parameters.map(({ name }) => variableFor(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? description : { problem: `${path}: two parameters become ${twice}; rename one` };
}

/** `user-name` → `FENCE_PARAM_USER_NAME`. */
export const variableFor = (parameterName: string): string => `FENCE_PARAM_${parameterName.replaceAll('-', '_').toUpperCase()}`;

const explain = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`).join('; ');
