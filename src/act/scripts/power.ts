import type { PowerAnswer, ScriptResult, ScriptRun } from './script.ts';

/** What a `status` run says about the machine. */
export interface Power {
  readonly power: 'on' | 'off' | 'unknown';
  readonly because: string;
}

/**
 * `off` needs the JSON line with our own id and attempt and exit code 2, `on` the line and exit code 0. Neither half is
 * enough: a shell syntax error, a missing file and a usage error all exit with 2.
 */
export function readPower(result: ScriptResult, run: ScriptRun): Power {
  if (run.action !== 'status') return unknown(`${run.script} was run for ${run.action}, not for status`);
  if (result.kind === 'refused' || result.kind === 'timedOut') return unknown(result.note);
  const { answer } = result;
  if (answer.kind === 'none') return unknown(`${result.note}; ${answer.because}`);
  const doubt = mismatch(answer, run);
  if (doubt !== undefined) return unknown(doubt);
  return judge(answer.power, result.kind === 'done' ? 0 : result.code, result.note);
}

/** The JSON line that ends the output of a `status` run. */
export function parseAnswer(stdout: string): PowerAnswer | { readonly kind: 'none'; readonly because: string } {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (line.trim() === '') return none('it printed no JSON line');
  const value = parseLine(line);
  if (value === undefined) return none('its output does not end with a JSON line {"id", "attempt", "power"}');
  const { id, attempt, power } = value;
  if (typeof id !== 'string' || typeof attempt !== 'number') return none('its JSON line has no id (text) or no attempt (number)');
  if (power !== 'on' && power !== 'off' && power !== 'unknown') return none('its JSON line has no power that is on, off or unknown');
  return { kind: 'answer', id, attempt, power };
}

function parseLine(line: string): Partial<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function mismatch({ id, attempt }: PowerAnswer, run: ScriptRun): string | undefined {
  if (id !== run.machineID) return `the answer of ${run.script} is about another machine than ${run.machineID}`;
  if (attempt !== run.attempt) return `the answer of ${run.script} belongs to attempt ${attempt}, not to ${run.attempt}`;
  return undefined;
}

function judge(power: Power['power'], code: number | undefined, note: string): Power {
  const agreeing = { on: 0, off: 2, unknown: undefined }[power];
  if (power === 'unknown') return unknown(`the device does not know: ${note}`);
  if (code !== agreeing) return unknown(`the JSON line says ${power}, which goes with exit code ${agreeing}, but ${note}`);
  return { power, because: note };
}

const none = (because: string): { readonly kind: 'none'; readonly because: string } => ({ kind: 'none', because });

const unknown = (because: string): Power => ({ power: 'unknown', because });
