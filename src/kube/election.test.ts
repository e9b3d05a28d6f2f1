import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, lostReply, refuse, reset, silence } from '../../test/fakes/api-server/answers.ts';
import { type FakeApiServer, type FakeApiServer as Server, fakeApiServer } from '../../test/fakes/api-server/fake-api-server.ts';
import type { StoredObject } from '../../test/fakes/api-server/objects.ts';
import { type FakeClock, fakeClock } from '../../test/fakes/clock.ts';
import { eventually } from '../../test/fakes/eventually.ts';
import { type Duration, hours, milliseconds, seconds } from '../model/time.ts';
import type { Api } from './api.ts';
import { type Election, election, NotLeader } from './election.ts';

const collection = '/apis/coordination.k8s.io/v1/namespaces/ours/leases';
const path = `${collection}/evenkeel`;
const settings = { enabled: true, namespace: 'ours', name: 'evenkeel', leaseDuration: seconds(15), renewDeadline: seconds(10), retryPeriod: seconds(2) };

/** One replica: its own clock, its own connection, and what became of it. */
interface Replica {
  readonly election: Election;
  readonly clock: FakeClock;
  readonly lost: string[];
  readonly stop: AbortController;
  pending: number;
  frozen: boolean;
  end: 'lost' | 'released' | undefined;
}

let server: FakeApiServer;
let replicas: Replica[];

beforeEach(async () => {
  server = await fakeApiServer();
  replicas = [];
});

afterEach(async () => {
  for (const replica of replicas) {
    replica.stop.abort();
    replica.frozen = false;
  }
  await server.close();
});

function start(identity: string): Replica {
  const lost: string[] = [];
  const clock = fakeClock();
  const stop = new AbortController();
  const replica: Replica = {
    clock,
    lost,
    stop,
    pending: 0,
    frozen: false,
    end: undefined,
    election: election({ api: counted(server, () => replica), clock, settings, identity, random: () => 0.5, onLost: (reason) => void lost.push(reason) }),
  };
  replicas.push(replica);
  void replica.election.run(stop.signal).then((end) => {
    replica.end = end;
    return end;
  });
  return replica;
}

/** Counts what is under way, so that a test can wait for it without waiting for time. */
function counted(from: Server, of: () => Replica): Api {
  const door = from.door();
  return {
    ...door,
    async call(request) {
      of().pending += 1;
      try {
        return await door.call(request);
      } finally {
        of().pending -= 1;
      }
    },
  };
}

const settled = (): Promise<void> => eventually('all answers', () => replicas.every(({ pending, frozen }) => frozen || pending === 0));

/** Lets time pass for all in small steps, with every answer taken in between. `hung`: answers are not waited for. */
async function pass(time: Duration, hung = false): Promise<void> {
  for (let left: number = time; left > 0; left -= 250) {
    const step = milliseconds(Math.min(250, left));
    for (const { clock, frozen } of replicas) {
      if (frozen) clock.block(step);
      else await clock.advance(step);
    }
    if (!hung) await settled();
  }
  if (!hung) await settled();
}

const lease = (): { holderIdentity: string; leaseTransitions: number; [field: string]: unknown } =>
  (server.objects.get(path) as unknown as { spec: { holderIdentity: string; leaseTransitions: number } }).spec;

const puts = (request: { verb: string }): boolean => request.verb === 'PUT';

async function leader(identity = 'a'): Promise<Replica> {
  const replica = start(identity);
  await eventually(`${identity} leads`, () => replica.election.isLeader);
  await settled();
  return replica;
}

/** A leader that has renewed, and a standby that has seen it. */
async function pair(): Promise<[Replica, Replica]> {
  const a = await leader('a');
  const b = start('b');
  await pass(seconds(4));
  return [a, b];
}

