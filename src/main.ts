import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { realDoors } from './cli/doors.ts';
import { Exit, type Io } from './cli/io.ts';
import { program } from './cli/program.ts';
import { seconds } from './model/time.ts';
import { realClock } from './run/real-clock.ts';

/** Wires the parts: the only file that reads argv and the environment, makes the real clock and ends the process. */
async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The second one ends at once, and takes running scripts along.
      if (stop.signal.aborted) process.exit(1);
      stop.abort();
    });
  }
  // A process that was started with a channel ends with whoever started it, even when that one was killed.
  if (process.connected) process.once('disconnect', () => stop.abort());
  // A reader that has seen enough (`| head`) ends us in order.
  process.stdout.on('error', () => stop.abort());
  const io: Io = {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    ask: (question) => askAtTerminal(question, stop.signal),
    ...(process.stdout.isTTY ? { terminal: { columns: () => process.stdout.columns || 80 } } : {}),
    environment: process.env,
    clock: realClock,
    random: Math.random,
    identity: `${process.env['POD_NAME'] ?? hostname()}_${randomUUID()}`,
    stop: stop.signal,
    ...realDoors,
  };
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  try {
    await program(io, version).parseAsync(process.argv);
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    process.stderr.write(`evenkeel: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function askAtTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  process.stderr.write(question);
  return new Promise((resolve) => {
    process.stdin.once('data', (line) => resolve(String(line).trim()));
    signal.addEventListener('abort', () => resolve(''), { once: true });
  });
}

/** Waits until a pipe has taken everything: what it has not taken would be lost with the process. */
const written = (stream: NodeJS.WriteStream): Promise<void> => new Promise((resolve) => void stream.write('', () => resolve()));

process.exitCode = await main();
const allWritten = Promise.all([written(process.stdout), written(process.stderr)]);
// Whoever reads an answer may take their time. A controller that has lost its Lease ends, even when nobody reads its log.
await (process.argv[2] === 'run' ? Promise.race([allWritten, realClock.sleep(seconds(2))]) : allWritten);
// Sockets that are kept alive must not keep a finished command alive.
process.exit();
