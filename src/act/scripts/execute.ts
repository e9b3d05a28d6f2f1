import { execa } from 'execa';
import { type Clock, type Duration, milliseconds, seconds } from '../../model/time.ts';
import { type Captured, capture } from './capture.ts';
import { killAtExit, signalGroup } from './group.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** All of it: nothing of our own environment is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}

export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** Killed by us at its limit, or because the controller stops. */
  | { readonly kind: 'killed'; readonly by: 'limit' | 'controller' };

export type Executed =
  | { readonly kind: 'ran'; readonly ending: Ending; readonly stdout: Captured; readonly stderr: Captured; readonly leftBehind: LeftBehind }
  | { readonly kind: 'notStarted'; readonly code: string };

/** Processes that outlived the script: killed with its group, or gone from the group and out of reach. */
export type LeftBehind = 'nothing' | 'killed' | 'escaped';

/** How long a script may tidy up between SIGTERM and SIGKILL, and how long the kernel may take after that. */
const afterTerm: Duration = seconds(3);
const afterKill: Duration = seconds(1);
/** How long output may trickle in after the script itself has ended. */
const afterExit: Duration = milliseconds(250);

/** Runs a program to its end, to `limit` on this clock, or until `signal` aborts. A port: in virtual time there are no processes. */
export type Execute = (command: Command, limit: Duration, clock: Clock, signal: AbortSignal) => Promise<Executed>;

/**
 * Runs a program in a process group of its own. What it became is decided when the process itself ends or when the limit
 * is reached on our own clock, never by its output: execa's own timeout waits for whoever still holds stdout.
 */
export async function execute(command: Command, limit: Duration, clock: Clock, signal: AbortSignal): Promise<Executed> {
  const child = tryToStart(command);
  if (typeof child === 'string') return { kind: 'notStarted', code: child };
  const { pid, stdout, stderr, nodeChildProcess } = child;
  if (pid === undefined) return { kind: 'notStarted', code: codeOf(await child) };
  // The promise of execa also waits for the output: it is not ours to wait for, and must not go unhandled.
  child.catch(() => undefined);
  const release = killAtExit(pid);
  const exited = new Promise<Ending>((resolve) => {
    nodeChildProcess.once('exit', (code, by) => resolve(code === null ? { kind: 'signalled', signal: by ?? 'unknown' } : { kind: 'exited', code }));
  });
  const output = { stdout: listen(stdout), stderr: listen(stderr) };
  const ending = await firstOf(exited, limit, clock, signal);
  if (ending.kind === 'killed') await killGroup(pid, exited, clock);
  const others = await tidy(pid, output, clock);
  // One that was killed with its children has not left them behind.
  const leftBehind = ending.kind === 'killed' && others === 'killed' ? 'nothing' : others;
  stdout.destroy();
  stderr.destroy();
  release();
  return { kind: 'ran', ending, stdout: output.stdout.text.read(), stderr: output.stderr.text.read(), leftBehind };
}

/** A child, or why there can be none: execa throws some problems and puts others into its promise. */
function tryToStart(command: Command): ReturnType<typeof start> | string {
  try {
    return start(command);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const start = ({ file, args, environment, directory }: Command) =>
  execa(file, args, {
    env: environment,
    extendEnv: false,
    cwd: directory,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    // A session and a process group of its own, so that one signal reaches everything it started.
    detached: true,
  });

function codeOf(result: object): string {
  const code = 'code' in result ? result.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

async function firstOf(exited: Promise<Ending>, limit: Duration, clock: Clock, signal: AbortSignal): Promise<Ending> {
  const settled = new AbortController();
  const timedOut = clock.sleep(limit, settled.signal).then((): Ending => ({ kind: 'killed', by: 'limit' }));
  const stopped = new Promise<Ending>((resolve) => {
    const stop = (): void => resolve({ kind: 'killed', by: 'controller' });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true, signal: settled.signal });
  });
  const ending = await Promise.race([exited, timedOut, stopped]);
  settled.abort();
  return ending;
}

async function killGroup(leader: number, exited: Promise<Ending>, clock: Clock): Promise<void> {
  signalGroup(leader, 'SIGTERM');
  await within(exited, afterTerm, clock);
  signalGroup(leader, 'SIGKILL');
  await within(exited, afterKill, clock);
}

interface Listening {
  readonly text: ReturnType<typeof capture>;
  readonly closed: Promise<unknown>;
  isOpen(): boolean;
}

function listen(stream: NodeJS.ReadableStream): Listening {
  const text = capture();
  let open = true;
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      open = false;
      resolve();
    };
    stream.once('end', end).once('close', end).once('error', end);
  });
  stream.on('data', (chunk: Uint8Array) => text.add(chunk));
  return { text, closed, isOpen: () => open };
}

/** Waits a moment for the rest of the output, then kills what the script left in its group. */
async function tidy(leader: number, output: { stdout: Listening; stderr: Listening }, clock: Clock): Promise<LeftBehind> {
  // Asked before waiting: once the group is empty its number may belong to somebody else.
  const others = signalGroup(leader, 0);
  const closed = Promise.all([output.stdout.closed, output.stderr.closed]);
  await within(closed, afterExit, clock);
  const killed = others && signalGroup(leader, 'SIGKILL');
  if (killed) await within(closed, afterExit, clock);
  if (output.stdout.isOpen() || output.stderr.isOpen()) return 'escaped';
  return killed ? 'killed' : 'nothing';
}

async function within(awaited: Promise<unknown>, time: Duration, clock: Clock): Promise<void> {
  const settled = new AbortController();
  await Promise.race([awaited, clock.sleep(time, settled.signal)]);
  settled.abort();
}
