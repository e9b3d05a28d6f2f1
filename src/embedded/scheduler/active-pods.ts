import type { Waiting } from './scheduling-queue.ts';

/** Pods by priority, the highest first; of equal ones the first that came. */
export class ActivePods {
  /** Few different priorities are in use, so a list for each is enough. Sets keep their order. */
  readonly #byPriority = new Map<number, Map<string, Waiting>>();

  add(waiting: Waiting): void {
    const pods = this.#byPriority.get(waiting.priority) ?? new Map<string, Waiting>();
    pods.set(waiting.uid, waiting);
    this.#byPriority.set(waiting.priority, pods);
  }

  remove(uid: string): void {
    for (const pods of this.#byPriority.values()) pods.delete(uid);
  }

  take(): Waiting | undefined {
    const priorities = [...this.#byPriority].filter(([, pods]) => pods.size > 0).map(([priority]) => priority);
    const pods = this.#byPriority.get(Math.max(...priorities));
    const [first] = pods?.values() ?? [];
    if (first !== undefined) pods?.delete(first.uid);
    return first;
  }

  get isEmpty(): boolean {
    return [...this.#byPriority.values()].every(({ size }) => size === 0);
  }
}
