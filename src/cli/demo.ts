import { Command, Option } from 'commander';
import { type Break, breaks } from '../demo/breaks.ts';
import { Exit, type Io } from './io.ts';

interface Given {
  readonly json?: boolean;
  readonly serve?: boolean;
  readonly break?: Break;
}

/** Runs one command line of this program with another outside. */
export type RunCommand = (io: Io, args: readonly string[]) => Promise<unknown>;

/** `run` is for the commands that the demo shows the answers of. */
export function demoCommand(io: Io, run: RunCommand): Command {
  return new Command('demo')
    .summary('watch a machine die and come back, on a cluster inside this process')
    .description(
      'Starts a small Kubernetes in this process (no cluster, no root, nothing but 127.0.0.1) and the real controller beside it, and tells live how evenkeel gets Elasticsearch off a dead machine and spreads Deployments over it when it is back. Takes about half a minute and leaves nothing behind.',
    )
    .addOption(new Option('--break <what>', 'break something that evenkeel has to notice, and see what it refuses to do').choices(breaks))
    .option('--serve', 'keep the cluster up afterwards, for kubectl, until Ctrl-C')
    .option('--json', 'print every record as a line of JSON; the last has "type":"summary"')
    .addHelpText('after', help)
    .action((given: Given) => show(given, io, run));
}

const help = `
What can be broken:
  script-lies      the fence script says that the machine is off, and it is not
  script-fails     the fence script cannot switch the machine off
  all-nodes-down   every kubelet falls silent at once

Plain text when piped or with NO_COLOR; a person who presses Ctrl-C gets a clean end.
Exit codes: 0 all went as it should (refusals included), 1 it did not, 2 bad option, 130 stopped by Ctrl-C before the end.

Examples:
  evenkeel demo
  evenkeel demo --break script-lies
  evenkeel demo --serve`;

async function show({ json = false, serve = false, break: what }: Given, io: Io, run: RunCommand): Promise<void> {
  const terminal = io.environment['TERM'] === 'dumb' ? undefined : io.terminal;
  // Only this command needs a cluster of its own: the others start without it.
  const { demo } = await import('../demo/demo.ts');
  const code = await demo(
    { json, serve, break: what },
    {
      clock: io.clock,
      out: (text) => io.out(text),
      error: (text) => io.error(text),
      terminal,
      // https://no-color.org: set and not empty means none.
      colour: terminal !== undefined && (io.environment['NO_COLOR'] ?? '') === '',
      seed: Math.floor(io.random() * 2 ** 32),
      path: io.environment['PATH'],
      evenkeel: (args) => answerOf(args, io, run),
      stop: io.stop,
    },
  );
  if (code !== 0) throw new Exit(code);
}

async function answerOf(args: readonly string[], io: Io, run: RunCommand): Promise<string> {
  let says = '';
  const hear = (text: string): void => void (says += text);
  try {
    await run({ ...io, out: hear, error: hear, ask: () => Promise.resolve(undefined) }, args);
  } catch (error) {
    // What it complained about is its answer.
    if (!(error instanceof Exit)) throw error;
  }
  return says;
}
