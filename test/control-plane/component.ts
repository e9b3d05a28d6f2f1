import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to run one component. */
export interface ComponentSpec {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** Answers 200 when the component is of use. */
  readonly health: string;
}

/** One process of the control plane. */
export interface Component {
  /** Starts it and returns when it is healthy. The error holds the end of its log. */
  start(): Promise<void>;
  /** SIGKILL, as by the kernel: no goodbye, no flush. Returns when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  readonly running: boolean;
}

const startLimit = 60_000;

/** Prepares a component whose log and pid file lie in `directory`; the watchdog kills whatever has a pid file there. */
export function component(spec: ComponentSpec, directory: string): Component {
  const log = join(directory, `${spec.name}.log`);
  const pidFile = join(directory, `${spec.name}.pid`);
  let child: ChildProcess | undefined;
  const running = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const signal = (name: NodeJS.Signals): void => {
    if (!running()) throw new Error(`${spec.name} does not run: start it before you send it ${name}`);
    child?.kill(name);
  };
  return {
    async start() {
      if (running()) throw new Error(`${spec.name} runs already`);
      child = launch(spec, directory, log, pidFile);
      await healthy(spec, log, running);
    },
    async kill() {
      if (!running() || child === undefined) return;
      const gone = new Promise((resolve) => child?.once('exit', resolve));
      child.ref();
      child.kill('SIGKILL');
      await gone;
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    get running() {
      return running();
    },
  };
}

/** The shell writes its own pid and becomes the program: no moment in which the watchdog does not know it. */
function launch(spec: ComponentSpec, directory: string, log: string, pidFile: string): ChildProcess {
  const output = openSync(log, 'a');
  const child = spawn('/bin/sh', ['-c', 'echo $$ >"$0" && exec "$@"', pidFile, spec.binary, ...spec.args], {
    cwd: directory,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: directory, TMPDIR: directory },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.on('error', () => undefined).once('exit', () => rmSync(pidFile, { force: true }));
  child.unref();
  return child;
}

async function healthy(spec: ComponentSpec, log: string, running: () => boolean): Promise<void> {
  const deadline = performance.now() + startLimit;
  let answer = 'nothing';
  while (performance.now() < deadline) {
    if (!running()) throw new Error(`${spec.name} ended while starting. The end of ${log}:\n${await tail(log)}`);
    answer = await ask(spec.health);
    if (answer === '200') return;
    await sleep(50);
  }
  throw new Error(`${spec.name} was not healthy within ${startLimit / 1_000} s (${spec.health} answered ${answer}). The end of ${log}:\n${await tail(log)}`);
}

/** Asks without credentials; each component serves its health with a certificate of its own making. */
function ask(url: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, agent: false as const, timeout: 2_000 };
    const call = url.startsWith('https:') ? request(url, options) : get(url, { agent: false, timeout: 2_000 });
    call.once('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    call.once('timeout', () => call.destroy(new Error('no answer within 2 s')));
    call.once('error', (error) => resolve(error.message));
    call.end();
  });
}

async function tail(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-25).map((line) => line.slice(0, 600)).join('\n');
}
