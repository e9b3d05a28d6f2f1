import { type Duration, type Tick, elapsed, milliseconds } from '../../../model/time.ts';

/**
 * Nodes of one zone that wait for their NoExecute taint, the longest waiting first. One goes at once, the next when the rate
 * allows it. A node that had its turn is not taken again until it was removed.
 */
export class EvictionQueue {
  readonly #waiting = new Set<string>();
  readonly #known = new Set<string>();
  /** Nodes per second. */
  #rate: number;
  /** At most 1: there is no burst. */
  #tokens = 1;
  #counted: Tick;

  constructor(rate: number, now: Tick) {
    this.#rate = rate;
    this.#counted = now;
  }

  /** False when the node waits already, or had its turn. */
  add(node: string): boolean {
    if (this.#known.has(node)) return false;
    this.#known.add(node);
    this.#waiting.add(node);
    return true;
  }

  remove(node: string): void {
    this.#known.delete(node);
    this.#waiting.delete(node);
  }

  /** The node has had its turn. */
  done(node: string): void {
    this.#waiting.delete(node);
  }

  first(): string | undefined {
    const [node] = this.#waiting;
    return node;
  }

  /** Uses up one turn, if there is one. */
  accept(now: Tick): boolean {
    this.#count(now);
    if (this.#rate <= 0 || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Until the next turn; undefined when the rate is 0 and there will be none. */
  wait(now: Tick): Duration | undefined {
    this.#count(now);
    return this.#rate <= 0 ? undefined : milliseconds(Math.ceil(((1 - this.#tokens) / this.#rate) * 1_000));
  }

  /** A change of the rate gives no extra turn to whoever had to wait before it. */
  setRate(rate: number, now: Tick): void {
    if (rate === this.#rate) return;
    const mayGo = this.accept(now);
    this.#rate = rate;
    this.#tokens = mayGo || rate <= 0 ? 1 : 0;
  }

  #count(now: Tick): void {
    // The sum of many small steps must reach 1 when the whole time does.
    this.#tokens = Math.min(1, this.#tokens + (elapsed(this.#counted, now) / 1_000) * this.#rate + 1e-9);
    this.#counted = now;
  }
}
