import { type Duration, type Tick, elapsed, milliseconds, seconds, tickAfter } from '../../model/time.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { ControllerParts } from './controller.ts';
import { Deadlines } from './deadlines.ts';

/**
 * Keys that want a turn. A key that is in the queue already is not put in twice; keys get their turns one after the other, in the
 * order in which they came. A turn that throws is told through `complain` and tried again, later each time, until one succeeds.
 */
export interface WorkQueue {
  /** As soon as possible. Safe in a subscription of the store: the turn itself comes later. */
  add(key: string): void;
  /** After `time`. Of several deadlines of one key the earliest counts, so a turn asks again whether it is really time. */
  after(key: string, time: Duration): void;
  /** Gives turns until the signal aborts. Call it once. */
  run(signal: AbortSignal): Promise<void>;
}

/** As client-go's default: 5 ms, doubled at each failure of the key, at most 1000 s. */
const firstRetry = 5;
const lastRetry = seconds(1_000);

/** `name` goes before each complaint. `work` does one turn: it reads the store anew, because the key says only where to look. */
export function workQueue(name: string, parts: Pick<ControllerParts, 'clock' | 'complain'>, work: (key: string) => void): WorkQueue {
  return new Queue(name, parts, work);
}

class Queue implements WorkQueue {
  readonly #name: string;
  readonly #parts: Pick<ControllerParts, 'clock' | 'complain'>;
  readonly #work: (key: string) => void;
  readonly #waiting = new Set<string>();
  readonly #deadlines = new Deadlines();
  readonly #failures = new Map<string, number>();
  /** When the sleep that is under way ends: a later deadline needs no second one. */
  #alarm: Tick | undefined;
  #wake: () => void = () => undefined;

  constructor(name: string, parts: Pick<ControllerParts, 'clock' | 'complain'>, work: (key: string) => void) {
    this.#name = name;
    this.#parts = parts;
    this.#work = work;
  }

  add(key: string): void {
    this.#waiting.add(key);
    this.#wake();
  }

  after(key: string, time: Duration): void {
    this.#deadlines.set(key, tickAfter(this.#now(), time));
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      this.#takeDue();
      const [key] = this.#waiting;
      if (key === undefined) await this.#somethingToDo(signal);
      else await this.#turn(key);
    }
  }

  /** Asynchronous so that the queues of all controllers take turns. */
  async #turn(key: string): Promise<void> {
    this.#waiting.delete(key);
    try {
      this.#work(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#retry(key, error);
    }
  }

  #retry(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.after(key, milliseconds(Math.min(lastRetry, firstRetry * 2 ** failures)));
    this.#parts.complain(`${this.#name} ${key}: ${describe(error)}`);
  }

  #takeDue(): void {
    for (let key = this.#deadlines.take(this.#now()); key !== undefined; key = this.#deadlines.take(this.#now())) this.#waiting.add(key);
  }

  #somethingToDo(signal: AbortSignal): Promise<void> {
    const due = this.#deadlines.next();
    if (due !== undefined && (this.#alarm === undefined || due < this.#alarm)) void this.#sleepUntil(due, signal);
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #sleepUntil(due: Tick, signal: AbortSignal): Promise<void> {
    this.#alarm = due;
    await this.#parts.clock.sleep(elapsed(this.#now(), due), signal);
    if (this.#alarm === due) this.#alarm = undefined;
    this.#wake();
  }

  #now(): Tick {
    return this.#parts.clock.now().tick;
  }
}

function describe(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return error instanceof Error ? `DEFECT ${error.stack ?? error.message}` : `DEFECT ${String(error)}`;
}
