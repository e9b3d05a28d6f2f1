import { expect, test } from 'vitest';
import { seconds } from '../model/time.ts';
import { fakeClock } from '../../test/fakes/clock.ts';
import { shutDown } from './shut-down.ts';

function running(idle: Promise<void>): { done: string[]; parts: Parameters<typeof shutDown>[0]; clock: ReturnType<typeof fakeClock> } {
  const done: string[] = [];
  const clock = fakeClock();
  const note = (what: string) => () => void done.push(what);
  return {
    done,
    clock,
    parts: {
      clock,
      election: { release: () => Promise.resolve(note('released')()) },
      serving: { close: () => undefined },
      idle: () => idle.then(note('scripts ended')),
      flush: () => Promise.resolve(note('flushed')()),
      background: [],
    },
  };
}

test('the Lease is given back after the last script has ended', async () => {
  const scripts = Promise.withResolvers<void>();
  const { parts, done, clock } = running(scripts.promise);
  const down = shutDown(parts, true);
  await clock.advance(seconds(3));
  expect(done).toEqual(['flushed']);
  scripts.resolve();
  await down;
  expect(done).toEqual(['flushed', 'scripts ended', 'released']);
});

test('with a script that does not die the Lease runs out instead', async () => {
  const { parts, done, clock } = running(new Promise(() => undefined));
  const down = shutDown(parts, true);
  await clock.advance(seconds(10));
  await down;
  expect(done).toEqual(['flushed']);
});

test('a Lease that was lost is not given back', async () => {
  const { parts, done } = running(Promise.resolve());
  await shutDown(parts, false);
  expect(done).not.toContain('released');
});
