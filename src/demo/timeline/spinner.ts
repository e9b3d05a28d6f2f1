import type { Clock } from '../../model/time.ts';
import { milliseconds } from '../../model/time.ts';

/** The last line of a terminal while nothing happens: shows that the demo lives, and what it waits for. */
export interface Spinner {
  /** From now on this is waited for; an empty text shows nothing. */
  waitFor(what: string): void;
  /** Writes lines above the spinner. */
  print(text: string): void;
  /** Takes the spinner away, and the cursor is where it was. */
  stop(): void;
}

const frames = ['|', '/', '-', '\\'];
const period = milliseconds(120);
const clearLine = '\r\u001B[2K';

export interface SpinnerParts {
  readonly clock: Clock;
  /** Columns of the terminal: a line that wraps cannot be taken away again. */
  width(): number;
  write(text: string): void;
}

export function spinner({ clock, width, write }: SpinnerParts): Spinner {
  const end = new AbortController();
  let waiting = '';
  let turns = 0;
  const line = (): string => (waiting === '' ? '' : `${' '.repeat(7)}${frames[turns % frames.length]}  waits for ${waiting}`.slice(0, width() - 1));
  const draw = (): void => write(`${clearLine}${line()}`);
  const turn = async (): Promise<void> => {
    for (; !end.signal.aborted; turns += 1) {
      if (waiting !== '') draw();
      await clock.sleep(period, end.signal);
    }
  };
  void turn();
  return {
    waitFor(what) {
      waiting = what;
      draw();
    },
    print: (text) => write(`${clearLine}${text}${line()}`),
    stop() {
      end.abort();
      write(clearLine);
    },
  };
}
