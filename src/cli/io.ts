import type { Clock } from '../model/time.ts';
import type { Doors } from './doors.ts';

/** The outside of the process, made in `main.ts`: the only file that reads argv and the environment. */
export interface Io extends Doors {
  out(text: string): void;
  error(text: string): void;
  /** Asks a person and waits for one line; `undefined` when there is no terminal. */
  ask(question: string): Promise<string | undefined>;
  /** Absent when standard output is no terminal. */
  readonly terminal?: { columns(): number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  random(): number;
  /** A name for this process that no other process has. */
  readonly identity: string;
  /** Aborts at SIGTERM or SIGINT. */
  readonly stop: AbortSignal;
}

/** Ends the command with a code; the message has been written. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
