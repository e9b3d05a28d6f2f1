export interface SleepersByTime {
  /** Sleeps until `due` on the monotonic clock, or until `signal` aborts: whichever comes second finds nothing left of it. */
  add(due: number, signal: AbortSignal | undefined): Promise<void>;
  /** Takes all sleepers of the earliest moment out, in the order in which they went to sleep. */
  takeEarliest(): readonly Sleeper[];
  readonly count: number;
}

/** A binary heap. Who is aborted stays in it until it is on top, or until such entries are the larger part of it. */
export function sleepersByTime(): SleepersByTime {
  let heap: Sleeper[] = [];
  let serial = 0;
  let count = 0;
  const left = (aborted: boolean): void => {
    count -= 1;
    if (aborted && heap.length > 64 && heap.length > count * 2) heap = rebuilt(heap);
  };
  return {
    add(due, signal) {
      serial += 1;
      count += 1;
      const mine = serial;
      return new Promise((resolve) => {
        push(heap, new Sleeper({ due, serial: mine, resolve, signal, left }));
      });
    },
    takeEarliest() {
      const taken: Sleeper[] = [];
      for (let top = heap[0]; top !== undefined; top = heap[0]) {
        if (!top.over && taken.length > 0 && top.due !== taken[0]?.due) break;
        pop(heap);
        if (!top.over) taken.push(top);
      }
      return taken;
    },
    get count() {
      return count;
    },
  };
}

interface Sleep {
  readonly due: number;
  /** Who went to sleep first is woken first. */
  readonly serial: number;
  readonly signal: AbortSignal | undefined;
  resolve(): void;
  left(aborted: boolean): void;
}

/** Somebody who waits for a moment. Its own listener, since there are a hundred thousand of them in an hour. */
export class Sleeper {
  readonly due: number;
  readonly serial: number;
  /** Woken, by time or by its signal: only the heap may still know it. */
  over = false;
  readonly #sleep: Sleep;

  constructor(sleep: Sleep) {
    this.due = sleep.due;
    this.serial = sleep.serial;
    this.#sleep = sleep;
    sleep.signal?.addEventListener('abort', this, { once: true });
  }

  wake(): void {
    if (this.over) return;
    this.#sleep.signal?.removeEventListener('abort', this);
    this.#end(false);
  }

  /** Its signal has aborted. */
  handleEvent(): void {
    this.#end(true);
  }

  #end(aborted: boolean): void {
    this.over = true;
    this.#sleep.left(aborted);
    this.#sleep.resolve();
  }
}

const isBefore = (one: Sleeper, other: Sleeper): boolean => one.due < other.due || (one.due === other.due && one.serial < other.serial);

function push(heap: Sleeper[], entry: Sleeper): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Sleeper;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Sleeper[]): void {
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) sink(heap, last);
}

/** Puts an entry in the place of the top, which has gone. */
function sink(heap: Sleeper[], entry: Sleeper): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const right = child + 1;
    if (right < heap.length && isBefore(heap[right] as Sleeper, heap[child] as Sleeper)) child = right;
    const below = heap[child] as Sleeper;
    if (!isBefore(below, entry)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = entry;
}

/** Without those that are over. A sorted list is a heap. */
const rebuilt = (heap: readonly Sleeper[]): Sleeper[] => heap.filter(({ over }) => !over).sort((one, other) => (isBefore(one, other) ? -1 : 1));
