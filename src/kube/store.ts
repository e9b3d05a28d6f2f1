export interface Change<R> {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly key: string;
  /** The record as it is now; absent when it was removed. */
  readonly now?: R;
  /** The record as it was; absent when it is new. */
  readonly before?: R;
}

/** How to tell records apart: by key, by incarnation (UID), by version. */
export interface Identity<R> {
  keyOf(record: R): string;
  uidOf(record: R): string;
  versionOf(record: R): string;
}

export interface Store<R> {
  readonly records: ReadonlyMap<string, R>;
  /** Takes one record; the same one again (equal UID and version) changes nothing. */
  put(record: R): void;
  remove(record: R): void;
  /** Puts a whole new set in place at once, then tells the differences: removals first. */
  replace(next: Map<string, R>): void;
  /** The record that is already here, if it is the same one: after a re-list the heap does not hold everything twice. */
  reuse(record: R): R;
}

/** Holds one kind's records and tells `changed` of each difference, after it has been made. */
export function recordStore<R>(identity: Identity<R>, changed: (change: Change<R>) => void): Store<R> {
  let records = new Map<string, R>();
  const { keyOf } = identity;
  return {
    get records() {
      return records;
    },
    put(record) {
      const key = keyOf(record);
      const before = records.get(key);
      if (before !== undefined && isSame(identity, before, record)) return;
      records.set(key, record);
      tell(identity, changed, key, before, record);
    },
    remove(record) {
      const key = keyOf(record);
      const before = records.get(key);
      if (before === undefined) return;
      records.delete(key);
      changed({ kind: 'removed', key, before });
    },
    replace(next) {
      const previous = records;
      records = next;
      for (const [key, before] of previous) if (!next.has(key)) changed({ kind: 'removed', key, before });
      for (const [key, now] of next) {
        const before = previous.get(key);
        if (before !== now) tell(identity, changed, key, before, now);
      }
    },
    reuse(record) {
      const known = records.get(keyOf(record));
      return known !== undefined && isSame(identity, known, record) ? known : record;
    },
  };
}

const isSame = <R>(identity: Identity<R>, left: R, right: R): boolean =>
  identity.versionOf(left) === identity.versionOf(right) && identity.uidOf(left) === identity.uidOf(right);

/** A new UID under an old name is another object: it was removed and added, never changed. */
function tell<R>(identity: Identity<R>, changed: (change: Change<R>) => void, ...[key, before, now]: [string, R | undefined, R]): void {
  if (before === undefined) {
    changed({ kind: 'added', key, now });
  } else if (identity.uidOf(before) === identity.uidOf(now)) {
    changed({ kind: 'changed', key, now, before });
  } else {
    changed({ kind: 'removed', key, before });
    changed({ kind: 'added', key, now });
  }
}
