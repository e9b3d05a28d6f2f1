import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prometheusDoor } from './prometheus.ts';

const never = new AbortController().signal;
const success = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } });

/** A server on loopback that stands for Prometheus, and a folder that stands for what is mounted. */
describe('asking Prometheus', () => {
  let server: Server;
  let url: string;
  let folder: string;
  let tokenFile: string;
  let asked: { method: string | undefined; path: string | undefined; authorization: string | undefined; body: string }[];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;

  beforeEach(async () => {
    asked = [];
    answer = (response) => void response.end(success);
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push({ method: request.method, path: request.url, authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
        answer(response, request);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-prometheus-'));
    tokenFile = join(folder, 'token');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const ask = (what: { url?: string; tokenFile?: string | undefined; signal?: AbortSignal } = {}): ReturnType<ReturnType<typeof prometheusDoor>> =>
    prometheusDoor({ token: join(folder, 'own-token'), authority: join(folder, 'none') })({ url: what.url ?? url, tokenFile: what.tokenFile }, 'up{job="a"} > 0', what.signal ?? never);

  test('sends an instant query below the path of the policy', async () => {
    expect(await ask({ url: `${url}/prometheus/` })).toEqual({ data: { resultType: 'vector', result: [] } });
    expect(asked).toEqual([{ method: 'POST', path: '/prometheus/api/v1/query', authorization: undefined, body: 'query=up%7Bjob%3D%22a%22%7D+%3E+0' }]);
  });

  test('reads the token anew for each query', async () => {
    for (const token of ['first', 'second']) {
      await writeFile(tokenFile, `${token}\n`);
      await ask({ tokenFile });
    }
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  test.each([
    ['that is not there', undefined, /cannot be read \(ENOENT\): is the Secret mounted\?/u],
    ['that is empty', '\n', /holds no token/u],
    ['with two lines', 'secret-1\nsecret-2', /holds no token/u],
    ['that is too long', 'secret'.repeat(20_000), /is no token file/u],
  ])('a token file %s is a problem, and nothing is sent', async (_, content, says) => {
    if (content !== undefined) await writeFile(tokenFile, content);
    const outcome = await ask({ tokenFile });
    expect(outcome).toEqual({ problem: expect.stringMatching(says) as string });
    expect(JSON.stringify(outcome)).not.toContain('secret-');
    expect(asked).toEqual([]);
  });

  test('the token of the pod itself never goes over plain http', async () => {
    await writeFile(join(folder, 'own-token'), 'mine');
    await ask();
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('follows no redirect', async () => {
    await writeFile(tokenFile, 'secret');
    answer = (response) => void response.writeHead(307, { location: `${url}/elsewhere` }).end();
    expect(await ask({ tokenFile })).toEqual({ problem: `Prometheus at ${url} redirects (307), which is not followed: name the last address in the policy` });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a query that it cannot read', 400, JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' }), 'answered 400: parse error'],
    ['a gateway without Prometheus', 502, 'Bad gateway', 'answered 502: Bad gateway'],
    ['a page instead of JSON', 200, '<html>', 'answered 200: <html>'],
    ['a refusal that repeats what it was sent', 401, 'no: Bearer secret', 'answered 401: no: Bearer (the token)'],
  ])('%s is said', async (_, status, body, says) => {
    await writeFile(tokenFile, 'secret');
    answer = (response) => void response.writeHead(status).end(body);
    expect(await ask({ tokenFile })).toEqual({ problem: `Prometheus at ${url} ${says}` });
  });

  test.each<[string, (token: string) => string]>([
    ['a page', (token) => `<html>${'x'.repeat(100)} Bearer ${token}</html>`],
    ['an error of Prometheus', (token) => JSON.stringify({ status: 'error', error: `${'x'.repeat(100)} Bearer ${token}` })],
  ])('%s that repeats a token longer than what is said of it tells nothing of the token', async (_, body) => {
    const token = 'secret42'.repeat(125);
    await writeFile(tokenFile, token);
    answer = (response) => void response.writeHead(403).end(body(token));
    const outcome = await ask({ tokenFile });
    expect(outcome).toEqual({ problem: expect.stringMatching(/answered 403: .*x Bearer \(the token\)/u) as string });
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  test('an endless answer is cut off', async () => {
    answer = (response) => {
      const more = (error?: Error | null): void => {
        if (!error) response.write(Buffer.alloc(1024 * 1024), more);
      };
      more();
    };
    expect(await ask()).toEqual({ problem: expect.stringContaining('more than 16777216 bytes') as string });
  });

  test('nobody there, and a stop while it is silent, are problems; neither shows what is secret in the address', async () => {
    const heard = new Promise<void>((resolve) => (answer = () => resolve()));
    const stop = new AbortController();
    const silent = ask({ url: url.replace('//', '//name:word@'), signal: stop.signal });
    await heard;
    stop.abort();
    expect(await silent).toEqual({ problem: expect.stringContaining(`Prometheus at ${url} gave no answer`) as string });
    const nobody = await ask({ url: 'http://name:word@127.0.0.1:1' });
    expect(nobody).toEqual({ problem: expect.stringMatching(/^Prometheus at http:\/\/127\.0\.0\.1:1 gave no answer: .*ECONNREFUSED/u) as string });
    expect(JSON.stringify(nobody)).not.toContain('word');
  });
});
