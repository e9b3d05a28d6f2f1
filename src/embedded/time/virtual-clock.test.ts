import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Clock, elapsed, formatInstant, hours, milliseconds, minutes, seconds } from '../../model/time.ts';
import { virtualClock } from './virtual-clock.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('virtual time', () => {
  it('stands still until somebody waits, and jumps from one sleeper to the next', async () => {
    const clock = virtualClock();
    const woken: string[] = [];
    const sleeper = async (name: string, time: number): Promise<void> => {
      await clock.sleep(milliseconds(time));
      woken.push(`${name} ${formatInstant(clock.now().wall)}`);
    };
    const both = Promise.all([sleeper('late', 3_600_000), sleeper('early', 5_000)]);
    await nextTurn();
    expect(woken).toEqual([]);
    await clock.during(both);
    expect(woken).toEqual(['early 2026-01-01T00:00:05Z', 'late 2026-01-01T01:00:00Z']);
  });

  it('wakes those of one moment in the order in which they went to sleep', async () => {
    const clock = virtualClock();
    const woken: number[] = [];
    for (let each = 0; each < 100; each += 1) void clock.sleep(milliseconds(each % 2 === 0 ? 7 : 7.3 - 0.5)).then(() => woken.push(each));
    await clock.advance(seconds(1));
    expect(woken).toEqual(Array.from({ length: 100 }, (_, each) => each));
  });

  it('waits for what is put off to later turns of the event loop before it moves on', async () => {
    const clock = virtualClock();
    const story: string[] = [];
    const slow = async (): Promise<void> => {
      await clock.sleep(seconds(1));
      await nextTurn();
      story.push(`done at ${clock.now().wall % 10_000}`);
    };
    void slow();
    void clock.sleep(seconds(1.001)).then(() => story.push('next'));
    await clock.advance(seconds(2));
    expect(story).toEqual(['done at 1000', 'next']);
  });

  it('lets a sleep take a millisecond at least, so that nobody can stop the time', async () => {
    const clock = virtualClock();
    const begun = clock.now().tick;
    await clock.during((async () => {
      for (let each = 0; each < 10; each += 1) await clock.sleep(milliseconds(0));
    })());
    expect(elapsed(begun, clock.now().tick)).toBe(10);
  });

  it('passes while several wait, and stops with the last of them', async () => {
    const clock = virtualClock();
    const begun = clock.now().tick;
    void clock.sleep(hours(1));
    await Promise.all([clock.advance(seconds(3)), clock.advance(seconds(1))]);
    expect(elapsed(begun, clock.now().tick)).toBe(3_000);
    await nextTurn();
    expect(elapsed(begun, clock.now().tick)).toBe(3_000);
  });

  it('goes on when somebody falls asleep after nobody had', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    const running = clock.run(stop.signal);
    for (let each = 0; each < 5; each += 1) await nextTurn();
    await clock.sleep(minutes(1));
    stop.abort();
    await running;
    expect(formatInstant(clock.now().wall)).toBe('2026-01-01T00:01:00Z');
  });

  it('tells the wall clock from the monotonic one', async () => {
    const clock = virtualClock();
    const before = clock.now();
    clock.jumpWall(minutes(-5));
    await clock.advance(seconds(1));
    expect(elapsed(before.tick, clock.now().tick)).toBe(1_000);
    expect(formatInstant(clock.now().wall)).toBe('2025-12-31T23:55:01Z');
  });
});

describe('a sleep that is aborted', () => {
  const naps = async (clock: Clock, signal: AbortSignal): Promise<string> => {
    await clock.sleep(seconds(30), signal);
    return 'awake';
  };

  it('ends at once, also when it had not begun', async () => {
    const clock = virtualClock();
    const halt = new AbortController();
    const nap = naps(clock, halt.signal);
    halt.abort();
    expect(await nap).toBe('awake');
    expect(await naps(clock, halt.signal)).toBe('awake');
    expect(clock.sleepers).toBe(0);
  });

  it('leaves nothing behind: no listener, no entry that grows', async () => {
    const clock = virtualClock();
    const lasting = new AbortController();
    for (let each = 0; each < 10_000; each += 1) {
      const halt = new AbortController();
      const nap = clock.sleep(minutes(5), halt.signal);
      halt.abort();
      await nap;
    }
    await clock.during(clock.sleep(milliseconds(5), lasting.signal));
    expect(clock.sleepers).toBe(0);
    expect(getEventListeners(lasting.signal, 'abort')).toEqual([]);
  });

  it('by another one of the same moment is woken once', async () => {
    const clock = virtualClock();
    const halt = new AbortController();
    let woken = 0;
    void clock.sleep(seconds(1)).then(() => halt.abort());
    void clock.sleep(seconds(1), halt.signal).then(() => (woken += 1));
    await clock.advance(seconds(2));
    expect([woken, clock.sleepers]).toEqual([1, 0]);
  });
});
