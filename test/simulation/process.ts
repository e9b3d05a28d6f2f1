import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execute } from '../../src/act/scripts/execute.ts';
import { Exit, type Io } from '../../src/cli/io.ts';
import { program } from '../../src/cli/program.ts';
import type { Chance } from '../../src/embedded/time/seed.ts';
import type { VirtualClock } from '../../src/embedded/time/virtual-clock.ts';
import type { Api } from '../../src/kube/api.ts';
import type { Clock } from '../../src/model/time.ts';
import type { Probes } from '../../src/run/http.ts';
import { until } from '../stories/until.ts';
import type { Controller } from '../stories/world.ts';
import { clockOf, doorOf, type Life, life } from './life.ts';

/** What a process in this process finds outside itself. */
export interface Surroundings {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  /** The API server, by the clock of the process. */
  connect(clock: Clock): Api;
  /** How its fence scripts are run; `kill` ends the process. */
  execute(kill: () => void): Execute;
  readonly name: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `evenkeel run` within this process: the whole command, with doors that lead to the embedded cluster. */
export function startProcess(surroundings: Surroundings, { directory, text }: { readonly directory: string; readonly text: string }): Controller {
  const { clock, name } = surroundings;
  const own = life();
  const config = join(directory, `${name}.yaml`);
  writeFileSync(config, text);
  const stop = new AbortController();
  const output = outputOf();
  const say = (text: string): void => {
    if (!own.dead) output.add(text);
  };
  let probes: Probes | undefined;
  const killed = Promise.withResolvers<string | number>();
  const kill = (code: string | number): void => {
    own.end();
    killed.resolve(code);
    // Nothing that it would do comes through any more; but Node keeps signals that others listen to until they have aborted.
    stop.abort();
  };
  const terminate = async (): Promise<void> => {
    await own.goOn();
    stop.abort();
  };
  const io = ioOf(surroundings, own, stop.signal);
  const given: Io = {
    ...io,
    out: say,
    error: say,
    logTo: { write: say },
    execute: surrounded(surroundings.execute(() => kill('SIGKILL')), own),
    serve(asked) {
      probes = asked;
      return Promise.resolve({ port: undefined, close: () => undefined });
    },
  };
  const ended = Promise.race([killed.promise, runTo(given, ['run', '--config', config])]);
  let over: number | string | undefined;
  void ended.then((code) => (over = code));
  return {
    pid: 0,
    config,
    log: () => output.lines,
    raw: () => output.text(),
    leads: () => output.lines.some(({ reason }) => reason === 'LeaderChanged'),
    ready: () => Promise.resolve(probes !== undefined && probes.notReady() === undefined),
    async metrics() {
      const { metrics, refresh } = await until('the controller serves its metrics', () => probes);
      refresh();
      return metrics.registry.metrics();
    },
    async kill(signal) {
      if (over !== undefined) return over;
      if (signal === 'SIGSTOP') own.freeze();
      if (signal === 'SIGCONT') own.thaw();
      if (signal === 'SIGKILL') kill('SIGKILL');
      // A second SIGTERM ends the process at once, as in main.ts.
      if (signal === 'SIGTERM') void (stop.signal.aborted ? kill(1) : terminate());
      return signal === 'SIGKILL' || signal === 'SIGTERM' ? clock.during(ended) : undefined;
    },
    ended,
  };
}

/** Runs one command of evenkeel to its end, as a process of its own. */
export async function runCommand(surroundings: Surroundings, args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  const written = { out: '', error: '' };
  const own = life();
  const io: Io = {
    ...ioOf(surroundings, own, new AbortController().signal),
    out: (text) => void (written.out += text),
    error: (text) => void (written.error += text),
    execute: surroundings.execute(() => undefined),
    serve: () => Promise.reject(new Error('Only evenkeel run serves anything')),
  };
  const code = await surroundings.clock.during(runTo(io, args));
  return { code, ...written };
}

function ioOf({ clock, chance, connect, name, environment = {} }: Surroundings, own: Life, stop: AbortSignal): Omit<Io, 'out' | 'error' | 'execute' | 'serve'> {
  const ownClock = clockOf(clock, own);
  return {
    ask: () => Promise.resolve(undefined),
    askPrometheus: () => Promise.resolve({ problem: 'there is no Prometheus in this world' }),
    environment: { POD_NAME: name, ...environment },
    clock: ownClock,
    random: () => chance.random(),
    identity: `${name}_${chance.newID()}`,
    stop,
    connect: () => doorOf(connect(ownClock), ownClock, own),
  };
}

/** What `main.ts` makes of a command's end. */
async function runTo(io: Io, args: readonly string[]): Promise<number> {
  try {
    await program(io, '0').parseAsync(['node', 'evenkeel', ...args]);
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    io.error(`evenkeel: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** A script ends whenever it does; who started it hears of that when it goes on. */
const surrounded = (execute: Execute, { goOn }: Life): Execute => async (...args) => {
  const executed = await execute(...args);
  await goOn();
  return executed;
};

interface Output {
  readonly lines: readonly Record<string, unknown>[];
  text(): string;
  add(text: string): void;
}

function outputOf(): Output {
  const lines: Record<string, unknown>[] = [];
  const written: string[] = [];
  return {
    lines,
    text: () => written.join(''),
    add(text) {
      written.push(text);
      if (text.startsWith('{')) lines.push(JSON.parse(text) as Record<string, unknown>);
    },
  };
}
