import { join } from 'node:path';
import type { Clock, Duration } from '../../model/time.ts';
import { elapsed, milliseconds } from '../../model/time.ts';
import { refusal } from './check-run.ts';
import { describeScript } from './describe.ts';
import { environmentFor } from './environment.ts';
import { type Execute, type Executed, execute as asChildProcess } from './execute.ts';
import { lastWords, noteOn, noteOnRefusal } from './note.ts';
import { parseAnswer } from './power.ts';
import { printable } from './printable.ts';
import { redactCaptured, type Secrets } from './redact.ts';
import type { ScriptDescription, ScriptProblem, ScriptResult, ScriptRun, ScriptRunner } from './script.ts';
import { readSecrets } from './secret-files.ts';
import { workingDirectory } from './working-directory.ts';

export { readPower } from './power.ts';
export type { ScriptAction, ScriptDescription, ScriptProblem, ScriptResult, ScriptRun, ScriptRunner } from './script.ts';

export interface ScriptRunnerOptions {
  /** Where scripts are mounted, searched in this order, before the built-in ones. */
  readonly directories: readonly string[];
  /** The only names that may be run. */
  readonly allowed: readonly string[];
  readonly clock: Clock;
  /** How a program is run; as a child process of this one when absent. */
  readonly execute?: Execute;
}

/** The scripts that come with evenkeel. */
const builtIn = join(import.meta.dirname, '..', '..', '..', 'fence-scripts');

/** Finds, checks and runs scripts, and says what became of them. */
export function scriptRunner({ directories, allowed, clock, execute = asChildProcess }: ScriptRunnerOptions): ScriptRunner {
  const describe = (name: string): ScriptDescription | ScriptProblem => {
    if (allowed.includes(name)) return describeScript(name, [...directories, builtIn]);
    return { kind: 'problem', name, problem: `not allowed: fencing.scripts.allowed names ${allowed.join(', ') || 'none'}` };
  };
  return {
    run: (run, signal) => runOnce(run, describe(run.script), { clock, signal, execute }),
    describe,
    list: () => allowed.map(describe),
  };
}

async function runOnce(run: ScriptRun, script: ScriptDescription | ScriptProblem, how: Omit<Circumstances, 'secrets'>): Promise<ScriptResult> {
  if (script.kind === 'problem') return refused(run, `script ${JSON.stringify(script.name)}: ${script.problem}`);
  const forbidden = how.signal.aborted ? 'the controller stops' : refusal(run, script);
  if (forbidden !== undefined) return refused(run, forbidden);
  const secrets = readSecrets(run, script);
  if (secrets.kind === 'problem') return refused(run, secrets.problem);
  return runChecked(run, script, { ...how, secrets: secrets.secrets });
}

interface Circumstances {
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly execute: Execute;
}

async function runChecked(run: ScriptRun, script: ScriptDescription, { secrets, clock, signal, execute }: Circumstances): Promise<ScriptResult> {
  const directory = workingDirectory();
  const begun = clock.now().tick;
  try {
    const command = { file: script.path, args: [run.node], environment: environmentFor(run, directory.path), directory: directory.path };
    const executed = await execute(command, run.timeout, clock, signal);
    if (executed.kind === 'notStarted') return refused(run, `${script.path} cannot be started: ${startProblem(executed.code)}`);
    return resultOf(run, executed, secrets, elapsed(begun, clock.now().tick));
  } finally {
    directory.remove();
  }
}

function resultOf(run: ScriptRun, ran: Extract<Executed, { kind: 'ran' }>, secrets: Secrets, duration: Duration): ScriptResult {
  const stdout = redactCaptured(ran.stdout, secrets);
  const stderr = redactCaptured(ran.stderr, secrets);
  const output = printable([stdout, stderr].filter((text) => text !== '').join('\n'), 'lines');
  // The answer is read before anything is hidden in it: a machine's id may be a word of a secret file.
  const answer = parseAnswer(ran.stdout.leftOut === 0 ? ran.stdout.head : ran.stdout.tail);
  const told = { output, duration, answer, note: noteOn(run, ran, duration, lastWords(stdout, stderr)) };
  const { ending } = ran;
  if (ending.kind === 'killed') return { kind: 'timedOut', by: ending.by, ...told };
  if (ending.kind === 'signalled') return { kind: 'failed', signal: ending.signal, ...told };
  return ending.code === 0 ? { kind: 'done', ...told } : { kind: 'failed', code: ending.code, ...told };
}

const refused = (run: ScriptRun, problem: string): ScriptResult => ({
  kind: 'refused',
  problem,
  output: '',
  note: noteOnRefusal(run, problem),
  duration: milliseconds(0),
  answer: { kind: 'none', because: 'it was not started' },
});

const startProblems: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone, or the program that its first line names is not installed (ENOENT)',
  EACCES: 'permission denied (EACCES): is its file system mounted noexec?',
  E2BIG: 'its parameters are too long together (E2BIG)',
  EAGAIN: 'no more processes are allowed here (EAGAIN): raise the pid limit',
};

const startProblem = (code: string): string => startProblems[code] ?? code;
