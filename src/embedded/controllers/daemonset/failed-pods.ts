import { type Clock, type Duration, type Tick, elapsed, milliseconds } from '../../../model/time.ts';
import type { Timings } from '../timings.ts';

/**
 * How long a DaemonSet waits before it replaces a pod that failed on a node: else it and a kubelet that refuses the pod would
 * go round as fast as they can. Each failure doubles the wait; twice the longest wait without any forgets them.
 */
export class FailedPods {
  readonly #timings: Timings;
  readonly #clock: Clock;
  readonly #last = new Map<string, { readonly at: Tick; readonly wait: Duration }>();

  constructor(timings: Timings, clock: Clock) {
    this.#timings = timings;
    this.#clock = clock;
  }

  /** Time that is left to wait; undefined when the pod may be replaced now, which is then counted as done. */
  waitFor(key: string): Duration | undefined {
    const now = this.#clock.now().tick;
    const { daemonBackoffFirst, daemonBackoffLast } = this.#timings;
    const last = this.#last.get(key);
    const passed = last === undefined ? undefined : elapsed(last.at, now);
    if (last !== undefined && passed !== undefined && passed < last.wait) return milliseconds(last.wait - passed);
    const forgotten = last === undefined || passed === undefined || passed > 2 * daemonBackoffLast;
    this.#last.set(key, { at: now, wait: forgotten ? daemonBackoffFirst : milliseconds(Math.min(last.wait * 2, daemonBackoffLast)) });
    return undefined;
  }
}
