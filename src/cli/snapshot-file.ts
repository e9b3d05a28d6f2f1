import { randomBytes } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, ftruncateSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { SnapshotReader, type ClusterSnapshot } from '../observe/snapshot/read.ts';
import { SnapshotProblem } from '../observe/snapshot/scan.ts';
import type { SnapshotSink } from '../observe/snapshot/take.ts';
import { Refused } from './person.ts';

/** Reads one snapshot from files; `-` is standard input. */
export async function readSnapshotFiles(paths: readonly string[]): Promise<ClusterSnapshot> {
  const reader = new SnapshotReader();
  for (const path of paths) await readInto(reader, path);
  const { snapshot } = reader;
  if (snapshot.facts.nodes.length === 0) throw new SnapshotProblem(`The snapshot ${paths.join(', ')} has no nodes: is it of a cluster, with nodes and pods in it?`);
  return snapshot;
}

async function readInto(reader: SnapshotReader, path: string): Promise<void> {
  const file = reader.file();
  try {
    for await (const chunk of createReadStream(path === '-' ? '/dev/stdin' : path, { highWaterMark: 1_048_576 })) file.feed(chunk as Uint8Array);
    file.end();
  } catch (error) {
    const { code } = error as { code?: string };
    if (error instanceof SnapshotProblem) throw new SnapshotProblem(`The snapshot ${path} cannot be used: ${error.message}`);
    if (code !== undefined) throw new SnapshotProblem(`The snapshot ${path} cannot be read: ${known[code] ?? code}`);
    throw error;
  }
}

const known: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'this user may not read it', EISDIR: 'it is a directory' };

type Fill<Result> = (sink: SnapshotSink) => Promise<Result>;

/** Writes beside the file and puts it in place when it is complete: half a snapshot is never taken for a whole one. */
export async function writeSnapshotFile<Result>(path: string, fill: Fill<Result>): Promise<Result> {
  refuseToReplace(path);
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  // What runs where is nobody else's business, and a link that somebody left here is not followed.
  const file = openSync(partial, 'wx', 0o600);
  try {
    const result = await fillFile(file, fill);
    renameSync(partial, path);
    return result;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Only a file is replaced: a pipe or a device would be gone from the system, and a link would no longer be one. */
function refuseToReplace(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  const is = found.isDirectory() ? 'a directory' : found.isSymbolicLink() ? 'a symbolic link' : 'a pipe or a device';
  throw new Refused(`${path} is ${is}, and only a regular file is replaced: name a file; without one, or with -, it goes to standard output`);
}

async function fillFile<Result>(file: number, fill: Fill<Result>): Promise<Result> {
  try {
    const result = await fill(sinkInto(file));
    fsyncSync(file);
    return result;
  } finally {
    closeSync(file);
  }
}

function sinkInto(file: number): SnapshotSink {
  let length = 0;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, length + done);
      length += bytes.length;
    },
    mark() {
      const kept = length;
      return () => {
        ftruncateSync(file, kept);
        length = kept;
      };
    },
  };
}