describe('one leads', () => {
  test('and the other stands by; the Lease says who, since when, and for how long', async () => {
    const [a, b] = await pair();
    await a.election.whenLeading;
    expect([a.election.isLeader, b.election.isLeader]).toEqual([true, false]);
    expect(b.election.holder()).toBe('a');
    expect(a.election.epoch).toBe(1);
    expect(lease()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 1 });
    expect(String(lease()['renewTime'])).toMatch(/^2026-01-01T00:00:\d\d\.\d{6}Z$/u);
    expect(() => b.election.assertLeader()).toThrow(NotLeader);
    await pass(seconds(60));
    expect([a.election.isLeader, b.election.isLeader, a.end, b.end]).toEqual([true, false, undefined, undefined]);
  });

  test('keeps what others wrote into the Lease', async () => {
    const [a] = await pair();
    const now = server.objects.get(path) as StoredObject;
    server.objects.put(collection, { ...now, metadata: { ...now.metadata, annotations: { note: 'by a person' } } });
    await pass(seconds(6));
    expect(server.objects.get(path)?.metadata['annotations']).toEqual({ note: 'by a person' });
    expect([a.election.isLeader, a.lost]).toEqual([true, []]);
  });

  test('without an election when it is switched off', async () => {
    const alone = election({ api: server.door(), clock: fakeClock(), settings: { ...settings, enabled: false }, identity: 'a', random: () => 0, onLost: () => undefined });
    await alone.whenLeading;
    expect(alone.isLeader).toBe(true);
    const end = alone.run(new AbortController().signal);
    await alone.release();
    expect([await end, alone.isLeader]).toEqual(['released', false]);
    expect(server.requests).toHaveLength(0);
  });
});

describe('take-over', () => {
  test('comes 15 s after the standby last saw the Lease change, not before, with the next epoch', async () => {
    const [a, b] = await pair();
    a.stop.abort();
    await pass(seconds(13));
    expect(b.election.isLeader).toBe(false);
    await pass(seconds(5));
    expect(b.election.isLeader).toBe(true);
    expect(b.election.epoch).toBe(2);
    expect(lease()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 2 });
  });

  test('comes within a retry period after a release', async () => {
    const [a, b] = await pair();
    await a.election.release();
    expect([a.election.isLeader, a.end, lease().holderIdentity]).toEqual([false, 'released', '']);
    expect(() => a.election.assertLeader()).toThrow('given up');
    await pass(seconds(3));
    expect([b.election.isLeader, b.election.epoch]).toEqual([true, 2]);
    expect(a.lost).toEqual([]);
  });

  test('waits as long as the Lease itself says when that is longer', async () => {
    server.objects.put(collection, { metadata: { name: 'evenkeel', namespace: 'ours' }, spec: { holderIdentity: 'x', leaseDurationSeconds: 60, leaseTransitions: 7 } });
    const b = start('b');
    await pass(seconds(58));
    expect(b.election.isLeader).toBe(false);
    await pass(seconds(6));
    expect([b.election.isLeader, b.election.epoch]).toEqual([true, 8]);
  });

  test('is not brought about by a wall clock that jumps', async () => {
    const [a, b] = await pair();
    a.clock.jumpWall(hours(-1));
    b.clock.jumpWall(hours(1));
    await pass(seconds(40));
    expect([a.election.isLeader, b.election.isLeader]).toEqual([true, false]);
    expect(a.lost).toEqual([]);
  });

  test('goes to one of two that try at once', async () => {
    const a = start('a');
    const b = start('b');
    await pass(seconds(5));
    expect([a.election.isLeader, b.election.isLeader].filter(Boolean)).toHaveLength(1);
  });
});

describe('a leader that was frozen', () => {
  test('writes nothing when it wakes, has lost for good, and the other leads', async () => {
    const [a, b] = await pair();
    a.frozen = true;
    await pass(seconds(30));
    expect(b.election.isLeader).toBe(true);
    expect(a.election.isLeader).toBe(false);
    expect(() => a.election.assertLeader()).toThrow(/^Not written: the Lease was last renewed 3.*s ago, and renewDeadline is 10s$/u);
    expect(a.lost).toHaveLength(1);
    a.frozen = false;
    await pass(seconds(40));
    expect([a.end, a.election.isLeader, b.election.isLeader, a.lost.length]).toEqual(['lost', false, true, 1]);
  });

  test('loses also when it has not been asked and nobody else has taken over', async () => {
    const a = await leader();
    a.clock.block(seconds(12));
    await pass(seconds(5));
    expect([a.end, a.election.isLeader]).toEqual(['lost', false]);
    expect(a.lost).toEqual([expect.stringContaining('renewDeadline is 10s')]);
    expect(() => a.election.assertLeader()).toThrow('leadership has ended');
  });

  test('goes on when it was frozen for less than the deadline', async () => {
    const a = await leader();
    await pass(seconds(4));
    a.clock.block(seconds(7));
    await pass(seconds(5));
    expect([a.end, a.election.isLeader]).toEqual([undefined, true]);
  });

  test('whose renewal was applied, but answered after the deadline, has lost', async () => {
    const a = await leader();
    const answer = holdNext('PUT');
    await a.clock.advance(seconds(2));
    await answer(a, seconds(9));
    expect([a.end, a.lost.length]).toEqual(['lost', 1]);
  });

  test('whose first write was answered too late leads at the next look instead', async () => {
    const answer = holdNext('POST');
    const a = start('a');
    await answer(a, seconds(11));
    expect([a.election.isLeader, a.end]).toEqual([false, undefined]);
    await pass(seconds(3));
    expect([a.election.isLeader, a.election.epoch, a.lost]).toEqual([true, 1, []]);
  });
});

