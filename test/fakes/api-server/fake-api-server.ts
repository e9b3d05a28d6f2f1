import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import type { Api } from '../../../src/kube/api.ts';
import { httpApi } from '../../../src/kube/http.ts';
import { type Answer, type FakeRequest, sendJson, statusObject } from './answers.ts';
import { makeObjects, type Objects, type StoredObject } from './objects.ts';
import { makeWatches, type Watches, type WatchRules } from './watches.ts';

/** A small API server over real sockets that behaves well until a script says otherwise. */
export interface FakeApiServer {
  /** A door to it, with connections of its own. Closed with the server. */
  door(): Api;
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  readonly objects: Objects;
  readonly watches: Watches;
  readonly rules: WatchRules & { pageSize: number };
  readonly requests: FakeRequest[];
  /** The next requests get these answers, in order; those that `only` does not accept are answered honestly. */
  next(answers: readonly Answer[], only?: (request: FakeRequest) => boolean): void;
  /** Every request from now on gets this answer; `undefined` ends it. */
  always(answer: Answer | undefined): void;
  close(): Promise<void>;
}

export async function fakeApiServer(): Promise<FakeApiServer> {
  const objects = makeObjects();
  const rules = { watchList: true, compacted: 0, goneAs: 'stream' as const, pageSize: 2 } as FakeApiServer['rules'];
  const watches = makeWatches(objects, rules);
  const requests: FakeRequest[] = [];
  const script: { answer: Answer; only: (request: FakeRequest) => boolean }[] = [];
  const doors: Api[] = [];
  let fixed: Answer | undefined;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const request: FakeRequest = { verb: incoming.method ?? '', path: url.pathname, query: url.searchParams, body };
    requests.push(request);
    const honest = (): void => carryOut({ objects, watches, rules }, request, response);
    const index = script.findIndex(({ only }) => only(request));
    const answer = index === -1 ? fixed : script.splice(index, 1)[0]?.answer;
    if (answer === undefined) honest();
    else answer(request, { incoming, response, honest });
  }

  const server = createServer((incoming, response) => {
    incoming.on('error', () => undefined);
    void serve(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    objects,
    watches,
    rules,
    requests,
    door() {
      const api = openDoor(address);
      doors.push(api);
      return api;
    },
    next: (answers, only = () => true) => void script.push(...answers.map((answer) => ({ answer, only }))),
    always(answer) {
      fixed = answer;
    },
    async close() {
      await Promise.all(doors.map((door) => door.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openDoor(server: string): Api {
  const agent = new Agent({ allowH2: false, bodyTimeout: 0 });
  return httpApi({ server, dispatchers: () => Promise.resolve({ calls: agent, watches: agent, headers: {} }), close: () => agent.destroy() });
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

interface Cluster {
  readonly objects: Objects;
  readonly watches: Watches;
  readonly rules: FakeApiServer['rules'];
}

function carryOut(cluster: Cluster, request: FakeRequest, response: ServerResponse): void {
  const { objects, watches } = cluster;
  const object = request.body as StoredObject;
  if (request.verb === 'POST') return create(objects, request.path, object, response);
  if (request.verb === 'PUT') return replace(objects, request.path, object, response);
  if (request.verb === 'DELETE') return sendJson(response, objects.remove(request.path) === undefined ? 404 : 200, {});
  if (request.query.get('watch') === 'true') return watches.start(request, response);
  const known = objects.get(request.path);
  if (known !== undefined) return sendJson(response, 200, known);
  return isCollection(request.path) ? listPage(cluster, request, response) : sendJson(response, 404, statusObject(404, 'NotFound'));
}

/** `/api/v1/nodes`, `/apis/group/version/plural`, and either in a namespace. */
const isCollection = (path: string): boolean => /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/[^/]+$/u.test(path);

function create(objects: Objects, path: string, object: StoredObject, response: ServerResponse): void {
  if (objects.get(`${path}/${object.metadata.name}`) !== undefined) return sendJson(response, 409, statusObject(409, 'AlreadyExists'));
  return sendJson(response, 201, objects.put(path, object));
}

function replace(objects: Objects, path: string, object: StoredObject, response: ServerResponse): void {
  const known = objects.get(path);
  if (known === undefined) return sendJson(response, 404, statusObject(404, 'NotFound'));
  const sent = object.metadata.resourceVersion;
  if (sent !== undefined && sent !== known.metadata.resourceVersion) return sendJson(response, 409, statusObject(409, 'Conflict'));
  return sendJson(response, 200, objects.put(path.slice(0, path.lastIndexOf('/')), object));
}

function listPage({ objects, rules }: Cluster, request: FakeRequest, response: ServerResponse): void {
  const from = Number(request.query.get('continue') ?? 0);
  const all = objects.list(request.path);
  const items = all.slice(from, from + rules.pageSize);
  const next = from + items.length < all.length ? { continue: String(from + items.length) } : {};
  return sendJson(response, 200, { kind: 'List', metadata: { resourceVersion: String(objects.revision), ...next }, items });
}
