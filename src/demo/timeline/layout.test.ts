import { describe, expect, it } from 'vitest';
import type { Line } from './line.ts';
import { layOut, wrapped } from './layout.ts';
import { coloured, uncoloured } from './paint.ts';

const line: Line = { seconds: 12.34, who: 'evenkeel', what: 'worker-1 is isolated: no new pod may land on it', reference: 'NodeIsolated', tone: 'bad' };

describe('a line of the timeline', () => {
  it('is one line when nobody says how wide it may be', () => {
    expect(layOut(line, { paint: uncoloured })).toBe('   12.3  evenkeel    worker-1 is isolated: no new pod may land on it (NodeIsolated)\n');
  });

  it('goes on under itself when the terminal is narrow', () => {
    expect(layOut(line, { paint: uncoloured, width: 60 }).split('\n')).toEqual(['   12.3  evenkeel    worker-1 is isolated: no new pod may', '                     land on it (NodeIsolated)', '']);
  });

  it.each([1, 20, 50])('is left to the terminal when %i columns leave no room for words', (width) => {
    expect(layOut(line, { paint: uncoloured, width })).toBe(layOut(line, { paint: uncoloured }));
  });

  it('has no seconds before the incident', () => {
    expect(layOut({ who: 'demo', what: 'ready', tone: 'plain' }, { paint: uncoloured })).toBe('         demo        ready\n');
  });

  it('is as wide with colours as without', () => {
    // oxlint-disable-next-line no-control-regex -- the colours themselves
    expect(layOut(line, { paint: coloured, width: 60 }).replaceAll(/\u001B\[[\d;]*m/gu, '')).toBe(layOut(line, { paint: uncoloured, width: 60 }));
    expect(layOut(line, { paint: coloured })).toContain('\u001B[1;31mworker-1');
  });
});

describe('wrapping', () => {
  it.each([
    ['breaks at spaces', 'one two three', 8, ['one two', 'three']],
    ['keeps a long word whole, to be copied', 'see /tmp/a-very-long-path now', 10, ['see', '/tmp/a-very-long-path', 'now']],
    ['keeps an empty line', '', 10, ['']],
  ])('%s', (_what, text, room, lines) => {
    expect(wrapped(text, room)).toEqual(lines);
  });
});
