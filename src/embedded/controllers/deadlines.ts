import type { Tick } from '../../model/time.ts';

interface Deadline {
  readonly due: Tick;
  /** Deadlines of the same moment come in the order in which they were set. */
  readonly order: number;
  readonly key: string;
}

/** Keys with a moment each, in a heap. A key has one deadline: the earliest that was set since it last came due. */
export class Deadlines {
  readonly #heap: Deadline[] = [];
  readonly #current = new Map<string, Deadline>();
  #order = 0;

  set(key: string, due: Tick): void {
    const known = this.#current.get(key);
    if (known !== undefined && known.due <= due) return;
    const deadline = { due, key, order: (this.#order += 1) };
    this.#current.set(key, deadline);
    this.#heap.push(deadline);
    this.#rise(this.#heap.length - 1);
  }

  /** When the next key comes due; undefined when none waits. */
  next(): Tick | undefined {
    this.#dropReplaced();
    return this.#heap[0]?.due;
  }

  /** Takes out one key that is due at `now`, the earliest first. */
  take(now: Tick): string | undefined {
    this.#dropReplaced();
    const first = this.#heap[0];
    if (first === undefined || first.due > now) return undefined;
    this.#removeFirst();
    this.#current.delete(first.key);
    return first.key;
  }

  /** An earlier deadline of the same key leaves the later one in the heap, without meaning. */
  #dropReplaced(): void {
    for (let first = this.#heap[0]; first !== undefined && this.#current.get(first.key) !== first; first = this.#heap[0]) this.#removeFirst();
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapUnlessOrdered(parent, index)) return;
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; 2 * index + 1 < this.#heap.length; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (!this.#swapUnlessOrdered(index, child)) return;
      index = child;
    }
  }

  #swapUnlessOrdered(parent: number, child: number): boolean {
    if (!this.#before(child, parent)) return false;
    [this.#heap[parent], this.#heap[child]] = [this.#heap[child] as Deadline, this.#heap[parent] as Deadline];
    return true;
  }

  #before(left: number, right: number): boolean {
    const [one, other] = [this.#heap[left] as Deadline, this.#heap[right] as Deadline];
    return one.due < other.due || (one.due === other.due && one.order < other.order);
  }
}
