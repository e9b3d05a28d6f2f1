import { type Clock, type Duration, type Tick, elapsed, milliseconds, tickAfter } from '../../model/time.ts';
import { Deadlines } from '../controllers/deadlines.ts';
import type { Timings } from '../controllers/timings.ts';
import { ActivePods } from './active-pods.ts';
import type { PluginName } from './plugin.ts';
import { type Change, mayHelp } from './wake-ups.ts';

/** A pod that waits for a node. */
export interface Waiting {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly priority: number;
  /** How often it was tried. */
  attempts: number;
  /** Plugins that rejected it last time. */
  rejectedBy: ReadonlySet<PluginName>;
  lastTried: Tick;
}

/**
 * Pods that want a node: those that may be tried now, by priority and then by who came first; those that wait a little after a
 * failure; and those that wait until something changes that may help them, or for five minutes.
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #timings: Timings;
  readonly #pods = new Map<string, Waiting>();
  readonly #active = new ActivePods();
  readonly #unschedulable = new Set<string>();
  /** When a pod that failed is tried again. */
  readonly #retries = new Deadlines();

  constructor(clock: Clock, timings: Timings) {
    this.#clock = clock;
    this.#timings = timings;
  }

  /** A new pod, or one that was changed and may fit now. */
  add(pod: Pick<Waiting, 'uid' | 'namespace' | 'name' | 'priority'>): void {
    const known = this.#pods.get(pod.uid);
    if (known !== undefined) {
      this.#wake(known);
      return;
    }
    const waiting: Waiting = { ...pod, attempts: 0, rejectedBy: new Set(), lastTried: this.#now() };
    this.#pods.set(pod.uid, waiting);
    this.#active.add(waiting);
  }

  remove(uid: string): void {
    this.#pods.delete(uid);
    this.#unschedulable.delete(uid);
    this.#active.remove(uid);
  }

  /** The next pod to try; it stays known until it is removed. */
  take(): Waiting | undefined {
    const now = this.#now();
    for (let uid = this.#retries.take(now); uid !== undefined; uid = this.#retries.take(now)) {
      const waiting = this.#pods.get(uid);
      // A deadline of an earlier failure may come when the pod has waited for less than its last one asks.
      if (waiting !== undefined && this.#isDue(waiting, now)) {
        this.#unschedulable.delete(uid);
        this.#active.add(waiting);
      }
    }
    const next = this.#active.take();
    if (next !== undefined) next.attempts += 1;
    return next;
  }

  /** No node was found: the pod waits for a change, and at the latest for `schedulerRetry`. */
  failed(waiting: Waiting, rejectedBy: ReadonlySet<PluginName>): void {
    waiting.rejectedBy = rejectedBy;
    waiting.lastTried = this.#now();
    this.#unschedulable.add(waiting.uid);
    this.#retries.set(waiting.uid, tickAfter(this.#now(), this.#timings.schedulerRetry));
  }

  /** A pod that had left the queue comes back after a failure, and waits as such. */
  putAside(pod: Pick<Waiting, 'uid' | 'namespace' | 'name' | 'priority'>): void {
    const waiting = this.#pods.get(pod.uid) ?? { ...pod, attempts: 1, rejectedBy: new Set<PluginName>(), lastTried: this.#now() };
    this.#pods.set(pod.uid, waiting);
    this.#active.remove(pod.uid);
    this.failed(waiting, new Set());
    this.#wake(waiting);
  }

  heard(change: Change): void {
    for (const uid of this.#unschedulable) {
      const waiting = this.#pods.get(uid);
      if (waiting !== undefined && mayHelp(change, waiting.rejectedBy)) this.#wake(waiting);
    }
  }

  /** Time until the next pod may be tried: 0 when one can be now; undefined when none waits. */
  next(): Duration | undefined {
    if (!this.#active.isEmpty) return milliseconds(0);
    const due = this.#retries.next();
    return due === undefined ? undefined : milliseconds(Math.max(0, due - this.#now()));
  }

  #wake(waiting: Waiting): void {
    if (!this.#unschedulable.delete(waiting.uid)) return;
    const left = milliseconds(this.#backoff(waiting) - elapsed(waiting.lastTried, this.#now()));
    if (left <= 0) this.#active.add(waiting);
    else this.#retries.set(waiting.uid, tickAfter(this.#now(), left));
  }

  #isDue(waiting: Waiting, now: Tick): boolean {
    const wait = this.#unschedulable.has(waiting.uid) ? this.#timings.schedulerRetry : this.#backoff(waiting);
    if (elapsed(waiting.lastTried, now) >= wait) return true;
    this.#retries.set(waiting.uid, tickAfter(waiting.lastTried, wait));
    return false;
  }

  #backoff({ attempts }: Waiting): Duration {
    const { schedulerBackoffFirst, schedulerBackoffLast } = this.#timings;
    return milliseconds(Math.min(schedulerBackoffLast, schedulerBackoffFirst * 2 ** Math.max(0, attempts - 1)));
  }

  #now(): Tick {
    return this.#clock.now().tick;
  }
}
