import { type Clock, type Duration, type Tick, elapsed, milliseconds } from '../../../model/time.ts';
import type { Timings } from '../timings.ts';

/** How long a Job waits before it replaces pods that failed: doubled at each failure since the last success. In memory only, as in Kubernetes. */
export class JobBackoff {
  readonly #timings: Timings;
  readonly #clock: Clock;
  readonly #jobs = new Map<string, { readonly failures: number; readonly last: Tick }>();

  constructor(timings: Timings, clock: Clock) {
    this.#timings = timings;
    this.#clock = clock;
  }

  count(uid: string, succeeded: number, failed: number): void {
    if (succeeded > 0) this.#jobs.delete(uid);
    if (failed > 0) this.#jobs.set(uid, { failures: (this.#jobs.get(uid)?.failures ?? 0) + failed, last: this.#clock.now().tick });
  }

  forget(uid: string): void {
    this.#jobs.delete(uid);
  }

  /** Time that is left to wait; 0 or less: none. */
  left(uid: string): Duration {
    const job = this.#jobs.get(uid);
    if (job === undefined) return milliseconds(0);
    const { jobBackoffFirst, jobBackoffLast } = this.#timings;
    const wait = Math.min(jobBackoffLast, jobBackoffFirst * 2 ** (job.failures - 1));
    return milliseconds(wait - elapsed(job.last, this.#clock.now().tick));
  }
}
