import type { Line } from './line.ts';
import type { Paint } from './paint.ts';

export interface Layout {
  /** Columns of the terminal; absent: lines are as long as they are, one record each. */
  readonly width?: number;
  readonly paint: Paint;
}

const secondsWidth = 7;
const whoWidth = 10;
const gap = '  ';
const indent = secondsWidth + gap.length + whoWidth + gap.length;
/** Below this a text column is no text any more: the terminal may wrap instead. */
const narrowest = 30;

/** `   12.3  evenkeel    what happened (Reason)`, the text wrapped under itself. */
export function layOut({ seconds, who, what, reference, tone }: Line, { width, paint }: Layout): string {
  const [first = '', ...rest] = wrap(reference === undefined ? what : `${what} (${reference})`, width);
  const moment = seconds === undefined ? '' : seconds.toFixed(1);
  const head = `${paint('quiet', moment.padStart(secondsWidth))}${gap}${paint('quiet', who.padEnd(whoWidth))}${gap}${paint(tone, first)}`;
  return [head, ...rest.map((text) => `${' '.repeat(indent)}${paint(tone, text)}`)].map((line) => `${line.trimEnd()}\n`).join('');
}

/** The words above the columns. */
export const headings = (paint: Paint): string => `${paint('title', `${'seconds'.padStart(secondsWidth)}${gap}${'who'.padEnd(whoWidth)}${gap}what`)}\n`;

function wrap(text: string, width: number | undefined): string[] {
  const room = (width ?? Number.POSITIVE_INFINITY) - indent - 1;
  return wrapped(text, room < narrowest ? Number.POSITIVE_INFINITY : room);
}

/** Breaks at spaces; a word that is too long stays whole, so that it can be copied. */
export function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
