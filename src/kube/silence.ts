import { type Clock, type Duration, elapsed, milliseconds, type Tick } from '../model/time.ts';

/** Notices that nothing has been heard for too long. A hung server keeps its connection alive: only silence tells. */
export interface SilenceGuard {
  /** Aborts once nothing was heard for the whole limit. */
  readonly signal: AbortSignal;
  readonly silent: boolean;
  readonly lastHeard: Tick;
  heard(): void;
  stop(): void;
}

/** Starts listening; the limit runs from now. */
export function guardSilence(clock: Clock, limit: Duration): SilenceGuard {
  const alarm = new AbortController();
  const stopped = new AbortController();
  let last = clock.now().tick;
  const listen = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const quiet = elapsed(last, clock.now().tick);
      if (quiet >= limit) {
        alarm.abort(new Error(`Nothing heard for ${Math.round(quiet / 1_000)} s`));
        return;
      }
      // One sleep at a time, not one timer per event: after it, whatever was heard meanwhile is looked at.
      await clock.sleep(milliseconds(limit - quiet), stopped.signal);
    }
  };
  void listen();
  return {
    signal: alarm.signal,
    get silent() {
      return alarm.signal.aborted;
    },
    get lastHeard() {
      return last;
    },
    heard() {
      last = clock.now().tick;
    },
    stop() {
      stopped.abort();
    },
  };
}
