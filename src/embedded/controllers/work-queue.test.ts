import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { type Duration, milliseconds, seconds } from '../../model/time.ts';
import { Refusal } from '../api-server/refusal.ts';
import { type WorkQueue, workQueue } from './work-queue.ts';

function started(work: (key: string, queue: WorkQueue) => void = () => undefined) {
  const clock = fakeClock();
  const begun = clock.now().tick;
  const turns: string[] = [];
  const complaints: string[] = [];
  const halt = new AbortController();
  const queue: WorkQueue = workQueue('trial', { clock, complain: (line) => complaints.push(line.split('\n')[0] ?? '') }, (key) => {
    turns.push(`${clock.now().tick - begun} ${key}`);
    work(key, queue);
  });
  const ended = queue.run(halt.signal);
  /** First lets whoever was just woken fall asleep, so that its deadline is seen on the way. */
  const pass = async (time: Duration): Promise<void> => {
    await clock.advance(milliseconds(0));
    await clock.advance(time);
  };
  return { pass, queue, turns, complaints, end: () => (halt.abort(), ended) };
}

describe('the work queue', () => {
  it('gives a key that was added three times one turn, and keeps the order', async () => {
    const { pass, queue, turns, end } = started();
    for (const key of ['b', 'a', 'b', 'c', 'b']) queue.add(key);
    await pass(seconds(1));
    queue.add('a');
    await pass(seconds(1));
    expect(turns).toEqual(['0 b', '0 a', '0 c', '1000 a']);
    await end();
  });

  it('gives each key its turn at its earliest deadline, those of one moment in the order in which they were set', async () => {
    const { pass, queue, turns, end } = started();
    queue.after('late', seconds(30));
    queue.after('twice', seconds(20));
    queue.after('twice', seconds(10));
    queue.after('twice', seconds(40));
    for (const key of ['z', 'y', 'x']) queue.after(key, seconds(20));
    await pass(seconds(60));
    expect(turns).toEqual(['10000 twice', '20000 z', '20000 y', '20000 x', '30000 late']);
    await end();
  });

  it('keeps a thousand deadlines in order', async () => {
    const { pass, queue, turns, end } = started();
    const times = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_000);
    for (const time of times) queue.after(`k${time}`, milliseconds(time));
    await pass(seconds(1));
    expect(turns).toEqual([...times].sort((left, right) => left - right).map((time) => `${time} k${time}`));
    await end();
  });

  it('tries a key again, later each time, until its turn succeeds', async () => {
    const refused = { a: 3 };
    const { pass, queue, turns, complaints, end } = started((key) => {
      if (key === 'a' && refused.a-- > 0) throw new Refusal(409, 'Conflict', 'the object has been modified');
    });
    queue.add('a');
    queue.add('b');
    await pass(seconds(1));
    expect(turns).toEqual(['0 a', '0 b', '5 a', '15 a', '35 a']);
    expect(complaints).toEqual(Array.from({ length: 3 }, () => 'trial a: the object has been modified'));
    refused.a = 1;
    queue.add('a');
    await pass(seconds(1));
    expect(turns.slice(5)).toEqual(['1000 a', '1005 a']);
    await end();
  });

  it('calls anything but a refusal a defect', async () => {
    const { pass, queue, complaints, end } = started(() => {
      throw new TypeError('no such field');
    });
    queue.add('a');
    await pass(milliseconds(1));
    expect(complaints).toEqual(['trial a: DEFECT TypeError: no such field']);
    await end();
  });

  it('lets a turn put its own key in again', async () => {
    const { pass, queue, turns, end } = started((key, queue) => queue.after(key, seconds(5)));
    queue.add('round');
    await pass(seconds(11));
    expect(turns).toEqual(['0 round', '5000 round', '10000 round']);
    await end();
  });

  it('ends when the signal aborts, asleep or not', async () => {
    const { queue, turns, end } = started();
    queue.after('never', seconds(5));
    await end();
    queue.add('never');
    expect(turns).toEqual([]);
  });
});
