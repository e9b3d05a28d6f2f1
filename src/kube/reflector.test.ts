import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { milliseconds, minutes, seconds } from '../model/time.ts';
import { bookmark, event, refuse, reset, says, silence, statusObject } from '../../test/fakes/api-server/answers.ts';
import { type FakeApiServer, fakeApiServer } from '../../test/fakes/api-server/fake-api-server.ts';
import type { StoredObject } from '../../test/fakes/api-server/objects.ts';
import { type FakeClock, fakeClock } from '../../test/fakes/clock.ts';
import { eventually } from '../../test/fakes/eventually.ts';
import { type Reflector, reflector } from './reflector.ts';
import type { Change } from './store.ts';

interface Thing {
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly value: string;
}

const path = '/api/v1/nodes';
let server: FakeApiServer;
let clock: FakeClock;
let stop: AbortController;
let running: Promise<void>;
let changes: Change<Thing>[];
let failing: boolean;

beforeEach(async () => {
  server = await fakeApiServer();
  clock = fakeClock();
  stop = new AbortController();
  running = Promise.resolve();
  changes = [];
  failing = false;
});

afterEach(async () => {
  stop.abort();
  await running;
  await server.close();
});

function start(): Reflector<Thing> {
  const copy = reflector<Thing>({
    api: server.door(),
    clock,
    path,
    random: () => 0.5,
    keyOf: ({ name }) => name,
    uidOf: ({ uid }) => uid,
    versionOf: ({ version }) => version,
    parse(object) {
      const { metadata, value } = object as StoredObject & { value?: string };
      if (typeof metadata?.uid !== 'string') throw new Error('no uid');
      return { name: metadata.name, uid: metadata.uid, version: metadata.resourceVersion ?? '', value: value ?? '' };
    },
    onChange(change) {
      changes.push(change);
      if (failing) throw new Error('a handler that throws');
    },
  });
  running = copy.run(stop.signal);
  return copy;
}

const put = (name: string, value = ''): StoredObject => server.objects.put(path, { metadata: { name }, value });
const remove = (name: string): void => void server.objects.remove(`${path}/${name}`);
const told = (): string[] => changes.map(({ kind, key, now }) => `${kind} ${key}${now === undefined ? '' : ` ${now.value}`}`);
const watchesAsked = (): URLSearchParams[] => server.requests.filter(({ query }) => query.get('watch') === 'true').map(({ query }) => query);
const listsAsked = (): URLSearchParams[] => server.requests.filter(({ query }) => query.get('watch') === null).map(({ query }) => query);

async function synced(copy: Reflector<Thing>): Promise<void> {
  await eventually('first list', () => copy.synced);
  await eventually('open watch', () => server.watches.open === 1);
}

/** Lets the back-off of a failed pass go by: waits until it sleeps, then moves the clock. */
async function afterBackoff(copy: Reflector<Thing>, failures: number): Promise<void> {
  await eventually(`failure ${failures}`, () => copy.statistics.failures >= failures && clock.sleepers === 1);
  await clock.advance(seconds(16));
}

