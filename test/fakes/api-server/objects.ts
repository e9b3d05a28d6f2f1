/** An object as the fake keeps it. */
export interface StoredObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface HistoryEntry {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly object: StoredObject;
}

/** One global revision, objects by path, and the history that watches resume from. */
export interface Objects {
  readonly revision: number;
  list(collection: string): readonly StoredObject[];
  get(path: string): StoredObject | undefined;
  put(collection: string, object: StoredObject): StoredObject;
  remove(path: string): StoredObject | undefined;
  since(collection: string, revision: number): readonly HistoryEntry[];
  /** Counts up without a change to the collection, as other kinds do. */
  tick(): number;
  /** As after a restore from a backup. */
  restore(revision: number): void;
  onChange(listener: (entry: HistoryEntry) => void): void;
}

export function makeObjects(start = 100): Objects {
  let revision = start;
  let uids = 0;
  const stored = new Map<string, StoredObject>();
  const history: HistoryEntry[] = [];
  const listeners: ((entry: HistoryEntry) => void)[] = [];
  const record = (entry: HistoryEntry): void => {
    history.push(entry);
    for (const listener of listeners) listener(entry);
  };
  return {
    get revision() {
      return revision;
    },
    list: (collection) => [...stored].filter(([path]) => path.slice(0, path.lastIndexOf('/')) === collection).map(([, object]) => object),
    get: (path) => stored.get(path),
    put(collection, object) {
      const path = `${collection}/${object.metadata.name}`;
      const before = stored.get(path);
      revision += 1;
      uids += 1;
      const uid = before?.metadata.uid ?? object.metadata.uid ?? `uid-${uids}`;
      const now = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(revision) } };
      stored.set(path, now);
      record({ revision, type: before === undefined ? 'ADDED' : 'MODIFIED', collection, object: now });
      return now;
    },
    remove(path) {
      const before = stored.get(path);
      if (before === undefined) return undefined;
      revision += 1;
      stored.delete(path);
      const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } };
      record({ revision, type: 'DELETED', collection: path.slice(0, path.lastIndexOf('/')), object });
      return before;
    },
    since: (collection, from) => history.filter((entry) => entry.collection === collection && entry.revision > from),
    tick() {
      revision += 1;
      return revision;
    },
    restore(to) {
      revision = to;
      history.length = 0;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