describe('the term counts from before the renewal was sent', () => {
  test.each(['POST', 'PUT'] as const)('and not from the answer (%s)', async (verb) => {
    const answer = holdNext(verb);
    const a = start('a');
    if (verb === 'PUT') {
      await eventually('leads', () => a.election.isLeader);
      await settled();
      // The retry period of 2 s less its jitter, so that the renewal is sent at this very moment.
      await a.clock.advance(milliseconds(1_800));
    }
    await answer(a, seconds(2));
    await eventually('leads', () => a.election.isLeader);
    expect(() => a.election.assertLeader(seconds(12))).not.toThrow();
    expect(() => a.election.assertLeader(milliseconds(12_001))).toThrow(NotLeader);
  });
});

/** Holds back the next request of this kind; the function it gives lets time pass in a blocked process, then answers. */
function holdNext(verb: string): (replica: Replica, blocked: Duration) => Promise<void> {
  const held: (() => void)[] = [];
  const hold: Answer = (_, { honest }) => void held.push(honest);
  server.next([hold], (request) => request.verb === verb);
  return async (replica, blocked) => {
    await eventually(`${verb} sent`, () => held.length === 1);
    replica.clock.block(blocked);
    held[0]?.();
    await eventually('answer taken', () => replica.pending === 0);
    await replica.clock.advance(milliseconds(0));
  };
}

describe('an API server in trouble', () => {
  test.each([
    ['errors', refuse(500, 'InternalError')],
    ['resets', reset],
  ])('%s for 7 s: the leader goes on', async (_, answer) => {
    const a = await leader();
    await pass(seconds(4));
    server.always(answer);
    await pass(seconds(7));
    server.always(undefined);
    await pass(seconds(5));
    expect([a.election.isLeader, a.lost]).toEqual([true, []]);
  });

  test.each([
    ['errors', refuse(500, 'InternalError')],
    ['silence', silence],
  ])('%s for longer than the deadline: lost 10 s after the last good renewal was sent', async (_, answer) => {
    const a = await leader();
    await pass(seconds(4));
    server.always(answer);
    await pass(seconds(7), true);
    expect([a.election.isLeader, a.lost]).toEqual([true, []]);
    await pass(seconds(4), true);
    expect(a.election.isLeader).toBe(false);
    await eventually('loss', () => a.end === 'lost');
    expect(a.lost).toHaveLength(1);
  });

  test('a renewal that hangs is given up after 3 s and tried again', async () => {
    const a = await leader();
    await pass(seconds(1));
    server.next([silence], puts);
    const before = server.requests.length;
    await pass(seconds(8), true);
    await eventually('another renewal', () => server.requests.filter(puts).length >= 2 && server.requests.length > before + 1);
    await settled();
    await pass(seconds(4));
    expect([a.election.isLeader, a.lost]).toEqual([true, []]);
  });

  test('a lost reply to a renewal: the leader finds itself in the Lease and goes on', async () => {
    const a = await leader();
    server.next([lostReply], puts);
    await pass(seconds(8));
    expect([a.election.isLeader, a.lost, a.election.epoch, lease().leaseTransitions]).toEqual([true, [], 1, 1]);
  });

  test('a lost reply to the creation: it leads at the next look, in the same epoch', async () => {
    server.next([lostReply], ({ verb }) => verb === 'POST');
    const a = start('a');
    await pass(seconds(1));
    expect(a.election.isLeader).toBe(false);
    await pass(seconds(4));
    expect([a.election.isLeader, a.election.epoch, lease().leaseTransitions]).toEqual([true, 1, 1]);
  });
});

test('a standby that may not read the Lease says why it does not lead, until it may', async () => {
  server.always(refuse(403, 'Forbidden'));
  const a = start('a');
  await pass(seconds(1));
  expect(a.election.problem()).toContain('leases/evenkeel: 403 Forbidden');
  server.always(undefined);
  await pass(seconds(3));
  expect([a.election.isLeader, a.election.problem()]).toEqual([true, undefined]);
});

