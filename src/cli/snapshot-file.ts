import { closeSync, createReadStream, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { SnapshotReader, type ClusterSnapshot } from '../observe/snapshot/read.ts';
import { SnapshotProblem } from '../observe/snapshot/scan.ts';
import type { SnapshotSink } from '../observe/snapshot/take.ts';

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

/** Writes beside the file and puts it in place when it is complete: half a snapshot is never taken for a whole one. */
export async function writeSnapshotFile<Result>(path: string, fill: (sink: SnapshotSink) => Promise<Result>): Promise<Result> {
  const partial = `${path}.partial`;
  // What runs where is nobody else's business.
  const file = openSync(partial, 'w', 0o600);
  let length = 0;
  const sink: SnapshotSink = {
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
  try {
    const result = await fill(sink);
    closeSync(file);
    renameSync(partial, path);
    return result;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
