import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one run of a program cost. */
export interface Cost {
  readonly seconds: number;
  /** User and system time of the process, seconds. */
  readonly processor: number;
  /** Peak resident memory, MiB. */
  readonly memory: number;
  readonly code: number | 'killed';
  readonly stdout: string;
  readonly stderr: string;
}

/** Linux counts processor time in hundredths of a second here. */
const tick = 100;
const lookEvery = 20;

/** Runs a program to its end, or kills it at the limit, and reads what it cost from /proc while it lives: Linux only. */
export async function measure(command: string, args: readonly string[], limitSeconds: number): Promise<Cost> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const started = performance.now();
  let last = { processor: 0, memory: 0 };
  const look = setInterval(() => {
    last = read(child.pid) ?? last;
  }, lookEvery);
  const timer = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1_000);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(look);
  clearTimeout(timer);
  return { seconds, ...last, code: code ?? 'killed', stdout: out(), stderr: err() };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return () => text;
}

function read(pid: number | undefined): { processor: number; memory: number } | undefined {
  try {
    const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+)/u.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const peak = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return peak === undefined ? undefined : { processor: (Number(user) + Number(system)) / tick, memory: Number(peak) / 1_024 };
  } catch {
    return undefined; // It has ended between two looks.
  }
}
