import { KubeConfig } from '@kubernetes/client-node';
import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { embeddedWorld, type EmbeddedWorld } from '../../../test/fakes/embedded-server.ts';
import { eventually } from '../../../test/fakes/eventually.ts';
import type { Api } from '../../kube/api.ts';
import { kubeConfigConnection } from '../../kube/connect.ts';
import { httpApi } from '../../kube/http.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { type HttpServer, serveApi, type ServeOptions } from './serve.ts';

const nodes = '/api/v1/nodes';
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function serve(options: Partial<ServeOptions> = {}): Promise<{ readonly world: EmbeddedWorld; readonly http: HttpServer }> {
  const world = embeddedWorld();
  const http = await serveApi(world.server, { host: '127.0.0.1', port: 0, users: new Map([['secret', 'alice']]), ...options });
  opened.push(http);
  return { world, http };
}

/** The product's own door, by way of the kubeconfig. */
function client(http: HttpServer): Api {
  const config = new KubeConfig();
  config.loadFromString(kubeconfigText({ url: http.url, name: 'embedded', token: 'secret' }));
  const api = httpApi(kubeConfigConnection(config));
  opened.push(api);
  return api;
}

test('the product’s client works against it with the kubeconfig, its watches too', async () => {
  const { http } = await serve();
  const api = client(http);
  const lines: string[] = [];
  const stop = new AbortController();
  const stream = await api.watch({ path: nodes, query: { watch: true, resourceVersion: '2' } }, stop.signal);
  const read = (async () => {
    for await (const line of stream) lines.push(line);
  })().catch(() => undefined);
  await api.call({ verb: 'POST', path: nodes, body: { metadata: { name: 'n1' } } });
  await expect(api.call({ verb: 'POST', path: nodes, body: { metadata: { name: 'n1' } } })).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
  expect(await api.call({ verb: 'GET', path: `${nodes}/n1` })).toMatchObject({ metadata: { name: 'n1' } });
  expect(await api.call({ verb: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} })).toMatchObject({ status: { userInfo: { username: 'alice' } } });
  await eventually('the line', () => lines.length === 1);
  stop.abort();
  await read;
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'n1' } } });
});

test('closing ends open watches and frees the port', async () => {
  const { http } = await serve();
  const stream = await client(http).watch({ path: nodes, query: { watch: true } }, new AbortController().signal);
  const read = (async () => {
    for await (const line of stream) expect(line).toBe('none');
  })();
  await http.close();
  await read;
  const again = await serve({ port: http.port });
  expect(again.http.port).toBe(http.port);
});

test('a taken port is named', async () => {
  const { http } = await serve();
  await expect(serve({ port: http.port })).rejects.toThrow(`Port ${http.port} on 127.0.0.1 is taken`);
});

const ask = async (http: HttpServer, headers: Record<string, string>, body?: string | Buffer, path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'): Promise<{ readonly code: number; readonly body: { readonly reason?: string; readonly message?: string; readonly status?: { readonly userInfo?: { readonly username: string } } } }> => {
  const answer = await request(`${http.url}${path}`, { method: body === undefined ? 'GET' : 'POST', headers, body: body ?? null });
  return { code: answer.statusCode, body: (await answer.body.json()) as never };
};

test.each<readonly [string, Record<string, string>, string | undefined, string]>([
  ['a known token', { authorization: 'Bearer secret' }, undefined, '201 alice'],
  ['an unknown token', { authorization: 'Bearer guess' }, 'admin', '401 Unauthorized'],
  ['no token', {}, undefined, '401 Unauthorized'],
  ['no token, where that is somebody', {}, 'admin', '201 admin'],
  ['an impersonation', { authorization: 'Bearer secret', 'impersonate-user': 'system:node:n1' }, undefined, '201 system:node:n1'],
  ['a web page', { authorization: 'Bearer secret', origin: 'http://example.org' }, undefined, '403 Forbidden'],
  ['a name that a web page rebound', { authorization: 'Bearer secret', host: 'example.org' }, undefined, '403 Forbidden'],
])('%s is somebody or stays outside', async (_says, headers, anonymous, expected) => {
  const { http } = await serve(anonymous === undefined ? {} : { anonymous });
  const { code, body } = await ask(http, headers, '{}');
  expect(`${code} ${body.status?.userInfo?.username ?? body.reason}`).toBe(expected);
});

test('a body of more than 3 MiB is refused', async () => {
  const { http } = await serve({ anonymous: 'admin' });
  const { code, body } = await ask(http, { 'content-type': 'application/json' }, `{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`, nodes);
  expect([code, body.reason]).toEqual([413, 'RequestEntityTooLarge']);
});

/** `k8s\0`, then apiVersion and kind, then the message: as kubectl writes it. */
function protobuf(apiVersion: string, kind: string, message: Buffer): Buffer {
  const field = (number: number, bytes: Buffer | string): Buffer => Buffer.concat([Buffer.from([number * 8 + 2, Buffer.byteLength(bytes)]), Buffer.from(bytes)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])), field(2, message)]);
}

test('kubectl’s typed commands send protobuf', async () => {
  const { http, world } = await serve({ anonymous: 'admin' });
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  const named = Buffer.from([10, 5, 10, 3, ...Buffer.from('foo')]);
  expect((await ask(http, headers, protobuf('v1', 'Namespace', named), '/api/v1/namespaces')).code).toBe(201);
  expect((await world.ask('GET', '/api/v1/namespaces/foo')).code).toBe(200);
  expect((await ask(http, headers, protobuf('v1', 'Node', named), nodes)).body).toMatchObject({ reason: 'UnsupportedMediaType' });
  expect((await ask(http, headers, Buffer.from('k8s\0\x0a\xff'), nodes)).code).toBe(415);
});
