import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import type { DemoRecord } from '../records/record.ts';
import { jsonScreen, type Screen, textScreen } from './screen.ts';

const answer: DemoRecord = { time: '', seconds: 1, type: 'answer', command: 'evenkeel why worker-1', says: 'worker-1: Held (Blind)\n  because    no Lease of any node has moved for 30s: this controller may be cut off\n  proof      none\n  steps      2026 Detected\n             2026 Held\n' };
const silent: DemoRecord = { time: '', seconds: 3.2, type: 'node', node: 'worker-1', change: 'silent' };

function shown(columns: number | undefined, tell: (screen: Screen) => void): string {
  let out = '';
  const screen = textScreen({ clock: fakeClock(), out: (text) => (out += text), terminal: columns === undefined ? undefined : { columns: () => columns }, colour: false });
  tell(screen);
  screen.stop();
  // oxlint-disable-next-line no-control-regex -- what the moving line leaves behind
  return out.replaceAll(/\r\u001B\[2K/gu, '');
}

describe('the text of the demo', () => {
  it('begins with what will happen, and the names of the columns', () => {
    expect(shown(undefined, (screen) => screen.open(['title', 'one', 'two']))).toBe('title\none\ntwo\n\nseconds  who         what\n');
  });

  it('shows an answer under its command, without the steps that were just told', () => {
    expect(shown(70, (screen) => screen.tell(answer)).split('\n')).toEqual([
      '',
      '         $ evenkeel why worker-1',
      '         worker-1: Held (Blind)',
      '           because    no Lease of any node has moved for',
      '                      30s: this controller may be cut off',
      '           proof      none',
      '           steps      as told above',
      '',
      '',
    ]);
  });

  it('moves nothing and says nothing of waiting without a terminal', () => {
    expect(shown(undefined, (screen) => screen.waitFor('Kubernetes'))).toBe('');
    expect(shown(80, (screen) => screen.waitFor('Kubernetes'))).toContain('waits for Kubernetes');
  });

  it('tells a record on a line of its own', () => {
    expect(shown(undefined, (screen) => screen.tell(silent))).toBe('    3.2  kubernetes  worker-1 is NotReady: its kubelet says nothing any more\n');
  });
});

it('gives programs each record as a line of JSON, and everything else to the error output', () => {
  const [out, error]: [string[], string[]] = [[], []];
  const screen = jsonScreen({ out: (text) => out.push(text), error: (text) => error.push(text) });
  screen.open(['title']);
  screen.waitFor('something');
  screen.tell(silent);
  screen.say('stopped');
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([silent]);
  expect(error).toEqual(['stopped']);
});