describe('somebody takes the Lease away', () => {
  test('deletes it: the leader has lost, and the standby still waits out the term that it had seen', async () => {
    const [a, b] = await pair();
    server.objects.remove(path);
    await pass(seconds(3));
    expect([a.end, a.lost[0], a.election.isLeader]).toEqual(['lost', 'the Lease ours/evenkeel was deleted', false]);
    await pass(seconds(10));
    expect(b.election.isLeader).toBe(false);
    await pass(seconds(6));
    expect([b.election.isLeader, b.election.epoch]).toEqual([true, 2]);
  });

  test('deletes it and makes it anew with our name: lost all the same', async () => {
    const a = await leader();
    const spec = lease();
    server.objects.remove(path);
    server.objects.put(collection, { metadata: { name: 'evenkeel', namespace: 'ours' }, spec });
    await pass(seconds(3));
    expect([a.end, a.lost[0]]).toEqual(['lost', 'the Lease ours/evenkeel was deleted and made anew']);
  });

  test('writes another name into it: lost, and it says to whom', async () => {
    const a = await leader();
    server.objects.put(collection, { metadata: { name: 'evenkeel', namespace: 'ours' }, spec: { ...lease(), holderIdentity: 'mallory' } });
    await pass(seconds(3));
    expect([a.end, a.lost[0]]).toEqual(['lost', 'mallory holds the Lease ours/evenkeel now']);
    expect(a.election.holder()).toBe('mallory');
  });
});

describe('before each write', () => {
  test('its limit must end a second before the Lease does; refusing one write is not losing', async () => {
    const a = await leader();
    expect(() => a.election.assertLeader(seconds(14))).not.toThrow();
    a.clock.block(seconds(5));
    expect(() => a.election.assertLeader(seconds(9))).not.toThrow();
    expect(() => a.election.assertLeader(milliseconds(9_001))).toThrow(/^Not written: it could take 9s, and the Lease is surely ours for 9s only/u);
    expect([a.election.isLeader, a.lost]).toEqual([true, []]);
    a.clock.block(milliseconds(4_999));
    expect(() => a.election.assertLeader(seconds(1))).not.toThrow();
    a.clock.block(milliseconds(1));
    expect(() => a.election.assertLeader()).toThrow(NotLeader);
  });

  test('what was won may be used up after the signal, until the release', async () => {
    const a = await leader();
    a.stop.abort();
    await eventually('end', () => a.end === 'released');
    expect(() => a.election.assertLeader(seconds(2))).not.toThrow();
    expect(lease().holderIdentity).toBe('a');
    await a.election.release();
    expect(lease().holderIdentity).toBe('');
    expect(() => a.election.assertLeader()).toThrow(NotLeader);
  });

  test('a release that finds another holder leaves the Lease alone', async () => {
    const a = await leader();
    a.stop.abort();
    await eventually('end', () => a.end === 'released');
    server.objects.put(collection, { metadata: { name: 'evenkeel', namespace: 'ours' }, spec: { ...lease(), holderIdentity: 'b' } });
    await a.election.release();
    expect(lease().holderIdentity).toBe('b');
  });
});

/** A small generator: the same seed, the same troubles. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('never two at once', () => {
  test.each([1, 2, 3, 4, 5, 6])('whatever is frozen, reset or unanswered (seed %i)', async (seed) => {
    const roll = dice(seed);
    const names = ['a', 'b', 'c'];
    for (const name of names) start(name);
    const leaders = new Set<string>();
    for (let step = 0; step < 120; step += 1) {
      for (const replica of replicas) if (roll() < 0.05) replica.frozen = !replica.frozen;
      const trouble = roll();
      server.always(trouble < 0.1 ? reset : trouble < 0.2 ? lostReply : trouble < 0.25 ? refuse(500, 'InternalError') : undefined);
      await pass(milliseconds(500));
      const leading = replicas.filter((replica) => replica.election.isLeader).map((replica) => replica.election.identity);
      expect(leading.length, `step ${step}: ${leading.join(', ')}`).toBeLessThanOrEqual(1);
      for (const identity of leading) leaders.add(identity);
      for (const replica of replicas.filter(({ end }) => end === 'lost')) {
        replicas.splice(replicas.indexOf(replica), 1);
        names.push(`${replica.election.identity}'`);
        start(`${replica.election.identity}'`);
      }
    }
    expect(leaders.size).toBeGreaterThan(0);
  });
});
