import { ApiError } from '../../kube/api.ts';
import type { Clock, Duration } from '../../model/time.ts';

/** Where loops say what went wrong; they go on whatever it was. */
export type Complain = (message: string) => void;

export interface Rhythm {
  readonly clock: Clock;
  readonly period: Duration;
  readonly signal: AbortSignal;
  readonly complain: Complain;
}

/** Does `work` again and again, `period` after it ended, until the signal aborts. A refused call is tried again next time. */
export async function repeat(what: string, { clock, period, signal, complain }: Rhythm, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await attempt(what, complain, signal, work);
    await clock.sleep(period, signal);
  }
}

/** One try. An answer of the API server is a complaint; anything else is a defect and told with its stack. */
export async function attempt(what: string, complain: Complain, signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!signal.aborted) complain(`${what}: ${error instanceof ApiError ? error.message : describe(error)}`);
    return false;
  }
}

const describe = (error: unknown): string => (error instanceof Error ? `DEFECT ${error.stack ?? error.message}` : `DEFECT ${String(error)}`);
