import { describe, expect, test } from 'vitest';
import { instant, type Instant } from '../model/time.ts';
import { nodeCron } from './cron.ts';
import { slotsOf } from './slots.ts';

const at = (text: string): Instant => instant(Date.parse(`2026-${text}Z`));

describe('the slots of a schedule', () => {
  test('each slot is due once, and a minute between two is not', () => {
    const slots = slotsOf(nodeCron('*/3 * * * *', 'UTC'), at('01-01T00:00:30'));
    const looked = ['00:00:59', '00:01:00', '00:02:59', '00:03:01', '00:03:02', '00:03:59', '00:04:00', '00:06:30'].map((time) => slots.look(at(`01-01T${time}`)));
    expect(looked.map(({ due }) => due)).toEqual([false, false, false, true, false, false, false, true]);
    expect(looked.every(({ missed }) => missed === 0)).toBe(true);
  });

  test('slots that went by while nobody looked are counted, and not made up for', () => {
    const slots = slotsOf(nodeCron('*/3 * * * *', 'UTC'), at('01-01T00:00:00'));
    expect(slots.look(at('01-01T00:10:00'))).toEqual({ due: false, missed: 3 });
    expect(slots.look(at('01-01T00:15:20'))).toEqual({ due: true, missed: 1 });
  });

  test('a clock that is set back runs no slot twice; one that is set far back begins anew there', () => {
    const slots = slotsOf(nodeCron('*/3 * * * *', 'UTC'), at('01-01T02:00:00'));
    expect(slots.look(at('01-01T02:03:00')).due).toBe(true);
    expect(slots.look(at('01-01T01:57:00')).due).toBe(false);
    expect(slots.look(at('01-01T02:03:10')).due).toBe(false);
    expect(slots.look(at('01-01T02:06:00')).due).toBe(true);
    slots.look(at('01-01T00:00:10'));
    expect(slots.look(at('01-01T00:03:00')).due).toBe(true);
  });

  test('a clock that is set forward by days counts no days of slots', () => {
    const slots = slotsOf(nodeCron('* * * * *', 'UTC'), at('01-01T00:00:00'));
    expect(slots.look(at('03-01T00:00:00'))).toEqual({ due: false, missed: 0 });
  });

  test('the time zone of the configuration counts, daylight saving included', () => {
    const slots = (zone: string, start: string): ReturnType<typeof slotsOf> => slotsOf(nodeCron('30 2 * * *', zone), at(start));
    expect(slots('Asia/Tokyo', '01-01T17:29:00').look(at('01-01T17:30:00')).due).toBe(true);
    expect(slots('UTC', '01-01T17:29:00').look(at('01-01T17:30:00')).due).toBe(false);
    // In the night in which clocks go from 2:00 to 3:00 there is no half past two.
    expect(slots('Europe/Berlin', '03-28T23:00:00').look(at('03-29T12:00:00'))).toEqual({ due: false, missed: 0 });
    expect(slots('Europe/Berlin', '03-29T23:00:00').look(at('03-30T12:00:00'))).toEqual({ due: false, missed: 1 });
  });
});
