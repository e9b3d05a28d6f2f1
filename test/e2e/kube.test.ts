import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../src/kube/api.ts';
import { connect } from '../../src/kube/connect.ts';
import { type Election, election, NotLeader } from '../../src/kube/election.ts';
import { takeLease, takeLeaseWhenExpired, releaseLease, renewLease } from '../../src/kube/lease.ts';
import { collectionPath, resources } from '../../src/kube/paths.ts';
import { fields, identify, textMap } from '../../src/kube/records/fields.ts';
import { parseNode } from '../../src/kube/records/node.ts';
import { type Reflector, reflector, type ReflectorOptions } from '../../src/kube/reflector.ts';
import type { Change } from '../../src/kube/store.ts';
import { seconds } from '../../src/model/time.ts';
import { realClock } from '../../src/run/real-clock.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';

/* The reflector and the election against the real kube-apiserver and etcd. */

interface Note {
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly says: string;
}

const path = '/api/v1/namespaces/default/configmaps';
let plane: ControlPlane;
let kubeconfig: string;
const stop = new AbortController();
const running: Promise<unknown>[] = [];
const doors: Api[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  kubeconfig = plane.kubeconfig();
});

afterAll(async () => {
  stop.abort();
  await Promise.all(running);
  await Promise.all(doors.map((each) => each.close()));
  await plane?.stop();
});

function door(file = kubeconfig): Api {
  const api = connect({ kubeconfig: file });
  doors.push(api);
  return api;
}

function follow(api: Api, options: Partial<ReflectorOptions<Note>> = {}): { copy: Reflector<Note>; changes: Change<Note>[] } {
  const changes: Change<Note>[] = [];
  const copy = reflector<Note>({
    api,
    clock: realClock,
    path,
    random: Math.random,
    keyOf: ({ name }) => name,
    uidOf: ({ uid }) => uid,
    versionOf: ({ version }) => version,
    parse(object) {
      const { name, uid, resourceVersion } = identify('ConfigMap', object);
      return { name, uid, version: resourceVersion, says: textMap(fields(object), 'data')['says'] ?? '' };
    },
    onChange: (change) => void changes.push(change),
    ...options,
  });
  running.push(copy.run(stop.signal));
  return { copy, changes };
}

const note = (name: string, says: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { says } });
const create = (name: string, says = '', api = plane.api()): Promise<unknown> => api.call({ verb: 'POST', path, body: note(name, says) });
const replace = (name: string, says: string): Promise<unknown> => plane.api().call({ verb: 'PUT', path: `${path}/${name}`, body: note(name, says) });
const remove = (name: string): Promise<unknown> => plane.api().call({ verb: 'DELETE', path: `${path}/${name}` });

async function until(what: string, holds: () => boolean, limit = 60_000): Promise<number> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > limit) throw new Error(`Did not happen within ${limit} ms: ${what}`);
    await wait(20);
  }
  return performance.now() - start;
}

/** Can be shut, so that a reflector cannot come back while the test changes the world. */
function gated(api: Api): Api & { shut: boolean } {
  const gate = {
    ...api,
    shut: false,
    watch: (...asked: Parameters<Api['watch']>) => (gate.shut ? Promise.reject(new Error('shut')) : api.watch(...asked)),
  };
  return gate;
}

async function restartApiServer(): Promise<void> {
  await plane.stop('kube-apiserver');
  await plane.start('kube-apiserver');
}

