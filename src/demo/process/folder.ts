import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this demo's own, private to its user. */
export interface Folder {
  readonly path: string;
  /** Removes it, and returns when it is gone. */
  remove(): Promise<void>;
}

/**
 * Reads from a pipe that nobody writes to: it ends when this process closes it, or dies in whatever way. Ctrl-C does not reach
 * it, since it has a session of its own. The second try is for a child that was still writing.
 */
const remover = 'read -r line; rm -rf -- "$0" || { sleep 1; rm -rf -- "$0"; }';

/** Makes the folder, and the one who removes it even after a SIGKILL of this process. */
export function makeFolder(): Folder {
  const path = newFolder();
  const child = spawn('/bin/sh', ['-c', remover, path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  child.unref();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  return {
    path,
    async remove() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

function newFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'evenkeel-demo-'));
  } catch (error) {
    throw new Error(`No folder can be made in ${tmpdir()} (${error instanceof Error ? error.message : String(error)}): set TMPDIR to a directory that you may write to`, { cause: error });
  }
}

const scripts = join(import.meta.dirname, '../fence-scripts');

/**
 * Copies the demo's fence script into the folder and returns the directory of scripts. In a clone it may belong to somebody
 * else or be writable by a group (umask 002), and the controller refuses such scripts.
 */
export function layOutScripts(folder: string): string {
  const directory = join(folder, 'scripts');
  mkdirSync(join(directory, 'device'), { recursive: true, mode: 0o755 });
  for (const [file, mode] of [['fence', 0o755], ['script.yaml', 0o644]] as const) {
    copyFileSync(join(scripts, 'device', file), join(directory, 'device', file));
    chmodSync(join(directory, 'device', file), mode);
  }
  return directory;
}
