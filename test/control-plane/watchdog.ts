import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join, resolve } from 'node:path';

/**
 * Reads from a pipe that nobody writes to. It ends when the process that started us closes it, or dies in whatever way; then
 * every process with a `*.pid` file in the directory is killed, and the directory removed. Twice, since a program may just be starting.
 * The logs are saved before, for whoever asked.
 */
const script = `
read -r line
for round in 1 2; do
  for file in "$0"/*.pid; do
    if [ -f "$file" ]; then kill -KILL "$(cat "$file")"; fi
  done
  sleep 0.1
done
if [ -n "$1" ]; then mkdir -p "$1" && cp "$0"/*.log "$1"; fi
rm -rf -- "$0"
`;

export interface Watchdog {
  /** Kills what is left, removes the directory, and returns when both are done. */
  finish(): Promise<void>;
}

/**
 * Starts the one that cleans up `directory`, also after a SIGKILL of this process. It has a session of its own: Ctrl-C does not
 * reach it. The logs go to a folder of the same name in `keepLogsIn` first, when that is given.
 */
export function startWatchdog(directory: string, keepLogsIn: string | undefined): Watchdog {
  const kept = keepLogsIn === undefined || keepLogsIn === '' ? '' : join(resolve(keepLogsIn), basename(directory));
  const child = spawn('/bin/sh', ['-c', script, directory, kept], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
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
