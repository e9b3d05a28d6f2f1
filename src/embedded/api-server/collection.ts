import type { KubeObject, ObjectMeta } from './object.ts';

/**
 * The objects of one kind, in the order of namespace and name, with their indexes. Reading one costs a look into a map,
 * writing one a binary search at most: nothing is ever sorted as a whole.
 */
export class Collection {
  readonly #objects = new Map<string, KubeObject>();
  /** Sorted; the same keys as `#objects`. */
  readonly #keys: string[] = [];
  readonly #indexes: readonly { valueOf(object: KubeObject): string | undefined; readonly sets: Map<string, Map<string, KubeObject>> }[];

  constructor(indexes: readonly ((object: KubeObject) => string | undefined)[]) {
    this.#indexes = indexes.map((valueOf) => ({ valueOf, sets: new Map<string, Map<string, KubeObject>>() }));
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  put(key: string, object: KubeObject): void {
    const before = this.#objects.get(key);
    if (before === undefined) this.#keys.splice(this.#position(key), 0, key);
    this.#objects.set(key, object);
    for (const { valueOf, sets } of this.#indexes) {
      const [was, is] = [before === undefined ? undefined : valueOf(before), valueOf(object)];
      if (was !== undefined && was !== is) leave(sets, was, key);
      if (is !== undefined) enter(sets, is, [key, object]);
    }
  }

  remove(key: string): void {
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#objects.delete(key);
    this.#keys.splice(this.#position(key), 1);
    for (const { valueOf, sets } of this.#indexes) {
      const was = valueOf(before);
      if (was !== undefined) leave(sets, was, key);
    }
  }

  /** Objects with their keys, from `start` on, of one namespace or of all. */
  *entries(namespace?: string, start = ''): Generator<readonly [string, KubeObject]> {
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    for (let index = this.#position(start > prefix ? start : prefix); index < this.#keys.length; index += 1) {
      const key = this.#keys[index] ?? '';
      if (!key.startsWith(prefix)) return;
      const object = this.#objects.get(key);
      if (object !== undefined) yield [key, object];
    }
  }

  *values(namespace?: string): Generator<KubeObject> {
    for (const [, object] of this.entries(namespace)) yield object;
  }

  /** Objects that an index holds under this value, in no promised order but always the same one. */
  indexed(index: number, value: string): Iterable<KubeObject> {
    return this.#indexes[index]?.sets.get(value)?.values() ?? [];
  }

  /** Where the key is, or would be. */
  #position(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Objects sort by this key as they sort in etcd: by namespace, then name. */
export const keyOf = ({ namespace, name }: Pick<ObjectMeta, 'name'> & { readonly namespace?: string | undefined }): string => (namespace === undefined ? name : `${namespace}/${name}`);

function enter(sets: Map<string, Map<string, KubeObject>>, value: string, [key, object]: readonly [string, KubeObject]): void {
  let set = sets.get(value);
  if (set === undefined) sets.set(value, (set = new Map()));
  set.set(key, object);
}

function leave(sets: Map<string, Map<string, KubeObject>>, value: string, key: string): void {
  const set = sets.get(value);
  set?.delete(key);
  if (set?.size === 0) sets.delete(value);
}
