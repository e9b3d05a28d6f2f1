import type { Clock } from '../../model/time.ts';
import type { Store } from '../api-server/server.ts';

export interface ControllerParts {
  readonly store: Store;
  readonly clock: Clock;
  /** A number from 0 up to 1; from a seed in virtual time. */
  random(): number;
  /** What went wrong in a turn and will be tried again; a line with DEFECT is a fault of this folder. */
  complain(line: string): void;
}

/**
 * A controller of the embedded control plane: subscribes to the store, and does its work in turns of its own until the signal
 * aborts. It keeps no truth of its own: started anew at any moment it goes on from what the store says (but for timers that
 * the real one keeps in memory, too).
 */
export type RunController = (parts: ControllerParts, signal: AbortSignal) => Promise<void>;
