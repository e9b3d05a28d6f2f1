import { spawn } from 'node:child_process';
import { type Clock, seconds } from '../../model/time.ts';
import { environmentOf, type Home, main } from './program.ts';

/** `evenkeel run`, as a process of its own. */
export interface Controller {
  /** How the process ended, by itself or because it was told to: its exit code or a signal's name. */
  readonly ended: Promise<number | string>;
  /** What it printed last, at most 20 lines: for whoever has to find out why it ended. */
  lastWords(): string;
  /** SIGTERM, then SIGKILL. Returns when the process is gone. */
  stop(): Promise<void>;
}

export interface ControllerWishes {
  readonly config: string;
  readonly kubeconfig: string;
  readonly home: Home;
  readonly clock: Clock;
}

/** Longer than it takes to give its Lease back, shorter than a person waits after Ctrl-C. */
const patience = seconds(5);

/**
 * Starts it in a session of its own, so that Ctrl-C reaches the demo alone, which then ends it in order. The channel between
 * the two is closed by the death of this process, whatever kills it: the controller ends then, too.
 */
export function startController({ config, kubeconfig, home, clock }: ControllerWishes): Controller {
  const child = spawn(process.execPath, [main, 'run', '--config', config, '--kubeconfig', kubeconfig], {
    cwd: home.directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...environmentOf(home), POD_NAME: 'evenkeel-demo' },
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (words = `${words}${chunk.toString()}`.split('\n').slice(-21).join('\n')));
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    child.once('error', (error) => resolve(error.message));
  });
  return {
    ended,
    lastWords: () => words.trim(),
    async stop() {
      child.kill('SIGTERM');
      const gone = new AbortController();
      await Promise.race([ended, clock.sleep(patience, gone.signal)]);
      gone.abort();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
