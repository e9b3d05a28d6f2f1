import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { codeOf } from './find.ts';
import { type Secrets, secretsIn } from './redact.ts';
import type { ScriptDescription, ScriptRun } from './script.ts';

/** Every word of a secret is searched for in all output: a file this long is no password file. */
const mostBytes = 64 * 1_024;

export type SecretsRead = { readonly kind: 'read'; readonly secrets: Secrets } | { readonly kind: 'problem'; readonly problem: string };

/** Reads the files that a run's secret parameters name, to keep what is in them out of every output. */
export function readSecrets(run: ScriptRun, script: ScriptDescription): SecretsRead {
  const contents: string[] = [];
  for (const [name, path] of Object.entries(run.parameters)) {
    const declared = script.parameters?.find((parameter) => parameter.name === name);
    const guessed = script.parameters === undefined && isAbsolute(path) && isFile(path);
    if (declared?.secret !== true && !guessed) continue;
    const content = readSecret(path);
    if (typeof content !== 'string') return { kind: 'problem', problem: `parameter ${name}: ${content.problem}` };
    contents.push(content);
  }
  return { kind: 'read', secrets: secretsIn(contents) };
}

function readSecret(path: string): string | { readonly problem: string } {
  if (!isAbsolute(path)) return { problem: 'must be the absolute path of a file, not the secret itself' };
  try {
    const found = statSync(path);
    if (!found.isFile()) return { problem: `${path} is not a regular file` };
    if (found.size > mostBytes) return { problem: `${path} is larger than ${mostBytes} bytes` };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { problem: `${path} cannot be read (${codeOf(error)}): is the Secret mounted?` };
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
