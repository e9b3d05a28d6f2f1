import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same words: a case can be made again from its id and seed. */
export class Random {
  #state: number;

  constructor(...words: readonly (string | number)[]) {
    this.#state = createHash('sha256').update(words.join('\n')).digest().readUInt32LE(0);
  }

  /** From 0 up to, and without, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('There is nothing to pick from');
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  /** The items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    return items.map((item) => [this.next(), item] as const).toSorted(([left], [right]) => left - right).map(([, item]) => item);
  }

  /** Some of the items, at least `least`. */
  some<Item>(items: readonly Item[], least = 1): Item[] {
    return this.shuffled(items).slice(0, this.int(least, items.length));
  }

  /** What `make` makes, with this probability. */
  maybe<Item>(probability: number, make: () => Item): Item | undefined {
    return this.chance(probability) ? make() : undefined;
  }
}