describe('the reflector', () => {
  test('lists through WatchList and follows creations, changes and deletions', async () => {
    await create('first', 'one');
    const { copy, changes } = follow(door());
    await copy.whenSynced;
    expect(copy.records.get('first')?.says).toBe('one');
    await create('second', 'two');
    await replace('first', 'three');
    await remove('second');
    await until('deletion', () => changes.some(({ kind, key }) => kind === 'removed' && key === 'second'));
    expect(copy.records.get('first')?.says).toBe('three');
    expect(copy.statistics).toMatchObject({ lists: 1, watches: 1, failures: 0, parseErrors: 0 });
  });

  test('goes on after kube-apiserver was killed and started again', async () => {
    const { copy } = follow(door());
    await copy.whenSynced;
    await restartApiServer();
    await create('after-restart', 'here');
    await until('the new object', () => copy.records.get('after-restart')?.says === 'here');
    expect(copy.statistics.failures).toBeGreaterThan(0);
    expect(copy.statistics.parseErrors).toBe(0);
  });

  test('lists anew when its version is too old, and tells what vanished meanwhile', async () => {
    await create('vanishes', 'x');
    await create('stays', 'x');
    await create('replaced', 'x');
    const api = gated(door());
    const { copy, changes } = follow(api);
    await copy.whenSynced;
    const kept = copy.records.get('stays');
    api.shut = true;
    await restartApiServer();
    await remove('vanishes');
    await remove('replaced');
    await create('replaced', 'y');
    changes.length = 0;
    await restartApiServer();
    api.shut = false;
    await until('re-list', () => copy.statistics.relists === 1);
    expect(copy.statistics.gone).toBe(1);
    expect(changes.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual(['added replaced', 'removed replaced', 'removed vanishes']);
    expect(copy.records.get('stays')).toBe(kept);
  });

  test('gives up a watch of a server that hangs, and comes back', async () => {
    const { copy } = follow(door(), { limits: { silence: seconds(4) } });
    await copy.whenSynced;
    plane.pause('kube-apiserver');
    await until('silence noticed', () => copy.statistics.idleAborts >= 1);
    plane.resume('kube-apiserver');
    await create('after-hang', 'here');
    await until('the new object', () => copy.records.has('after-hang'));
    expect(copy.statistics.parseErrors).toBe(0);
  });

  test('is kept fresh by bookmarks alone: the first comes before a watch counts as silent', async () => {
    const { copy } = follow(door(), { path: '/api/v1/namespaces/nobody-writes-here/configmaps' });
    await copy.whenSynced;
    let oldest = 0;
    await until('a bookmark', () => {
      const age = copy.age(realClock.now());
      const fresher = age < oldest;
      oldest = Math.max(oldest, age);
      return fresher;
    }, 150_000);
    expect(oldest).toBeLessThan(130_000);
    expect(copy.statistics).toMatchObject({ idleAborts: 0, watches: 1, failures: 0 });
  });

  test('reads Nodes as they really are', async () => {
    const api = plane.api();
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1', labels: { fencing: 'enabled' } }, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } };
    await api.call({ verb: 'POST', path: collectionPath(resources.nodes), body: node });
    const record = parseNode(await api.call({ verb: 'GET', path: `${collectionPath(resources.nodes)}/worker-1` }));
    expect(record).toMatchObject({ name: 'worker-1', labels: { fencing: 'enabled' }, ready: undefined, bootID: '', deleting: false });
    expect(record.taints).toContainEqual({ key: 'a', effect: 'NoSchedule' });
  });
});

describe('the reflector on a server without WatchList', () => {
  test('is refused with 422, falls back to pages, and does not ask again', async () => {
    const old = await startControlPlane({ extraArgs: { 'kube-apiserver': ['--feature-gates=WatchList=false'] } });
    try {
      const api = old.api();
      for (let index = 0; index < 1_100; index += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, each) => create(`note-${index + each}`, '', api)));
      }
      const asked: string[] = [];
      const listening: Api = {
        ...api,
        call: (request) => {
          asked.push(`list ${String(request.query?.['limit'])}`);
          return api.call(request);
        },
        watch: (request, signal) => {
          asked.push(request.query?.['sendInitialEvents'] === true ? 'WatchList' : 'watch');
          return api.watch(request, signal);
        },
      };
      const { copy } = follow(listening);
      await copy.whenSynced;
      await create('later', 'x', api);
      await until('the new object', () => copy.records.has('later'));
      expect(copy.records.size).toBeGreaterThanOrEqual(1_101);
      expect(asked).toEqual(['WatchList', 'list 500', 'list 500', 'list 500', 'watch']);
    } finally {
      await old.stop();
    }
  });
});

