import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { milliseconds } from '../../model/time.ts';
import { spinner } from './spinner.ts';

/** What stands on the last line of a terminal that was told all of this. */
function lastLine(written: string): string {
  const line = written.slice(written.lastIndexOf('\n') + 1);
  return line.slice(line.lastIndexOf('\u001B[2K') + 4);
}

it('shows on the last line what is waited for, and takes it away', async () => {
  const clock = fakeClock();
  let written = '';
  const shown = spinner({ clock, width: () => 40, write: (text) => (written += text) });
  shown.waitFor('three machines to boot');
  expect(lastLine(written)).toBe('       |  waits for three machines to b');
  await clock.advance(milliseconds(130));
  expect(lastLine(written)).toBe('       /  waits for three machines to b');
  shown.print('12.3  evenkeel  done\n');
  expect(written).toContain('\u001B[2K12.3  evenkeel  done\n');
  expect(lastLine(written)).toContain('waits for three');
  shown.waitFor('');
  expect(lastLine(written)).toBe('');
  shown.stop();
  const length = written.length;
  await clock.advance(milliseconds(500));
  expect(written).toHaveLength(length);
});
