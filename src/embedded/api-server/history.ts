import type { KubeObject } from './object.ts';

/** One change, as watches hear of it. */
export interface Change {
  /** The version that it made. */
  readonly version: number;
  /** `plural.group` of the kind. */
  readonly shelf: string;
  readonly key: string;
  readonly before: KubeObject | undefined;
  /** Undefined when the object was removed. */
  readonly after: KubeObject | undefined;
  /** The object's last state under the version of this change: what a watcher is told that sees it go. */
  gone(): KubeObject;
  /** The JSON text of `after` or of `gone`, made once for all watchers. */
  text(which: 'after' | 'gone'): string;
}

/** The last changes of all kinds together, oldest first. Bounded: what is older is forgotten, and watches from there get 410. */
export class History {
  readonly #limit: number;
  /** A ring: change number `n` (from 0) is at `n % limit`. */
  readonly #ring: Change[] = [];
  #count = 0;
  #oldest: number;

  constructor(limit: number, start: number) {
    this.#limit = limit;
    this.#oldest = start;
  }

  /** The oldest version that a watch can go on from. */
  get oldest(): number {
    return this.#oldest;
  }

  add(change: Change): void {
    const place = this.#count % this.#limit;
    const forgotten = this.#count >= this.#limit ? this.#ring[place] : undefined;
    if (forgotten !== undefined) this.#oldest = forgotten.version;
    this.#ring[place] = change;
    this.#count += 1;
  }

  /** Changes of one kind with a version above `version`, in their order. */
  *after(shelf: string, version: number): Generator<Change> {
    for (let index = this.#firstAfter(version); index < this.#count; index += 1) {
      const change = this.#ring[index % this.#limit];
      if (change?.shelf === shelf) yield change;
    }
  }

  #firstAfter(version: number): number {
    let [low, high] = [Math.max(0, this.#count - this.#limit), this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ring[middle % this.#limit]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Makes a change; its texts are written when somebody first asks. */
export function changeOf(parts: Pick<Change, 'version' | 'shelf' | 'key' | 'before' | 'after'>): Change {
  let gone: KubeObject | undefined;
  const texts: { after?: string; gone?: string } = {};
  const change: Change = {
    ...parts,
    gone() {
      const last = parts.before ?? parts.after;
      if (last === undefined) throw new Error('DEFECT: a change without an object');
      return (gone ??= { ...last, metadata: { ...last.metadata, resourceVersion: String(parts.version) } });
    },
    text: (which) => (texts[which] ??= JSON.stringify(which === 'after' ? parts.after : change.gone())),
  };
  return change;
}
