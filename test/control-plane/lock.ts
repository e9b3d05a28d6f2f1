import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `work` while holding the lock file at `path`; waits for another process that holds it, and takes it over from a dead one. */
export async function withLock(path: string, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  for (let round = 0; !(await take(path)); round += 1) {
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && !alive(holder)) await rm(path, { force: true });
    else if (round % 60 === 0) say(`Waiting for process ${holder}, which holds ${path}`);
    await sleep(500);
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** `wx` fails when the file exists: that is the whole lock. */
const take = (path: string): Promise<boolean> => writeFile(path, String(process.pid), { flag: 'wx' }).then(() => true, unlessItExists);

function unlessItExists(error: NodeJS.ErrnoException): boolean {
  if (error.code === 'EEXIST') return false;
  throw error;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
