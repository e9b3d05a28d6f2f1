import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { protobuf } from '../../kube/protobuf/envelope.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { EmbeddedServer, ServerAnswer, ServerRequest } from '../api-server/server.ts';
import { asRefusal, failure } from '../api-server/status.ts';
import { readBytes } from './body.ts';
import { type Doorkeeper, doorkeeper, type DoorOptions } from './doorkeeper.ts';
import { readProtobuf } from './protobuf.ts';

export interface ServeOptions extends DoorOptions {
  /** `127.0.0.1`: anything else opens a cluster without permissions to the network. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A server on a socket. */
export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Ends the watches and closes every connection; resolves when the port is free again. */
  close(): Promise<void>;
}

/** Puts an embedded API server on a loopback port. Rejects when the port cannot be had. */
export async function serveApi(server: EmbeddedServer, options: ServeOptions): Promise<HttpServer> {
  const watches = new Set<() => void>();
  const door = doorkeeper(options);
  const http = createServer((request, response) => void respond({ server, door, watches }, request, response));
  const { port } = await listen(http, options);
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    async close() {
      for (const end of watches) end();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeIdleConnections();
      http.closeAllConnections();
      await closed;
    },
  };
}

function listen(http: Server, { host, port }: ServeOptions): Promise<{ readonly port: number }> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} on ${host} is taken: choose another one, or 0 for any that is free`, { cause: error }) : error));
    http.listen(port, host, () => resolve(http.address() as { readonly port: number }));
  });
}

interface Parts {
  readonly server: EmbeddedServer;
  readonly door: Doorkeeper;
  readonly watches: Set<() => void>;
}

async function respond({ server, door, watches }: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const user = door.admit(request);
    const url = new URL(request.url ?? '/', 'http://server');
    const sent = readSent(await readBytes(request), request.headers['content-type']);
    const answer = server.handle({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      ...sent,
      accept: request.headers.accept,
      user,
    });
    if (answer.kind === 'stream') stream(answer, response, watches);
    else send(answer, response);
  } catch (error) {
    const refusal = asRefusal(error);
    // The rest of a body that is too long is not waited for.
    const headers: Readonly<Record<string, string>> = refusal.code === 413 ? { connection: 'close' } : {};
    if (!response.headersSent) send({ kind: 'object', code: refusal.code, headers, body: failure(refusal) }, response);
  }
}

function readSent(bytes: Buffer, contentType: string | undefined): Pick<ServerRequest, 'body' | 'contentType'> {
  if (bytes.length === 0) return { body: undefined, contentType };
  if (contentType === protobuf) return { body: { value: readProtobuf(bytes) }, contentType: 'application/json' };
  return { body: { text: bytes.toString('utf8') }, contentType };
}

function send(answer: Exclude<ServerAnswer, { readonly kind: 'stream' }>, response: ServerResponse): void {
  if (answer.kind === 'text') {
    response.writeHead(answer.code, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }).end(answer.text);
    return;
  }
  response.writeHead(answer.code, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
}

/** A client that lets this much pile up does not read any more. */
const longestQueue = 64 * 1024 * 1024;

function stream(answer: ServerAnswer & { readonly kind: 'stream' }, response: ServerResponse, watches: Set<() => void>): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const stop = answer.open(
    (line) => {
      if (response.writableLength > longestQueue) response.destroy(new Refusal(500, '', 'The client does not read its watch'));
      else response.write(`${line}\n`);
    },
    () => response.end(),
  );
  const end = (): void => {
    stop();
    watches.delete(end);
    response.end();
  };
  watches.add(end);
  response.once('close', end);
}
