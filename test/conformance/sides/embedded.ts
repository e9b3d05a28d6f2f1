import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { createServer } from '../../../src/embedded/api-server/create.ts';
import { builtInKinds, customKind } from '../../../src/embedded/api-server/kinds/index.ts';
import type { KubeObject } from '../../../src/embedded/api-server/object.ts';
import type { EmbeddedServer, ServerAnswer, ServerRequest } from '../../../src/embedded/api-server/server.ts';
import { realClock } from '../../../src/run/real-clock.ts';
import { Random } from '../generate/random.ts';
import { manifest } from './manifest.ts';
import type { Answer, PlainRequest, Side, Stream, WatchLine } from './side.ts';

/** Puts something between the requests and the server: how a fault is planted. */
export type Plant = (server: EmbeddedServer) => Pick<EmbeddedServer, 'handle'>;

/** The embedded API server in this process, with the NodeFence CRD. */
export async function embeddedSide(plant: Plant = (server) => server): Promise<Side> {
  const random = new Random(1);
  const server = createServer({ clock: realClock, newID: randomUUID, random: () => random.next(), kinds: builtInKinds(), history });
  const definition = parse(await readFile(manifest('base/crd.yaml'), 'utf8')) as KubeObject;
  for (const kind of customKind(definition)) server.addKind(kind);
  const planted = plant(server);
  const handle = (asked: PlainRequest): ServerAnswer => planted.handle(requestOf(asked));
  const side: Side = {
    name: 'the embedded API server',
    ask: (asked) => Promise.resolve(answerOf(handle(asked))),
    watch: (asked) => Promise.resolve(streamOf(handle(asked))),
    age: () => age(side),
    stop: () => Promise.resolve(server.close()),
  };
  return side;
}

/** Short, so that it is soon over; long enough for the events of all sequences that are played at the same time. */
const history = 5_000;

function requestOf({ method, path, query, contentType, body }: PlainRequest): ServerRequest {
  return { method, path, query: new URLSearchParams(query), contentType: contentType ?? 'application/json', accept: 'application/json', body: body === undefined ? undefined : { text: body }, user: 'admin' };
}

function answerOf(answer: ServerAnswer): Answer {
  if (answer.kind === 'stream') throw new Error('The embedded server opened a watch where none was asked for');
  if (answer.kind === 'text') return { code: answer.code, body: answer.text, retryAfter: undefined };
  const wait = Number(answer.headers['retry-after'] ?? Number.NaN);
  // Through JSON, as over HTTP: what is undefined is absent.
  return { code: answer.code, body: JSON.parse(JSON.stringify(answer.body)) as unknown, retryAfter: Number.isNaN(wait) ? undefined : wait };
}

function streamOf(answer: ServerAnswer): Stream {
  if (answer.kind !== 'stream') return { kind: 'refused', answer: answerOf(answer) };
  const queue: WatchLine[] = [];
  const waiting: ((result: IteratorResult<WatchLine>) => void)[] = [];
  let ended = false;
  const over: IteratorResult<WatchLine> = { done: true, value: undefined };
  const stop = answer.open(
    (text) => {
      const value = JSON.parse(text) as WatchLine;
      const next = waiting.shift();
      if (next === undefined) queue.push(value);
      else next({ done: false, value });
    },
    () => {
      ended = true;
      for (const next of waiting.splice(0)) next(over);
    },
  );
  const next = async (): Promise<IteratorResult<WatchLine>> => {
    const value = queue.shift();
    if (value !== undefined) return { done: false, value };
    return ended ? over : new Promise((resolve) => waiting.push(resolve));
  };
  return { kind: 'open', lines: { next }, close: stop };
}

/** As many events as the history holds push out those before. */
async function age(side: Side): Promise<void> {
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'age', namespace: 'museum' } };
  const path = '/apis/coordination.k8s.io/v1/namespaces/museum/leases';
  await side.ask({ method: 'POST', path, query: {}, body: JSON.stringify(lease) });
  for (let count = 0; count <= history; count += 1) {
    await side.ask({ method: 'PATCH', path: `${path}/age`, query: {}, contentType: 'application/merge-patch+json', body: JSON.stringify({ spec: { leaseTransitions: count } }) });
  }
}
