import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Attempt, CaseObjects } from '../case.ts';
import { answerTo, attemptOf, status } from './answers.ts';

/** An API server for the reference descheduler: it lists what a case holds, grants every eviction, and changes nothing. */
export interface Stub {
  /** A cluster of its own, under a path of its own. */
  serve(objects: CaseObjects): ServedCluster;
  close(): Promise<void>;
}

export interface ServedCluster {
  /** For a kubeconfig. */
  readonly url: string;
  /** In the order in which they came. */
  readonly evictions: readonly Attempt[];
  /** Requests that nobody foresaw; a run with one of them proves nothing. */
  readonly unforeseen: readonly string[];
  /** Ends the watches. */
  end(): void;
}

interface Cluster {
  readonly objects: CaseObjects;
  readonly evictions: Attempt[];
  readonly unforeseen: string[];
  readonly watches: Set<ServerResponse>;
}

export async function startStub(): Promise<Stub> {
  const clusters = new Map<string, Cluster>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(clusters, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let served = 0;
  return {
    serve(objects) {
      const id = String((served += 1));
      const cluster: Cluster = { objects, evictions: [], unforeseen: [], watches: new Set() };
      clusters.set(id, cluster);
      return {
        url: `http://127.0.0.1:${port}/${id}`,
        evictions: cluster.evictions,
        unforeseen: cluster.unforeseen,
        end() {
          clusters.delete(id);
          for (const watch of cluster.watches) watch.destroy();
        },
      };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(clusters: ReadonlyMap<string, Cluster>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  const [, id = '', path = '/'] = /^\/([^/]+)(\/.*)$/u.exec(pathname) ?? [];
  const cluster = clusters.get(id);
  if (cluster === undefined) return send(response, status(404, 'NotFound', 'this cluster is gone'));
  if (request.method !== 'GET') return send(response, await take(cluster, path, await text(request)));
  if (['true', '1'].includes(searchParams.get('watch') ?? '')) return watch(cluster, searchParams, response);
  const answer = answerTo(path, searchParams, cluster.objects);
  if (answer.status >= 400 && !mayBeMissing.test(path)) cluster.unforeseen.push(`${request.method} ${request.url} → ${answer.status}`);
  send(response, answer);
}

/** The reference finds out by a 404 that there is no such PriorityClass, or no newer form of Events. */
const mayBeMissing = /\/priorityclasses\/|\/events\.k8s\.io\//u;

/** Evictions are granted and written down; Events are taken and forgotten. */
async function take(cluster: Cluster, path: string, body: string): Promise<ReturnType<typeof status>> {
  const attempt = attemptOf(path, body);
  if (attempt !== undefined) cluster.evictions.push(attempt);
  else if (!/\/events(?:\/|$)/u.test(path)) cluster.unforeseen.push(`a write to ${path}`);
  return attempt === undefined ? { status: 201, body: JSON.parse(body) as object } : status(201, '', 'evicted');
}

/** Nothing ever changes, so a watch is only held open. A streaming list is refused: the client then lists and watches. */
function watch(cluster: Cluster, query: URLSearchParams, response: ServerResponse): void {
  if (query.has('sendInitialEvents')) return send(response, status(422, 'Invalid', 'streaming lists are off: list, then watch'));
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  cluster.watches.add(response);
  response.on('close', () => cluster.watches.delete(response));
}

function send(response: ServerResponse, { status, body }: ReturnType<typeof answerTo>): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
