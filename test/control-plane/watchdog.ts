import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads from a pipe that nobody writes to. It ends when the process that started us closes it, or dies in whatever way; then
 * every process with a `*.pid` file in the directory is killed, and the directory removed. Twice, since a program may just be starting.
 */
const script = `
read -r line
for round in 1 2; do
  for file in "$0"/*.pid; do
    if [ -f "$file" ]; then kill -KILL "$(cat "$file")"; fi
  done
  sleep 0.1
done
rm -rf -- "$0"
`;

export interface Watchdog {
  /** Kills what is left, removes the directory, and returns when both are done. */
  finish(): Promise<void>;
}

/** Starts the one that cleans up `directory`, also after a SIGKILL of this process. It has a session of its own: Ctrl-C does not reach it. */
export function startWatchdog(directory: string): Watchdog {
  const child = spawn('/bin/sh', ['-c', script, directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  child.unref();
  const ended = once(child, 'exit');
  return {
    async finish() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
