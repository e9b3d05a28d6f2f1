import { expect, test } from 'vitest';
import { embeddedWorld, type EmbeddedWorld, type WatchLine } from '../../../test/fakes/embedded-server.ts';
import { eventually } from '../../../test/fakes/eventually.ts';
import type { ApiRequest } from '../../kube/api.ts';
import { minutes, seconds } from '../../model/time.ts';

const pods = '/api/v1/namespaces/default/pods';
const merge = { patch: 'application/merge-patch+json' } as const;
const make = (world: EmbeddedWorld, name: string, more: object = {}): Promise<unknown> => world.ask('POST', pods, { body: { metadata: { name }, ...more } });
const said = (lines: readonly WatchLine[]): string => lines.map(({ type, object }) => `${type} ${object.metadata.name ?? object.reason ?? object.metadata.annotations?.['k8s.io/initial-events-end'] ?? ''}@${object.metadata.resourceVersion}`).join(', ');

async function watched(world: EmbeddedWorld, query: ApiRequest['query'], happens: () => Promise<unknown>, count: number): Promise<string> {
  const watch = await world.watch('/api/v1/pods', query);
  await happens();
  await eventually(`${count} lines: ${said(watch.lines)}`, () => watch.lines.length >= count, 2_000);
  watch.stop();
  await watch.ended;
  return said(watch.lines);
}

test('a watch tells every change once and in order, from the version on that it names', async () => {
  const world = embeddedWorld();
  await make(world, 'a');
  const happens = async (): Promise<void> => {
    await make(world, 'b');
    await world.ask('PATCH', `${pods}/a`, { ...merge, body: { metadata: { labels: { x: 'y' } } } });
    await world.ask('DELETE', `${pods}/b`, { body: { gracePeriodSeconds: 0 } });
  };
  expect(await watched(world, { resourceVersion: '2' }, happens, 5)).toBe('ADDED a@3, ADDED b@4, MODIFIED a@5, MODIFIED b@6, DELETED b@7');
});

test('without a version a watch begins with what there is', async () => {
  const world = embeddedWorld();
  await make(world, 'b');
  await make(world, 'a');
  expect(await watched(world, {}, () => make(world, 'c'), 3)).toBe('ADDED a@4, ADDED b@3, ADDED c@5');
  expect(await watched(world, { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true }, () => make(world, 'd'), 5)).toBe('ADDED a@4, ADDED b@3, ADDED c@5, BOOKMARK true@5, ADDED d@6');
});

test('whoever selects sees objects come and go', async () => {
  const world = embeddedWorld();
  await make(world, 'a', { spec: { nodeName: 'n1' } });
  await make(world, 'b', { spec: { nodeName: 'n2' } });
  const label = (name: string, app: string | null): Promise<unknown> => world.ask('PATCH', `${pods}/${name}`, { ...merge, body: { metadata: { labels: { app } } } });
  const happens = async (): Promise<void> => {
    for (const name of ['a', 'b']) await label(name, 'web');
    await label('a', 'db');
    await label('a', null);
    await label('a', 'web');
  };
  expect(await watched(world, { resourceVersion: '4', labelSelector: 'app=web', fieldSelector: 'spec.nodeName=n1' }, happens, 3)).toBe('ADDED a@5, DELETED a@7, ADDED a@9');
});

test('whoever watches one node hears of pods that are made for it and bound to it', async () => {
  const world = embeddedWorld();
  await make(world, 'a');
  const happens = async (): Promise<void> => {
    await make(world, 'b', { spec: { nodeName: 'n1' } });
    await make(world, 'c', { spec: { nodeName: 'n2' } });
    await world.ask('POST', `${pods}/a/binding`, { body: { metadata: { name: 'a' }, target: { name: 'n1' } } });
  };
  expect(await watched(world, { resourceVersion: '3', fieldSelector: 'spec.nodeName=n1' }, happens, 2)).toBe('ADDED b@4, ADDED a@6');
});

test('the last that a watcher sees of an object that leaves is how it was before', async () => {
  const world = embeddedWorld();
  await make(world, 'a', { spec: { nodeName: 'n1' } });
  const watch = await world.watch('/api/v1/pods', { resourceVersion: '3', labelSelector: '!gone' });
  await world.ask('PATCH', `${pods}/a`, { ...merge, body: { metadata: { labels: { gone: 'yes' } } } });
  await eventually('the line', () => watch.lines.length === 1);
  watch.stop();
  expect(watch.lines[0]).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a', resourceVersion: '4' } } });
  expect(watch.lines[0]?.object.metadata.labels).toBeUndefined();
});

test('a version that is forgotten comes as an error in the stream, and ends it', async () => {
  const world = embeddedWorld({ history: 2 });
  for (const name of ['a', 'b', 'c', 'd']) await make(world, name);
  const watch = await world.watch('/api/v1/pods', { resourceVersion: '2' });
  await watch.ended;
  expect(watch.lines.map(({ type, object }) => `${type} ${object.code} ${object.reason}`)).toEqual(['ERROR 410 Expired']);
});

test('a bookmark comes every minute to who asks for it', async () => {
  const world = embeddedWorld();
  const [asked, other] = [await world.watch('/api/v1/pods', { resourceVersion: '2', allowWatchBookmarks: true }), await world.watch('/api/v1/pods', { resourceVersion: '2' })];
  await world.ask('POST', '/api/v1/nodes', { body: { metadata: { name: 'n1' } } });
  await world.clock.advance(minutes(2));
  asked.stop();
  other.stop();
  expect([said(asked.lines), said(other.lines)]).toEqual(['BOOKMARK @3, BOOKMARK @3', '']);
  await asked.ended;
  // The last listener has left: nothing sleeps any more.
  expect(world.clock.sleepers).toBe(0);
});

test('a watch ends after its time', async () => {
  const world = embeddedWorld();
  const watch = await world.watch('/api/v1/pods', { resourceVersion: '2', timeoutSeconds: 300 });
  await world.clock.advance(seconds(301));
  await watch.ended;
  await make(world, 'a');
  expect(said(watch.lines)).toBe('');
});

test.each<readonly [Readonly<Record<string, string | boolean>>, string]>([
  [{ resourceVersion: 'abc' }, '500 HTTP500'],
  [{ sendInitialEvents: true }, '422 Invalid'],
  [{ resourceVersionMatch: 'NotOlderThan', resourceVersion: '1' }, '422 Invalid'],
  [{ fieldSelector: 'spec.color=red' }, '400 BadRequest'],
])('refuses a watch with %j before it begins', async (query, expected) => {
  await expect(embeddedWorld().watch('/api/v1/pods', query)).rejects.toMatchObject({ status: Number(expected.slice(0, 3)), reason: expected.slice(4) });
});

test('closing the server ends all watches', async () => {
  const world = embeddedWorld();
  const watch = await world.watch('/api/v1/pods', { allowWatchBookmarks: true });
  world.server.close();
  await watch.ended;
  expect(world.clock.sleepers).toBe(0);
});
