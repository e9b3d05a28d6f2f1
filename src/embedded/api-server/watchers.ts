import type { Change } from './history.ts';
import type { KubeObject } from './object.ts';

/** Somebody who is told of the changes of one kind. */
export interface Watcher {
  /** Absent: all of them. A pair of field and value that all objects of interest have, to look at no others. */
  readonly only?: { readonly field: string; readonly value: string } | undefined;
  /** Changes up to this version are no news. */
  readonly after: number;
  readonly bookmarks: boolean;
  matches(object: KubeObject): boolean;
  tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', change: Change): void;
  bookmark(version: number): void;
  end(): void;
}

/** The watchers of one kind. Those who want the objects of one node, say, are not asked about all the others. */
export class Watchers {
  readonly #fieldsOf: (object: KubeObject) => Readonly<Record<string, string>>;
  readonly #all = new Set<Watcher>();
  readonly #unbounded = new Set<Watcher>();
  readonly #bounded = new Map<string, Map<string, Set<Watcher>>>();

  constructor(fieldsOf: (object: KubeObject) => Readonly<Record<string, string>>) {
    this.#fieldsOf = fieldsOf;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Watcher> {
    return [...this.#all][Symbol.iterator]();
  }

  add(watcher: Watcher): void {
    this.#all.add(watcher);
    this.#placeOf(watcher).add(watcher);
  }

  remove(watcher: Watcher): void {
    this.#all.delete(watcher);
    this.#placeOf(watcher).delete(watcher);
    const { only } = watcher;
    if (only === undefined) return;
    const values = this.#bounded.get(only.field);
    if (values?.get(only.value)?.size === 0) values.delete(only.value);
    if (values?.size === 0) this.#bounded.delete(only.field);
  }

  tell(change: Change): void {
    if (this.#all.size === 0) return;
    for (const watcher of this.#unbounded) tellOne(watcher, change);
    for (const [field, values] of this.#bounded) {
      const [was, is] = [this.#valueOf(change.before, field), this.#valueOf(change.after, field)];
      if (was !== undefined) for (const watcher of values.get(was) ?? []) tellOne(watcher, change);
      if (is !== undefined && is !== was) for (const watcher of values.get(is) ?? []) tellOne(watcher, change);
    }
  }

  #valueOf(object: KubeObject | undefined, field: string): string | undefined {
    return object === undefined ? undefined : this.#fieldsOf(object)[field];
  }

  #placeOf({ only }: Watcher): Set<Watcher> {
    if (only === undefined) return this.#unbounded;
    let values = this.#bounded.get(only.field);
    if (values === undefined) this.#bounded.set(only.field, (values = new Map<string, Set<Watcher>>()));
    let place = values.get(only.value);
    if (place === undefined) values.set(only.value, (place = new Set()));
    return place;
  }
}

/** Who selects sees an object come when it begins to match, and go when it ends to. */
export function tellOne(watcher: Watcher, change: Change): void {
  if (change.version <= watcher.after) return;
  const was = change.before !== undefined && watcher.matches(change.before);
  const is = change.after !== undefined && watcher.matches(change.after);
  if (is) watcher.tell(was ? 'MODIFIED' : 'ADDED', change);
  else if (was) watcher.tell('DELETED', change);
}
