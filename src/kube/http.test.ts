import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { Agent, buildConnector } from 'undici';
import { refuse, reset, says, sendJson, silence } from '../../test/fakes/api-server/answers.ts';
import { type FakeApiServer, fakeApiServer } from '../../test/fakes/api-server/fake-api-server.ts';
import { milliseconds } from '../model/time.ts';
import { ApiError, type Lines } from './api.ts';
import { httpApi } from './http.ts';

let server: FakeApiServer;
const agent = new Agent();

beforeEach(async () => {
  server = await fakeApiServer();
});
afterEach(() => server.close());

const get = { verb: 'GET', path: '/api/v1/nodes/x' } as const;

async function read(lines: Lines): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('a call', () => {
  test('that is refused says what was asked, the status, the reason, and how long to wait', async () => {
    server.next([refuse(429, 'TooManyRequests', 7)]);
    const error = await server.door().call(get).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 429, reason: 'TooManyRequests', retryAfter: 7, message: 'GET /api/v1/nodes/x: 429 TooManyRequests: TooManyRequests' });
  });

  test('that is refused with a page of text says it on one line', async () => {
    server.next([(_: unknown, { response }: { response: ServerResponse }) => void response.writeHead(404).end('\n404 page\r\n\tnot found \u001B[2J\n')]);
    await expect(server.door().call(get)).rejects.toThrow(/^GET \/api\/v1\/nodes\/x: 404 HTTP404: 404 page not found \[2J$/u);
    server.next([(_: unknown, { response }: { response: ServerResponse }) => void response.writeHead(500).end('x'.repeat(9_000))]);
    await expect(server.door().call(get)).rejects.toThrow(/: x{499}…$/u);
  });

  test.each([
    ['reset', reset],
    ['never answered', silence],
    ['answered with half a body', (_: unknown, { response }: { response: ServerResponse }) => void response.writeHead(200, { 'content-length': '100' }).write('{')],
    ['answered with what is no JSON', (_: unknown, { response }: { response: ServerResponse }) => void response.writeHead(200).end('<html>')],
  ])('that is %s is no answer', async (_, answer) => {
    server.next([answer]);
    await expect(server.door().call({ ...get, limit: milliseconds(200) })).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
  });

  test('keeps its limit also while the credentials hang', async () => {
    const door = httpApi({ server: 'http://127.0.0.1:1', dispatchers: () => new Promise(() => undefined), close: () => Promise.resolve() });
    await expect(door.call({ ...get, limit: milliseconds(50) })).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
  });

  test('whose credentials cannot be read is no answer, and the next one tries again', async () => {
    const tries = ['fails', 'works'];
    const door = httpApi({
      server: server.address,
      dispatchers: () => (tries.shift() === 'fails' ? Promise.reject(new Error('token file: permission denied')) : Promise.resolve({ calls: agent, watches: agent, headers: {} })),
      close: () => Promise.resolve(),
    });
    await expect(door.call(get)).rejects.toThrow('permission denied');
    await expect(door.call(get)).rejects.toMatchObject({ status: 404 });
  });

  test('that writes is not sent when its time was over before its connection stood: a process that was frozen meanwhile may not lead any more', async () => {
    const connector = buildConnector({});
    const frozen = new Agent({
      // No timer can fire before the connection is used.
      connect: (options, callback) => connector(options, (...connected) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        callback(...connected);
      }),
    });
    const door = httpApi({ server: server.address, dispatchers: () => Promise.resolve({ calls: frozen, watches: frozen, headers: {} }), close: () => frozen.close() });
    await expect(door.call({ verb: 'PUT', path: get.path, body: {}, limit: milliseconds(50) })).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
    await door.call(get).catch(() => undefined);
    expect(server.requests.map(({ verb }) => verb)).toEqual(['GET']);
    await door.close();
  });

  test('stops when its signal aborts', async () => {
    server.next([silence]);
    await expect(server.door().call({ ...get, signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ status: 0 });
  });
});

describe('a watch', () => {
  const watch = async (): Promise<string[]> => read(await server.door().watch({ path: '/api/v1/nodes', query: { watch: true } }, new AbortController().signal));

  test('gives whole lines, however the bytes were cut, also in the middle of a character', async () => {
    const bytes = Buffer.from('{"a":"é"}\n{"b":1}\n');
    server.next([
      (_, { response }) => {
        response.writeHead(200);
        const send = (index: number): void => {
          if (index === bytes.length) response.end();
          else response.write(bytes.subarray(index, index + 1), () => setImmediate(send, index + 1));
        };
        send(0);
      },
    ]);
    expect(await watch()).toEqual(['{"a":"é"}', '{"b":1}']);
  });

  test('whose last line was cut off says CutLine', async () => {
    server.next([says(['{"a":1}', '{"b"'], 'cut')]);
    await expect(watch()).rejects.toMatchObject({ status: 0, reason: 'CutLine' });
  });

  test('that breaks says NoAnswer, and where', async () => {
    server.next([says(['{"a":1}'], 'resets')]);
    await expect(watch()).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
  });

  test('with a line of 33 MiB is given up', async () => {
    server.next([(_, { response }) => void response.writeHead(200).end('x'.repeat(33 * 1024 * 1024))]);
    await expect(watch()).rejects.toMatchObject({ reason: 'CutLine', message: expect.stringContaining('33554432 bytes') as unknown });
  });

  test('that is refused says so', async () => {
    server.next([(_, { response }) => sendJson(response, 403, { reason: 'Forbidden', message: 'nodes is forbidden' })]);
    await expect(watch()).rejects.toMatchObject({ status: 403, reason: 'Forbidden' });
  });
});
