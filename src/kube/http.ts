import { type Dispatcher, request } from 'undici';
import { type Duration, seconds } from '../model/time.ts';
import { unlessAborted } from './abort.ts';
import { type Api, ApiError, type ApiRequest, type Lines } from './api.ts';
import { inTime } from './in-time.ts';
import { protobuf } from './protobuf/envelope.ts';
import { readStatus } from './protobuf/list.ts';
import { noAnswer, refused, type RefusedAnswer } from './refused.ts';

/** What a connection needs anew for each request: tokens rotate, certificates too. */
export interface Connection {
  readonly server: string;
  /** Pooled sockets for calls, and sockets without a body time-out for watches. */
  dispatchers(): Promise<{ calls: Dispatcher; watches: Dispatcher; headers: Record<string, string> }>;
  close(): Promise<void>;
}

const defaultLimit: Duration = seconds(10);

/** A line longer than this is no Kubernetes object (etcd's limit is 1.5 MiB): the stream is broken or hostile. */
const longestLine = 32 * 1024 * 1024;

/** The real door: JSON over HTTP/1.1 with shared connections. client-node opens a TLS connection for every call. */
export function httpApi(connection: Connection): Api {
  return {
    call: <T>(asked: ApiRequest) => call<T>(connection, asked),
    watch: (asked, signal) => watch(connection, asked, signal),
    close: () => connection.close(),
  };
}

async function call<T>(connection: Connection, asked: ApiRequest): Promise<T> {
  // Monotonic clocks tell fractions of milliseconds, which AbortSignal.timeout refuses.
  const time = Math.ceil(asked.limit ?? defaultLimit);
  const deadline = performance.now() + time;
  const limit = AbortSignal.timeout(time);
  const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal]);
  try {
    const { calls, headers } = await unlessAborted(connection.dispatchers(), signal);
    const sent = request(url(connection, asked), {
      method: asked.verb,
      dispatcher: inTime(calls, deadline),
      signal,
      headers: { ...headers, accept: asked.readProtobuf === undefined ? 'application/json' : `${protobuf}, application/json`, 'content-type': asked.patch ?? 'application/json' },
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
    });
    // undici looks at its signal only once the connection stands; a frozen server never finishes the TLS handshake.
    const answer = await unlessAborted(sent, signal);
    if (answer.headers['content-type'] === protobuf) return fromProtobuf<T>(asked, answer, Buffer.from(await answer.body.arrayBuffer()));
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw refused(asked, refusalOf(answer, text));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch (error) {
    throw error instanceof ApiError ? error : noAnswer(asked, connection.server, error);
  }
}

function fromProtobuf<T>(asked: ApiRequest, { statusCode, headers }: Dispatcher.ResponseData, body: Buffer): T {
  if (statusCode >= 300) throw refused(asked, { status: statusCode, details: readStatus(body), text: '', retryAfter: headers['retry-after'] });
  if (asked.readProtobuf === undefined) throw new Error('it answered in protobuf, which was not asked for');
  return asked.readProtobuf(body) as T;
}

async function watch(connection: Connection, asked: Pick<ApiRequest, 'path' | 'query'>, signal: AbortSignal): Promise<Lines> {
  try {
    const { watches, headers } = await unlessAborted(connection.dispatchers(), signal);
    const sent = request(url(connection, asked), {
      method: 'GET',
      dispatcher: watches,
      signal,
      headers: { ...headers, accept: 'application/json' },
    });
    const answer = await unlessAborted(sent, signal);
    if (answer.statusCode >= 300) {
      const text = await unlessAborted(answer.body.text(), AbortSignal.timeout(defaultLimit));
      throw refused({ ...asked, verb: 'GET' }, refusalOf(answer, text));
    }
    return lines(answer.body, (error) => noAnswer({ ...asked, verb: 'GET' }, connection.server, error));
  } catch (error) {
    throw error instanceof ApiError ? error : noAnswer({ ...asked, verb: 'GET' }, connection.server, error);
  }
}

/**
 * Cuts a byte stream at line feeds. A last line without one was cut off by somebody on the way: reason `CutLine`, since
 * nobody knows what it said. A broken connection is `NoAnswer`.
 */
async function* lines(body: AsyncIterable<Buffer>, broken: (cause: unknown) => ApiError): Lines {
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        const piece = chunk.subarray(start, end);
        yield rest.length === 0 ? piece.toString('utf8') : Buffer.concat([...rest, piece]).toString('utf8');
        rest = [];
        length = 0;
        start = end + 1;
      }
      if (start === chunk.length) continue;
      rest.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > longestLine) throw cut(`The watch sent a line of more than ${longestLine} bytes`);
    }
  } catch (error) {
    throw error instanceof ApiError ? error : broken(error);
  }
  if (rest.length > 0) throw cut('The watch ended in the middle of a line');
}

const cut = (message: string): ApiError => new ApiError({ status: 0, reason: 'CutLine', message });

function url(connection: Connection, asked: Pick<ApiRequest, 'path' | 'query'>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(asked.query ?? {})) if (value !== undefined) query.set(key, String(value));
  const tail = query.size === 0 ? '' : `?${query.toString()}`;
  return `${connection.server}${asked.path}${tail}`;
}

function refusalOf({ statusCode, headers }: Dispatcher.ResponseData, text: string): RefusedAnswer {
  return { status: statusCode, details: parseStatus(text), text, retryAfter: headers['retry-after'] };
}

function parseStatus(text: string): { reason?: string; message?: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
