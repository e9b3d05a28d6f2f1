import type { Instant, Tick } from '../../model/time.ts';
import type { DiskEntry, Disks, Writer } from './disks.ts';

/** A moment at which data on a disk was, or could have been, destroyed. */
export interface Corruption {
  readonly kind: 'opened while another writer ran' | 'wrote after its successor' | 'wrote without attachment' | 'pulled while mounted';
  readonly at: Instant;
  readonly tick: Tick;
  /** Whose data it is: the pods and machines concerned, in words. */
  readonly says: string;
}

/**
 * Reads a disk's own log and finds every way in which two writers met on it: one began while another's container still
 * ran on a machine with power, one wrote after its successor had begun, one wrote to a disk that had been given away, or
 * the disk was pulled from under a mounted file system. Repetitions by the same writer are told once.
 */
export function findTwoWriters(entries: readonly DiskEntry[]): readonly Corruption[] {
  const history: History = { running: new Map(), begun: [], told: new Set() };
  const found: Corruption[] = [];
  for (const entry of entries) {
    for (const corruption of judge(entry, history)) {
      const once = `${corruption.kind} ${corruption.says}`;
      if (!history.told.has(once)) found.push(corruption);
      history.told.add(once);
    }
    remember(entry, history);
  }
  return found;
}

/** `findTwoWriters` over all disks; keys are volume handles, disks without a finding are left out. */
export function findCorruption(disks: Disks): ReadonlyMap<string, readonly Corruption[]> {
  const all = disks.handles().map((handle) => [handle, findTwoWriters(disks.entries(handle))] as const);
  return new Map(all.filter(([, found]) => found.length > 0));
}

interface History {
  /** Writers whose container has the disk open. */
  readonly running: Map<string, Writer>;
  /** Writers in the order of their first write. */
  readonly begun: string[];
  readonly told: Set<string>;
}

const keyOf = (writer: Writer): string => `${writer.node} ${writer.bootID} ${writer.podUID}`;
const nameOf = (writer: Writer): string => `${writer.pod} (${writer.podUID}) on ${writer.node} in boot ${writer.bootID}`;

function judge(entry: DiskEntry, history: History): Corruption[] {
  const { at, tick } = entry;
  if (entry.kind === 'detach') {
    return entry.mounted ? [{ kind: 'pulled while mounted', at, tick, says: `The disk was detached from ${entry.node}, which had it mounted` }] : [];
  }
  if (entry.kind !== 'open' && entry.kind !== 'write') return [];
  const found: Corruption[] = othersRunning(entry.writer, history).map((other) => ({
    kind: 'opened while another writer ran', at, tick, says: `${nameOf(entry.writer)} used the disk while ${nameOf(other)} still ran`,
  }));
  if (!entry.attached) found.push({ kind: 'wrote without attachment', at, tick, says: `${nameOf(entry.writer)} used a disk that was not attached to its machine` });
  if (hasSuccessor(entry.writer, history)) found.push({ kind: 'wrote after its successor', at, tick, says: `${nameOf(entry.writer)} used the disk after a later writer had begun` });
  return found;
}

const othersRunning = (writer: Writer, { running }: History): Writer[] => [...running.entries()].filter(([key]) => key !== keyOf(writer)).map(([, other]) => other);

function hasSuccessor(writer: Writer, { begun }: History): boolean {
  const place = begun.indexOf(keyOf(writer));
  return place !== -1 && place < begun.length - 1;
}

function remember(entry: DiskEntry, { running, begun }: History): void {
  if (entry.kind === 'open') running.set(keyOf(entry.writer), entry.writer);
  if (entry.kind === 'close') running.delete(keyOf(entry.writer));
  if (entry.kind === 'write' && !begun.includes(keyOf(entry.writer))) begun.push(keyOf(entry.writer));
}
