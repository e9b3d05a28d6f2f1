import { expect, test } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { embeddedWorld } from '../../../test/fakes/embedded-server.ts';
import { ApiError } from '../../kube/api.ts';
import { milliseconds, seconds } from '../../model/time.ts';
import { embeddedApi, type Moment } from './api.ts';

const nodes = '/api/v1/nodes';
const body = { metadata: { name: 'n1' } };

test('refusals are those of the door over HTTP', async () => {
  const error: unknown = await embeddedWorld().api.call({ verb: 'GET', path: `${nodes}/n1` }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ApiError', status: 404, reason: 'NotFound', message: 'GET /api/v1/nodes/n1: 404 NotFound: nodes "n1" not found', details: { kind: 'Status' } });
});

test('a frozen server costs the caller its limit, by the clock that was handed in', async () => {
  const { server } = embeddedWorld();
  const clock = fakeClock();
  const frozen = embeddedApi(server, { user: 'x', clock, gate: (_moment, _request, signal) => clock.sleep(seconds(3_600), signal) });
  const asked = frozen.call({ verb: 'POST', path: nodes, body, limit: seconds(5) }).catch((thrown: unknown) => thrown);
  await clock.advance(milliseconds(5_001));
  expect(await asked).toMatchObject({ status: 0, reason: 'NoAnswer' });
  expect([server.store.get({ group: '', version: 'v1', plural: 'nodes', namespaced: false }, { name: 'n1' }), clock.sleepers]).toEqual([undefined, 0]);
});

test('a lost reply is no lost request', async () => {
  const world = embeddedWorld({}, {
    gate: (moment: Moment, { verb }) => (moment === 'answer' && verb === 'POST' ? Promise.reject(new ApiError({ status: 0, reason: 'NoAnswer', message: 'The reply was lost' })) : Promise.resolve()),
  });
  expect(await world.ask('POST', nodes, { body })).toMatchObject({ code: 0, reason: 'NoAnswer' });
  expect((await world.ask('GET', `${nodes}/n1`)).code).toBe(200);
});

test('a caller that gives up gets no answer', async () => {
  const world = embeddedWorld();
  await expect(world.api.call({ verb: 'GET', path: nodes, signal: AbortSignal.abort(new Error('given up')) })).rejects.toMatchObject({ status: 0, message: expect.stringContaining('given up') as string });
});

test('the watch of a closed client breaks', async () => {
  const world = embeddedWorld();
  const lines = await world.api.watch({ path: nodes }, new AbortController().signal);
  const read = (async () => {
    for await (const line of lines) expect(line).toBe('none');
  })();
  await world.api.close();
  await expect(read).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
});

test('a gate can break a watch at a line', async () => {
  let left = 1;
  const world = embeddedWorld({}, {
    gate(moment) {
      if (moment !== 'line') return Promise.resolve();
      left -= 1;
      return left < 0 ? Promise.reject(new ApiError({ status: 0, reason: 'NoAnswer', message: 'The connection broke' })) : Promise.resolve();
    },
  });
  for (const name of ['n1', 'n2']) await world.ask('POST', nodes, { body: { metadata: { name } } });
  const watch = await world.watch(nodes);
  await expect(watch.ended).rejects.toMatchObject({ message: 'The connection broke' });
  expect(watch.lines.map(({ object }) => object.metadata.name)).toEqual(['n1']);
});
