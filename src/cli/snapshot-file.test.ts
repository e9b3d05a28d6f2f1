import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aFolder } from '../../test/fakes/command-line.ts';
import type { SnapshotSink } from '../observe/snapshot/take.ts';
import { writeSnapshotFile } from './snapshot-file.ts';

const writing = (text: string) => (sink: SnapshotSink) => Promise.resolve(sink.write(text));

describe('a snapshot file', () => {
  test('takes the place of an older one as a whole, for its owner alone', async () => {
    using folder = aFolder();
    const path = folder.put('cluster.json', 'older and longer');
    await writeSnapshotFile(path, writing('new'));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readdirSync(folder.path)).toEqual(['cluster.json']);
  });

  test.each<[string, (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a symbolic link', (path) => symlinkSync('elsewhere.json', path)],
    ['a pipe or a device', (path) => void execFileSync('mkfifo', [path])],
  ])('never replaces %s, and says so before anything is read', async (is, make) => {
    using folder = aFolder();
    const path = join(folder.path, 'cluster.json');
    make(path);
    const before = lstatSync(path).mode;
    let asked = false;
    const fill = (): Promise<void> => Promise.resolve(void (asked = true));
    await expect(writeSnapshotFile(path, fill)).rejects.toThrow(`${path} is ${is}, and only a regular file is replaced`);
    expect({ asked, mode: lstatSync(path).mode, left: readdirSync(folder.path) }).toEqual({ asked: false, mode: before, left: ['cluster.json'] });
  });

  test('is not written through a link that waits at a name beside it', async () => {
    using folder = aFolder();
    const path = join(folder.path, 'cluster.json');
    const others = folder.put('others', 'not ours');
    symlinkSync(others, `${path}.partial`);
    await writeSnapshotFile(path, writing('new'));
    expect(readFileSync(others, 'utf8')).toBe('not ours');
    expect(lstatSync(path).isFile()).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')('that fails half way is closed and gone, and the older one stays', async () => {
    using folder = aFolder();
    const path = folder.put('cluster.json', 'older');
    const fill = (sink: SnapshotSink): Promise<void> => {
      sink.write('half');
      return Promise.reject(new Error('the cluster is gone'));
    };
    await expect(writeSnapshotFile(path, fill)).rejects.toThrow('the cluster is gone');
    expect(readFileSync(path, 'utf8')).toBe('older');
    expect(readdirSync(folder.path)).toEqual(['cluster.json']);
    expect(openFiles().filter((each) => each.startsWith(folder.path))).toEqual([]);
  });
});

/** What this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((each) => {
    try {
      return [readlinkSync(join('/proc/self/fd', each))];
    } catch {
      // The one that read the folder.
      return [];
    }
  });
}
