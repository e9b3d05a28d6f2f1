import { basename, dirname } from 'node:path';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Captured } from '../../src/act/scripts/capture.ts';
import type { Command, Ending, Execute } from '../../src/act/scripts/execute.ts';
import { type Command as DeviceCommand, type FenceDevice } from '../../src/embedded/machines/fence-device.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../../src/model/time.ts';

/** What a program wrote, and how it ended. */
interface Written {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** A child of it still holds its output. */
  readonly child?: boolean;
}

export interface ProgramParts {
  readonly device: FenceDevice;
  /** Of the machine that the programs run on: they go on while the process that started them is frozen. */
  readonly clock: Clock;
  /** kill -9 of the process that started them. */
  killParent(): void;
}

type Environment = Command['environment'];
type Program = (parts: ProgramParts, environment: Environment) => Promise<Written>;

/** From the start of a process to its first request. */
const startTime: Duration = milliseconds(20);

/**
 * Runs the fence scripts of test/e2e/fence-scripts without processes: each of them is told here anew, speaking to the device
 * directly. All that surrounds a script is the product's own.
 */
export function programs(parts: ProgramParts): Execute {
  return async ({ file, environment }, limit, clock, signal) => {
    const written = run(parts, file, environment);
    const settled = new AbortController();
    const ending = await Promise.race([
      written.then(({ code }): Ending => ({ kind: 'exited', code })),
      clock.sleep(limit, settled.signal).then((): Ending => ({ kind: 'killed', by: 'limit' })),
      whenAborted(signal, settled.signal).then((): Ending => ({ kind: 'killed', by: 'controller' })),
    ]);
    settled.abort();
    const { out, error, child = false } = ending.kind === 'exited' ? await written : { out: '', error: '' };
    // Who holds the output is waited for only so long.
    if (child) await clock.sleep(milliseconds(250));
    return { kind: 'ran', ending, stdout: captured(out), stderr: captured(error), leftBehind: child ? 'killed' : 'nothing' };
  };
}

async function run(parts: ProgramParts, file: string, environment: Environment): Promise<Written> {
  const name = basename(dirname(file));
  const program = known[name];
  if (program === undefined) throw new Error(`There is no program ${name} in virtual time: tell it in test/simulation/programs.ts, or leave the story to the real control plane`);
  await parts.clock.sleep(startTime);
  return program(parts, environment);
}

const device: Program = async ({ device }, { FENCE_ACTION = '', FENCE_ID = '', FENCE_ATTEMPT = '' }) => {
  const machine = FENCE_ID === '' ? 'device' : FENCE_ID;
  const { ok, power, message } = await device.command({ command: FENCE_ACTION as DeviceCommand, machine, attempt: FENCE_ATTEMPT });
  const out = `${JSON.stringify({ id: machine, attempt: Number(FENCE_ATTEMPT), power, message })}\n`;
  const code = ok ? (FENCE_ACTION === 'status' ? ({ on: 0, off: 2, unknown: 1 } as const)[power] : 0) : 1;
  return { code, out, error: '' };
};

/** Ends with exit code 2, the code that stands for off, because something is wrong with it. */
const brokenStatus = (error: string): Program => async (parts, environment) => (environment['FENCE_ACTION'] === 'status' ? { code: 2, out: '', error } : device(parts, environment));

const known: Readonly<Record<string, Program>> = {
  device,
  'holds-stdout': async (parts, environment) => ({ ...(await device(parts, environment)), child: true }),
  'status-misses-openrc': brokenStatus('/fence: 3: .: cannot open /no/such/openrc-file: No such file\n'),
  'status-syntax-error': brokenStatus('/fence: 5: Syntax error: end of file unexpected (expecting "then")\n'),
  'status-usage-error': brokenStatus("ls: unrecognized option '--no-such-option'\nTry 'ls --help' for more information.\n"),
  async strikes(parts, environment) {
    const moment = momentOf(environment['FENCE_PARAM_STRIKE'] ?? '', environment['FENCE_ACTION'] ?? '');
    if (moment === 'before' || moment === 'while') parts.killParent();
    if (moment === 'before') return { code: 137, out: '', error: '' };
    // The orphan acts a second later.
    if (moment === 'while') await parts.clock.sleep(seconds(1));
    const written = await device(parts, environment);
    if (moment === 'after') parts.killParent();
    return written;
  },
};

/** The strike file names an action, which of its runs is meant, and the moment; it is renamed once that run has come. */
function momentOf(file: string, action: string): string {
  const [wanted, count = '', moment = ''] = contentOf(file).trim().split(' ');
  if (wanted !== action) return 'never';
  if (Number(count) > 1) {
    writeFileSync(file, `${action} ${Number(count) - 1} ${moment}\n`);
    return 'never';
  }
  renameSync(file, `${file}.done`);
  return moment;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const captured = (text: string): Captured => ({ head: text, tail: '', leftOut: 0 });

/** Resolves when `signal` aborts; forgets about it when `settled` does. */
function whenAborted(signal: AbortSignal, settled: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: settled });
  });
}
