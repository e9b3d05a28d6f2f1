import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoRecord } from '../../src/demo/records/record.ts';
import type { Summary } from '../../src/demo/summary/summary.ts';
import { until } from '../stories/until.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** One `evenkeel demo`, as a process without a terminal, with a directory of its own for temporary files. */
export interface RunningDemo {
  readonly process: ChildProcess;
  out(): string;
  error(): string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Waits until the output has this text. */
  says(text: string): Promise<void>;
  /** Every record of `--json` so far. */
  records(): readonly (DemoRecord | Summary)[];
  /** Processes and files of this demo that are there now. */
  leftovers(): readonly string[];
  /** The process of `evenkeel run`, while it runs. */
  controllerPID(): number | undefined;
  /** Waits for its end, and removes what it left. */
  clear(): Promise<void>;
}

export function runDemo(...args: readonly string[]): RunningDemo {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-test-demo-'));
  const child = spawn(process.execPath, [main, 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: directory, TMPDIR: directory } });
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  return {
    process: child,
    out: () => out,
    error: () => error,
    ended,
    says: (text) => until(`the demo says ${JSON.stringify(text)}`, () => out.includes(text), 120_000).then(() => undefined),
    records: () => out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as DemoRecord | Summary),
    leftovers: () => [...processesAt(directory), ...readdirSync(directory)],
    controllerPID() {
      const line = processesAt(directory, 'pid=,args=').find((each) => each.includes(' run '));
      return line === undefined ? undefined : Number.parseInt(line, 10);
    },
    async clear() {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The command lines of the demo's children name its folder. */
function processesAt(directory: string, columns = 'args='): string[] {
  return execFileSync('ps', ['-A', '-o', columns], { encoding: 'utf8' }).split('\n').filter((line) => line.includes(directory));
}
