import type { Clock, Instant, Tick } from '../../model/time.ts';
import type { Journal } from './journal.ts';

/** Who writes: one run of one pod's container in one boot of one machine. */
export interface Writer {
  readonly node: string;
  readonly bootID: string;
  readonly podUID: string;
  /** `namespace/name`, for people. */
  readonly pod: string;
}

interface When {
  readonly at: Instant;
  readonly tick: Tick;
}

/** One line of a disk's log. The disk sees what the machines really do, not what any API object says. */
export type DiskEntry = When &
  (
    | { readonly kind: 'attach' | 'mount' | 'unmount'; readonly node: string; readonly why?: string }
    /** `mounted`: the machine had power and the file system was still mounted when the disk was pulled. */
    | { readonly kind: 'detach'; readonly node: string; readonly mounted: boolean }
    /** `attached`: whether the disk was attached to the writer's machine at that moment. */
    | { readonly kind: 'open' | 'write'; readonly writer: Writer; readonly attached: boolean }
    | { readonly kind: 'close'; readonly writer: Writer; readonly why: string }
  );

/** An entry before it gets its time stamp. */
type DiskAct = DiskEntry extends infer Entry ? (Entry extends DiskEntry ? Omit<Entry, 'at' | 'tick'> : never) : never;

export type AttachResult = { readonly kind: 'attached' } | { readonly kind: 'refused'; readonly attachedTo: string };

/** Block devices on shared storage: each is attached to one machine at most (RWO), each is one append-only log. */
export interface Disks {
  attach(handle: string, node: string): AttachResult;
  /** Pulls the disk, mounted or not: that is what the storage does when it is told to. */
  detach(handle: string, node: string): void;
  attachedTo(handle: string): string | undefined;
  mount(handle: string, node: string): void;
  unmount(handle: string, node: string, why: string): void;
  open(handle: string, writer: Writer): void;
  write(handle: string, writer: Writer): void;
  close(handle: string, writer: Writer, why: string): void;
  /** Handles of all disks that were ever used, sorted. */
  handles(): readonly string[];
  entries(handle: string): readonly DiskEntry[];
}

export function disksIn(journal: Journal, clock: Clock): Disks {
  const attachments = new Map<string, string>();
  const mounts = new Set<string>();
  const log = (handle: string, act: DiskAct): void => {
    const { wall, tick } = clock.now();
    journal.append(logOf(handle), { at: wall, tick, ...act });
  };
  const isAttached = (handle: string, node: string): boolean => attachments.get(handle) === node;
  const mountKey = (handle: string, node: string): string => `${handle}\n${node}`;
  return {
    attach(handle, node) {
      const holder = attachments.get(handle);
      if (holder !== undefined && holder !== node) return { kind: 'refused', attachedTo: holder };
      if (holder === undefined) log(handle, { kind: 'attach', node });
      attachments.set(handle, node);
      return { kind: 'attached' };
    },
    detach(handle, node) {
      if (!isAttached(handle, node)) return;
      attachments.delete(handle);
      log(handle, { kind: 'detach', node, mounted: mounts.has(mountKey(handle, node)) });
    },
    attachedTo: (handle) => attachments.get(handle),
    mount(handle, node) {
      mounts.add(mountKey(handle, node));
      log(handle, { kind: 'mount', node });
    },
    unmount(handle, node, why) {
      if (mounts.delete(mountKey(handle, node))) log(handle, { kind: 'unmount', node, why });
    },
    open: (handle, writer) => log(handle, { kind: 'open', writer, attached: isAttached(handle, writer.node) }),
    write: (handle, writer) => log(handle, { kind: 'write', writer, attached: isAttached(handle, writer.node) }),
    close: (handle, writer, why) => log(handle, { kind: 'close', writer, why }),
    handles: () => journal.logs().filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    entries: (handle) => journal.read(logOf(handle)) as readonly DiskEntry[],
  };
}

/** Keeps the disks apart from the other logs of a journal. */
const prefix = 'disk.';
const logOf = (handle: string): string => `${prefix}${handle}`;
