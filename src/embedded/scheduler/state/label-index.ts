import type { RawSelector, Words } from '../../controllers/workload/objects.ts';

/** Which pods an entry can concern at all. */
export interface Concern {
  /** Undefined: those of any namespace. */
  readonly namespaces: readonly string[] | undefined;
  /** One label that all of them have; undefined: none is known. */
  readonly label: readonly [key: string, value: string] | undefined;
}

/** A label that a selector asks for, to look up who may be selected; most selectors have one. */
export function labelOf(selector: RawSelector | undefined): Concern['label'] {
  const [first] = Object.entries(selector?.matchLabels ?? {});
  return first;
}

/** Entries by namespace and label, so that a pod meets few of those that do not concern it. */
export class LabelIndex<Entry> {
  readonly #places = new Map<string, Set<Entry>>();

  add(concern: Concern, entry: Entry): void {
    for (const place of placesOf(concern)) this.#places.set(place, (this.#places.get(place) ?? new Set<Entry>()).add(entry));
  }

  remove(concern: Concern, entry: Entry): void {
    for (const place of placesOf(concern)) {
      const entries = this.#places.get(place);
      entries?.delete(entry);
      if (entries?.size === 0) this.#places.delete(place);
    }
  }

  /** Those that may concern a pod of this namespace with these labels, and maybe some more. */
  *concerning(namespace: string, labels: Words): Iterable<Entry> {
    for (const home of [namespace, '']) {
      yield* this.#places.get(home) ?? [];
      for (const key of Object.keys(labels)) yield* this.#places.get(placeOf(home, [key, labels[key] ?? ''])) ?? [];
    }
  }

  clear(): void {
    this.#places.clear();
  }
}

/** Those of any namespace stand under the empty name. */
const placesOf = ({ namespaces, label }: Concern): string[] => (namespaces ?? ['']).map((namespace) => placeOf(namespace, label));

const placeOf = (namespace: string, label: Concern['label']): string => (label === undefined ? namespace : `${namespace} ${label[0]}=${label[1]}`);
