import type { Clock } from '../../model/time.ts';
import type { DemoRecord } from '../records/record.ts';
import { printSummary } from '../summary/print.ts';
import type { Summary } from '../summary/summary.ts';
import { headings, type Layout, layOut, wrapped } from './layout.ts';
import { narrate } from './narrate.ts';
import { type Paint, coloured, uncoloured } from './paint.ts';
import { spinner } from './spinner.ts';

/** Where the demo shows itself. */
export interface Screen {
  /** Says what will happen, before anything does. */
  open(explanation: readonly string[]): void;
  tell(record: DemoRecord): void;
  waitFor(what: string): void;
  close(summary: Summary): void;
  /** Says something that is no record: how to go on, why it ends. */
  say(text: string): void;
  /** Takes away what moves. May be called twice. */
  stop(): void;
}

export interface ScreenParts {
  readonly clock: Clock;
  out(text: string): void;
  /** Present when a person looks at a terminal that can move its cursor. */
  readonly terminal: { columns(): number } | undefined;
  readonly colour: boolean;
}

/** For people: lines as they happen, with a moving one while nothing does, on a terminal. */
export function textScreen({ clock, out, terminal, colour }: ScreenParts): Screen {
  const paint: Paint = colour ? coloured : uncoloured;
  const moving = terminal === undefined ? undefined : spinner({ clock, width: () => terminal.columns(), write: out });
  const width = (): { readonly width?: number } => (terminal === undefined ? {} : { width: terminal.columns() });
  const print = (text: string): void => (moving === undefined ? out(text) : moving.print(text));
  return {
    open([title = '', ...explanation]) {
      const room = (terminal?.columns() ?? Number.POSITIVE_INFINITY) - 1;
      const paragraphs = explanation.flatMap((text) => wrapped(text, room)).map((line) => `${line}\n`);
      print(`${wrapped(title, room).map((line) => `${paint('title', line)}\n`).join('')}${paragraphs.join('')}\n${headings(paint)}`);
    },
    tell(record) {
      const line = narrate(record);
      if (line !== undefined) print(layOut(line, { ...width(), paint }));
      if (record.type === 'answer') print(quoted(record, { ...width(), paint }));
    },
    waitFor: (what) => moving?.waitFor(what),
    close: (summary) => print(printSummary(summary, { ...width(), paint })),
    say: print,
    stop: () => moving?.stop(),
  };
}

/** What a command printed, indented, its long lines continued under their text; without the steps, which everybody has just seen. */
function quoted({ command, says }: { readonly command: string; readonly says: string }, { width, paint }: Layout): string {
  const room = Math.max(40, (width ?? Number.POSITIVE_INFINITY) - margin.length - underText.length - 1);
  const lines = says.replace(/^ {2}steps .*/msu, '  steps      as told above').trimEnd().split('\n').flatMap((line) => {
    const text = line.trimStart();
    const start = line.slice(0, line.length - text.length);
    return wrapped(text, room).map((part, index) => `${margin}${index === 0 ? start : underText}${part}`.trimEnd());
  });
  return `\n${margin}${paint('title', `$ ${command}`)}\n${lines.join('\n')}\n\n`;
}

const margin = ' '.repeat(9);
/** Where the answers of `evenkeel why` have their text. */
const underText = ' '.repeat(13);

/** For programs: one JSON object per line, the summary last; everything else goes to the error output. */
export function jsonScreen({ out, error }: { out(text: string): void; error(text: string): void }): Screen {
  const line = (value: object): void => out(`${JSON.stringify(value)}\n`);
  return { open: () => undefined, tell: line, waitFor: () => undefined, close: line, say: error, stop: () => undefined };
}