describe('keeps a copy', () => {
  test('of what is there at first, through WatchList, and then of every change', async () => {
    put('a', '1');
    put('b', '1');
    const copy = start();
    await synced(copy);
    await copy.whenSynced;
    expect([...copy.records.keys()]).toEqual(['a', 'b']);
    put('c', '1');
    put('a', '2');
    remove('b');
    await eventually('three changes', () => changes.length === 5);
    expect(told()).toEqual(['added a 1', 'added b 1', 'added c 1', 'changed a 2', 'removed b']);
    expect([...copy.records.values()].map(({ name, value }) => name + value)).toEqual(['a2', 'c1']);
    expect(copy.statistics).toMatchObject({ objects: 2, lists: 1, relists: 0, watches: 1, events: 3, failures: 0 });
    const [asked] = watchesAsked();
    expect(Object.fromEntries(asked ?? [])).toMatchObject({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' });
    expect(asked?.has('resourceVersion')).toBe(false);
    expect(Number(asked?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
  });

  test('says nothing about an object that comes again with the same version', async () => {
    const a = put('a', '1');
    const copy = start();
    await synced(copy);
    server.watches.raw(`${JSON.stringify(event('MODIFIED', a))}\n`);
    put('b');
    await eventually('b', () => copy.records.has('b'));
    expect(told()).toEqual(['added a 1', 'added b ']);
  });

  test('goes on when a handler throws', async () => {
    failing = true;
    put('a');
    const copy = start();
    await synced(copy);
    put('b');
    await eventually('b', () => copy.records.has('b'));
    expect(copy.statistics).toMatchObject({ handlerErrors: 2, failures: 0 });
    expect(copy.statistics.lastHandlerError).toContain('a handler that throws');
  });

  test('stops when told, also in the middle of a back-off or of an unanswered request', async () => {
    server.next([silence]);
    const copy = start();
    await eventually('request', () => server.requests.length === 1);
    stop.abort();
    await running;
    expect(copy.synced).toBe(false);
  });
});

describe('without WatchList', () => {
  test('falls back to pages, remembers, and never asks for resourceVersion 0', async () => {
    server.rules.watchList = false;
    for (const name of ['a', 'b', 'c', 'd', 'e']) put(name);
    const copy = start();
    await synced(copy);
    expect([...copy.records.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(listsAsked().map((query) => [query.get('limit'), query.get('continue'), query.get('resourceVersion')])).toEqual([
      ['500', null, null],
      ['500', '2', null],
      ['500', '4', null],
    ]);
    server.watches.raw('no JSON\n');
    await afterBackoff(copy, 1);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(watchesAsked().filter((query) => query.has('sendInitialEvents'))).toHaveLength(1);
  });

  test('starts the list again when its token expires in the middle', async () => {
    server.rules.watchList = false;
    for (const name of ['a', 'b', 'c']) put(name);
    server.next([refuse(410, 'Expired')], ({ query }) => query.has('continue'));
    const copy = start();
    await afterBackoff(copy, 1);
    await synced(copy);
    expect(copy.records.size).toBe(3);
    expect(copy.statistics.gone).toBe(1);
    expect(listsAsked().map((query) => query.get('continue'))).toEqual([null, '2', null, '2']);
  });

  test('tries a paged list when WatchList is never completed', async () => {
    put('a');
    server.next([says([]), says([]), says([])]);
    const copy = start();
    for (const failures of [1, 2, 3]) await afterBackoff(copy, failures);
    await synced(copy);
    expect(copy.records.size).toBe(1);
    expect(listsAsked()).toHaveLength(1);
  });
});

describe('a first list that is incomplete is thrown away', () => {
  test.each([
    ['the stream ends', says([event('ADDED', { metadata: { name: 'ghost', uid: 'u', resourceVersion: '7' } })])],
    ['the stream breaks', says([event('ADDED', { metadata: { name: 'ghost', uid: 'u', resourceVersion: '7' } })], 'resets')],
    ['only an ordinary bookmark comes', says([event('ADDED', { metadata: { name: 'ghost', uid: 'u', resourceVersion: '7' } }), bookmark(8)])],
  ])('%s', async (_, answer) => {
    put('a');
    server.next([answer]);
    const copy = start();
    await afterBackoff(copy, 1);
    await synced(copy);
    expect(told()).toEqual(['added a ']);
  });
});

describe('resumes where it was', () => {
  test.each([
    ['three errors 500', [refuse(500, 'InternalError'), refuse(500, 'InternalError'), refuse(500, 'InternalError')]],
    ['a reset', [reset]],
    ['an error inside the stream', [says([event('ERROR', statusObject(500, 'InternalError'))])]],
    ['a forbidden answer', [refuse(403, 'Forbidden')]],
    ['a stream that breaks', [says([], 'resets')]],
  ])('after %s', async (_, answers) => {
    put('a');
    const copy = start();
    await synced(copy);
    server.next(answers);
    server.watches.reset();
    put('b');
    remove('a');
    for (let failures = 1; failures <= answers.length + 1; failures += 1) await afterBackoff(copy, failures);
    await eventually('missed changes', () => copy.records.has('b') && !copy.records.has('a'));
    expect(told()).toEqual(['added a ', 'added b ', 'removed a']);
    expect(copy.statistics).toMatchObject({ lists: 1, relists: 0, gone: 0 });
  });

  test('from the last bookmark, and without waiting when the server ends a long watch', async () => {
    put('a');
    const copy = start();
    await synced(copy);
    server.objects.tick();
    server.watches.bookmark();
    await clock.advance(seconds(100));
    server.objects.tick();
    server.watches.bookmark();
    await eventually('bookmark', () => copy.age(clock.now()) === 0);
    server.watches.end();
    await eventually('second watch', () => copy.statistics.watches === 2);
    expect(watchesAsked()[1]?.get('resourceVersion')).toBe(String(server.objects.revision));
    expect(copy.statistics.failures).toBe(0);
  });
});

describe('lists anew', () => {
  test.each(['http', 'stream'] as const)('when its version is gone (410 by %s), and tells of what vanished meanwhile', async (goneAs) => {
    put('a', '1');
    put('b', '1');
    put('c', '1');
    const copy = start();
    await synced(copy);
    const kept = copy.records.get('c');
    server.rules.goneAs = goneAs;
    server.watches.reset();
    remove('a');
    remove('b');
    put('b', 'another');
    put('d', '1');
    server.rules.compacted = server.objects.revision;
    await afterBackoff(copy, 1);
    await afterBackoff(copy, 2);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics).toMatchObject({ gone: 1, objects: 3 });
    expect(told().slice(3)).toEqual(['removed a', 'removed b', 'added b another', 'added d 1']);
    expect(copy.records.get('c')).toBe(kept);
  });

  test.each([
    ['a line that is not JSON', '{"type":"ADDED","object"\n'],
    ['a line without an object', '{"type":"ADDED"}\n'],
    ['an unknown type', '{"type":"SURPRISE","object":{}}\n'],
    ['an object that makes no sense', '{"type":"MODIFIED","object":{"metadata":{"name":"a"}}}\n'],
    ['a bookmark without a version', '{"type":"BOOKMARK","object":{"metadata":{}}}\n'],
  ])('after %s: nothing is skipped', async (_, text) => {
    put('a', '1');
    const copy = start();
    await synced(copy);
    server.watches.raw(text);
    await afterBackoff(copy, 1);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics.parseErrors).toBe(1);
  });

  test('after a last line that was cut off', async () => {
    put('a', '1');
    const copy = start();
    await synced(copy);
    server.watches.raw('{"type":"DELETED","obj');
    server.watches.end();
    await afterBackoff(copy, 1);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics.parseErrors).toBe(1);
  });

  test('when the version goes backwards, and says so: etcd was restored', async () => {
    put('a', '1');
    put('b', '1');
    const copy = start();
    await synced(copy);
    remove('b');
    await eventually('b gone', () => copy.records.size === 1);
    server.objects.restore(50);
    server.watches.bookmark();
    await afterBackoff(copy, 1);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics.wentBackwards).toBe(1);
    put('c', '1');
    await eventually('c', () => copy.records.has('c'));
  });

  test('keeps the old records until the new list is complete', async () => {
    put('a', '1');
    const copy = start();
    await synced(copy);
    server.next([refuse(503, 'ServiceUnavailable'), refuse(503, 'ServiceUnavailable')]);
    server.watches.raw('nonsense\n');
    await afterBackoff(copy, 1);
    await afterBackoff(copy, 2);
    expect([...copy.records.keys()]).toEqual(['a']);
    await afterBackoff(copy, 3);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(told()).toEqual(['added a 1']);
  });
});

describe('silence', () => {
  test('of 150 to 180 s is the end of a watch; the age says how long it has lasted', async () => {
    put('a');
    const copy = start();
    await synced(copy);
    await clock.advance(seconds(149));
    expect(copy.statistics.idleAborts).toBe(0);
    expect(copy.age(clock.now())).toBe(seconds(149));
    await clock.advance(seconds(31));
    await eventually('abort', () => copy.statistics.idleAborts === 1);
    await afterBackoff(copy, 1);
    put('b');
    await eventually('b', () => copy.records.has('b'));
    expect(copy.statistics.relists).toBe(0);
    expect(copy.age(clock.now())).toBe(0);
  });

  test('is broken by a bookmark', async () => {
    const copy = start();
    await synced(copy);
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(seconds(120));
      server.watches.bookmark();
      await eventually('bookmark', () => copy.age(clock.now()) === 0);
    }
    expect(copy.statistics).toMatchObject({ idleAborts: 0, watches: 1 });
  });

  test('also ends a request that is never answered', async () => {
    server.next([silence]);
    const copy = start();
    await eventually('request', () => server.requests.length === 1);
    await clock.advance(minutes(3));
    await eventually('abort', () => copy.statistics.idleAborts === 1);
    await afterBackoff(copy, 1);
    await synced(copy);
    expect(server.requests).toHaveLength(2);
  });

  test('twice in a row means a new list: the version may lie in a future that was undone', async () => {
    put('a');
    const copy = start();
    await synced(copy);
    server.always((request, { honest }) => (request.query.get('resourceVersion') === null ? honest() : undefined));
    await clock.advance(minutes(3));
    await afterBackoff(copy, 1);
    await eventually('second watch', () => watchesAsked().length === 2);
    await clock.advance(minutes(3));
    await afterBackoff(copy, 2);
    await eventually('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics.idleAborts).toBe(2);
  });
});

describe('waits between tries', () => {
  test('a little at first, then longer, and as long as the server asks', async () => {
    server.next([refuse(500, 'InternalError'), refuse(500, 'InternalError'), refuse(429, 'TooManyRequests', 20)]);
    start();
    const asked = async (count: number): Promise<void> => {
      await eventually(`request ${count}`, () => server.requests.length === count && clock.sleepers === 1);
      await clock.advance(milliseconds(0));
    };
    await asked(1);
    await clock.advance(milliseconds(399));
    expect(server.requests).toHaveLength(1);
    await clock.advance(milliseconds(1));
    await asked(2);
    await clock.advance(milliseconds(799));
    expect(server.requests).toHaveLength(2);
    await clock.advance(milliseconds(1));
    await asked(3);
    await clock.advance(seconds(21));
    expect(server.requests).toHaveLength(3);
    await clock.advance(seconds(1));
    await eventually('request 4', () => server.requests.length === 4);
  });
});
