import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Api } from '../../kube/api.ts';
import { resources } from '../../kube/paths.ts';
import { milliseconds, seconds } from '../../model/time.ts';
import { virtualClock } from '../time/virtual-clock.ts';
import { doorOf } from './door.ts';
import { follow, type Followed } from './follow.ts';
import type { PodObject } from './objects.ts';

/** A server with pods in a list, whose watch says what the test says. */
function aServer() {
  const asked: string[] = [];
  const state = { items: [] as object[], version: 1, say: (_line: object) => undefined as void, end: () => undefined as void };
  const api: Api = {
    call: (({ path, query }) => {
      asked.push(`list ${path} ${String(query?.['fieldSelector'])}`);
      return Promise.resolve({ items: [...state.items], metadata: { resourceVersion: String(state.version) } });
    }) as Api['call'],
    async watch({ query }) {
      await Promise.resolve();
      asked.push(`watch from ${String(query?.['resourceVersion'])}`);
      const stream = new TransformStream<string, string>(undefined, { highWaterMark: 100 }, { highWaterMark: 100 });
      const writer = stream.writable.getWriter();
      state.say = (line) => void writer.write(JSON.stringify(line));
      state.end = () => void writer.close();
      return stream.readable;
    },
    close: () => Promise.resolve(),
  };
  return { api, asked, state };
}

let version = 0;
const pod = (name: string, phase = 'Pending'): PodObject => ({ metadata: { name, uid: `uid-${name}`, resourceVersion: String((version += 1)) }, spec: { containers: [] }, status: { phase } });

let server: ReturnType<typeof aServer>;
let clock: ReturnType<typeof virtualClock>;
let halt: AbortController;
let complaints: string[];
let cut: boolean;
let pods: Followed<PodObject>;

beforeEach(() => {
  server = aServer();
  clock = virtualClock();
  halt = new AbortController();
  complaints = [];
  cut = false;
  pods = follow<PodObject>({ door: doorOf(server.api, halt.signal, () => cut), clock, resource: resources.pods, fieldSelector: 'spec.nodeName=n1', again: milliseconds(200), complain: (line) => void complaints.push(line), signal: halt.signal });
  server.state.items = [pod('a')];
  void pods.run();
});

afterEach(() => halt.abort());

const names = (): string => (pods.current() ?? []).map(({ metadata, status }) => `${metadata.name} ${status?.phase}`).join();

test('what is listed, and what the watch says after it', async () => {
  await clock.advance(seconds(1));
  expect(names()).toBe('a Pending');
  server.state.say({ type: 'ADDED', object: pod('b') });
  server.state.say({ type: 'MODIFIED', object: pod('a', 'Running') });
  await clock.advance(seconds(1));
  expect(names()).toBe('a Running,b Pending');
  server.state.say({ type: 'DELETED', object: pod('a') });
  await clock.advance(seconds(1));
  expect(names()).toBe('b Pending');
  expect(server.asked).toEqual(['list /api/v1/pods spec.nodeName=n1', 'watch from 1']);
});

test('a change wakes who waits for it, at once when it came before', async () => {
  await clock.advance(seconds(1));
  pods.current();
  const before = clock.now().tick;
  const waiting = pods.change(seconds(60));
  server.state.say({ type: 'ADDED', object: pod('b') });
  await waiting;
  await pods.change(seconds(60));
  expect(clock.now().tick).toBe(before);
  pods.current();
  await clock.during(pods.change(seconds(60)));
  expect(clock.now().tick - before).toBe(60_000);
});

test('the answer to a write of one\'s own counts before the watch tells of it, and is told once', async () => {
  await clock.advance(seconds(1));
  pods.current();
  const mine = pod('a', 'Running');
  pods.saw(mine);
  expect(names()).toBe('a Running');
  server.state.say({ type: 'MODIFIED', object: mine });
  const before = clock.now().tick;
  await clock.during(pods.change(seconds(60)));
  expect(clock.now().tick - before).toBe(60_000);
});

test('the next watch goes on where the server ended the last one', async () => {
  await clock.advance(seconds(1));
  server.state.say({ type: 'ADDED', object: pod('b') });
  server.state.say({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '4711' } } });
  server.state.end();
  await clock.advance(seconds(1));
  expect(names()).toBe('a Pending,b Pending');
  expect(server.asked).toEqual(['list /api/v1/pods spec.nodeName=n1', 'watch from 1', 'watch from 4711']);
});

test.each([
  ['the version is too old', () => server.state.say({ type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old' } }), 1],
  ['the network is cut when something is said', () => {
    cut = true;
    server.state.say({ type: 'ADDED', object: pod('b') });
    void clock.sleep(seconds(1)).then(() => (cut = false));
  }, 5],
])('everything is listed anew after %s', async (_, happens, complained) => {
  await clock.advance(seconds(1));
  server.state.items = [pod('c')];
  server.state.version = 7;
  happens();
  await clock.advance(seconds(3));
  expect(names()).toBe('c Pending');
  expect(server.asked.slice(-2)).toEqual(['list /api/v1/pods spec.nodeName=n1', 'watch from 7']);
  expect(complaints).toHaveLength(complained);
});
