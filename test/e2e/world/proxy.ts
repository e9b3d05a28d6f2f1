import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import { type Between, type CallPoint, callName } from '../../stories/calls.ts';

interface Watch {
  readonly strike: (point: CallPoint) => Promise<void>;
  readonly waiting: Set<CallPoint>;
  readonly counts: Map<string, number>;
  readonly calls: Sent[];
}

interface Sent {
  readonly call: string;
  lostRace: boolean;
}

/**
 * Listens on 127.0.0.1 without TLS and hands everything on to the API server, watches and credentials included. With
 * `userAgent` the audit log tells who came this way: replicas of one controller have the same account.
 */
export async function startProxy({ server, authority }: { server: string; authority: string }, userAgent?: string): Promise<Between> {
  const agent = new Agent({ ca: authority, keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const upstream = new URL(server);
  let watch: Watch = { strike: () => Promise.resolve(), waiting: new Set(), counts: new Map(), calls: [] };
  const listener = createServer((request, response) => {
    handle({ request, response, agent, upstream, watch, userAgent }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy got no port on 127.0.0.1');
  return {
    url: `http://127.0.0.1:${address.port}`,
    begin(points, strike) {
      watch = { strike, waiting: new Set(points), counts: new Map(), calls: [] };
    },
    calls: () => watch.calls.filter(({ lostRace }) => !lostRace).map(({ call }) => call),
    async close() {
      listener.closeAllConnections();
      await new Promise<void>((resolve) => void listener.close(() => resolve()));
      agent.destroy();
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly agent: Agent;
  readonly upstream: URL;
  readonly watch: Watch;
  readonly userAgent: string | undefined;
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, response, watch } = exchange;
  const body = await whole(request);
  const { point, sent } = struck(watch, request, body);
  if (point?.moment === 'before') {
    await watch.strike(point);
    response.destroy();
    return;
  }
  const answer = await forward(exchange, body);
  if (sent !== undefined) sent.lostRace = answer.statusCode === 409;
  if (point?.moment === 'lost' || point?.moment === 'reset') {
    await whole(answer);
    await watch.strike(point);
    response.destroy();
    return;
  }
  if (point?.moment === 'unread') await watch.strike(point);
  else if (point !== undefined) response.once('finish', () => void watch.strike(point));
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.once('close', () => answer.destroy());
  answer.once('error', () => response.destroy());
  // Headers of a watch must not wait for its first event.
  response.flushHeaders();
  answer.pipe(response);
}

function struck(watch: Watch, request: IncomingMessage, body: Buffer): { point?: CallPoint; sent?: Sent } {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  const call = callName({ verb: request.method ?? '', path: pathname, query: searchParams, body: body.length === 0 ? undefined : JSON.parse(body.toString()) });
  if (call === undefined) return {};
  const nth = (watch.counts.get(call) ?? 0) + 1;
  watch.counts.set(call, nth);
  const sent: Sent = { call, lostRace: false };
  watch.calls.push(sent);
  for (const point of watch.waiting) {
    if (point.call !== call || point.nth !== nth) continue;
    watch.waiting.delete(point);
    return { point, sent };
  }
  return { sent };
}

function forward({ request, response, agent, upstream, userAgent }: Exchange, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, host: upstream.host, ...(userAgent === undefined ? {} : { 'user-agent': userAgent }) };
    const sent = send({ agent, host: upstream.hostname, port: upstream.port, method: request.method, path: request.url, headers }, resolve);
    sent.once('error', reject);
    response.once('close', () => {
      // A client that went away does not wait for a watch any more; a call that was sent goes on to its end.
      if (request.url?.includes('watch=true') === true) sent.destroy();
    });
    sent.end(body);
  });
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