describe('the election', () => {
  const settings = { enabled: true, namespace: 'default', name: 'evenkeel', leaseDuration: seconds(6), renewDeadline: seconds(4), retryPeriod: seconds(1) };

  function stand(identity: string, name: string): { election: Election; lost: string[]; die: AbortController; end: Promise<string> } {
    const lost: string[] = [];
    const die = new AbortController();
    const one = election({ api: door(), clock: realClock, settings: { ...settings, name }, identity, random: Math.random, onLost: (reason) => void lost.push(reason) });
    const end = one.run(die.signal);
    running.push(end);
    stop.signal.addEventListener('abort', () => die.abort(), { once: true });
    return { election: one, lost, die, end };
  }

  test('one leads; when it dies the other takes over in bounded time, with the next epoch', async () => {
    const a = stand('a', 'dies');
    await a.election.whenLeading;
    const b = stand('b', 'dies');
    await wait(3_000);
    expect([a.election.isLeader, b.election.isLeader, a.election.epoch]).toEqual([true, false, 1]);
    a.die.abort();
    const took = await until('take-over', () => b.election.isLeader, 20_000);
    expect(took).toBeGreaterThan(3_900);
    expect(took).toBeLessThan(9_000);
    expect(a.election.isLeader).toBe(false);
    expect(b.election.epoch).toBe(2);
  });

  test('a release hands over at once', async () => {
    const a = stand('a', 'released');
    await a.election.whenLeading;
    const b = stand('b', 'released');
    await wait(1_500);
    await a.election.release();
    expect(await until('take-over', () => b.election.isLeader, 20_000)).toBeLessThan(3_000);
    expect(await a.end).toBe('released');
  });

  test('a leader whose API server hangs stops in time, and never leads again', async () => {
    const a = stand('a', 'hangs');
    await a.election.whenLeading;
    plane.pause('kube-apiserver');
    try {
      const noticed = await until('loss', () => a.lost.length === 1, 20_000);
      expect(noticed).toBeLessThan(5_000);
      expect(() => a.election.assertLeader()).toThrow(NotLeader);
    } finally {
      plane.resume('kube-apiserver');
    }
    expect(await a.end).toBe('lost');
    const b = stand('b', 'hangs');
    await until('take-over', () => b.election.isLeader, 30_000);
    expect(b.election.epoch).toBe(2);
  });

  test('a leader outlives a quick restart of kube-apiserver, or has stopped: nothing in between', async () => {
    const a = stand('a', 'restart');
    await a.election.whenLeading;
    await restartApiServer();
    await wait(3_000);
    expect(a.election.isLeader).toBe(a.lost.length === 0);
  });
});

describe('named Leases', () => {
  const lease = { namespace: 'default', name: 'evenkeel-slot-0', duration: seconds(2) };

  test('have one holder; are given back, or taken from one that has ended', async () => {
    const api = plane.api();
    const now = realClock.now();
    expect(await takeLease(api, { ...lease, holder: 'a', now, annotations: { fence: 'a' } })).toBe('taken');
    expect(await takeLease(api, { ...lease, holder: 'a', now })).toBe('held-by-us');
    expect(await takeLease(api, { ...lease, holder: 'b', now })).toMatchObject({ heldBy: 'a' });
    expect(await releaseLease(api, { ...lease, holder: 'b', now })).toBe('not-held');
    expect(await releaseLease(api, { ...lease, holder: 'a', now })).toBe('released');
    expect(await takeLease(api, { ...lease, holder: 'b', now })).toBe('taken');
    expect(await takeLease(api, { ...lease, holder: 'c', now, instead: 'a' })).toMatchObject({ heldBy: 'b' });
    expect(await takeLease(api, { ...lease, holder: 'c', now, instead: 'b' })).toBe('taken');
    expect(await renewLease(api, { ...lease, holder: 'c', now })).toBe('renewed');
    expect(await renewLease(api, { ...lease, holder: 'b', now })).toMatchObject({ heldBy: 'c' });
    expect(await takeLeaseWhenExpired(api, { ...lease, holder: 'd' }, realClock)).toBe('taken');
  });
});

/* Last: it takes the cluster back in time. */
describe('etcd restored from a backup', () => {
  test('is noticed, reported, and followed', async () => {
    const store = join(plane.directory, 'etcd');
    const backup = `${store}-backup`;
    await create('before-backup', 'old');
    await plane.stop('kube-apiserver');
    await plane.stop('etcd');
    await cp(store, backup, { recursive: true });
    await Promise.all([plane.start('etcd'), plane.start('kube-apiserver')]);

    const { copy, changes } = follow(door(), { limits: { silence: seconds(5) } });
    await copy.whenSynced;
    for (let index = 0; index < 50; index += 1) await create(`after-backup-${index}`);
    await replace('before-backup', 'new');
    await until('the last change', () => copy.records.get('before-backup')?.says === 'new');

    await plane.stop('kube-apiserver');
    await plane.stop('etcd');
    await rm(store, { recursive: true });
    await cp(backup, store, { recursive: true });
    await Promise.all([plane.start('etcd'), plane.start('kube-apiserver')]);
    await until('the old state', () => copy.records.get('before-backup')?.says === 'old');
    expect(copy.statistics.wentBackwards).toBe(1);
    expect(changes.filter(({ kind }) => kind === 'removed')).toHaveLength(50);
    await create('after-restore');
    await until('a new object', () => copy.records.has('after-restore'));
  });
});
