import { type Api, ApiError, type ApiRequest, type Lines } from '../../kube/api.ts';
import { noAnswer, refused } from '../../kube/refused.ts';
import { type Clock, type Duration, seconds } from '../../model/time.ts';
import type { EmbeddedServer, ServerAnswer, ServerRequest } from './server.ts';

/** Where a request is when the gate is asked: on its way there, on its way back, or a line of a watch about to be read. */
export type Moment = 'request' | 'answer' | 'line';

export interface EmbeddedApiOptions {
  /** As whom all requests are made. */
  readonly user: string;
  readonly clock: Clock;
  /**
   * Stands in the way of every request. It may take its time (a slow network, a frozen server), or throw: an ApiError
   * reaches the caller, at 'answer' after the request took effect (a lost reply). `signal` aborts when the caller gives up.
   */
  gate?(moment: Moment, request: ApiRequest, signal: AbortSignal): Promise<void>;
}

const defaultLimit: Duration = seconds(10);

/** The door to an embedded API server in the same process: same handler as over HTTP, no sockets, time from the clock. */
export function embeddedApi(server: EmbeddedServer, options: EmbeddedApiOptions): Api {
  const closed = new AbortController();
  return {
    call: <T>(asked: ApiRequest) => call(server, options, asked, closed.signal) as Promise<T>,
    watch: (asked, signal) => watch(server, options, { ...asked, verb: 'GET' }, AbortSignal.any([signal, closed.signal])),
    close: () => Promise.resolve(closed.abort(new Error('this client is closed'))),
  };
}

const address = 'the embedded API server';

async function call(server: EmbeddedServer, options: EmbeddedApiOptions, asked: ApiRequest, closed: AbortSignal): Promise<unknown> {
  try {
    if (options.gate === undefined) {
      await Promise.resolve();
      // Looked at one by one: joining two signals for each call costs more than the call.
      asked.signal?.throwIfAborted();
      closed.throwIfAborted();
      return result(asked, server.handle(requestOf(options, asked)));
    }
    const caller = asked.signal === undefined ? closed : AbortSignal.any([asked.signal, closed]);
    return await withinLimit(options.clock, asked.limit ?? defaultLimit, caller, async (signal) => {
      await options.gate?.('request', asked, signal);
      signal.throwIfAborted();
      const answer = server.handle(requestOf(options, asked));
      await options.gate?.('answer', asked, signal);
      signal.throwIfAborted();
      return result(asked, answer);
    });
  } catch (error) {
    throw error instanceof ApiError ? error : noAnswer(asked, address, error);
  }
}

/** Runs the work until it is done, the caller gives up, or its time is over; it hears of the last two by its signal. */
async function withinLimit<T>(clock: Clock, limit: Duration, caller: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([caller, over.signal]);
  const done = new AbortController();
  const timer = endOf(clock, limit, done.signal).then((late) => late && over.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')));
  try {
    return await Promise.race([work(signal), aborted(signal)]);
  } finally {
    done.abort();
    await timer;
  }
}

/** True when the time has passed, false when the signal came first. */
async function endOf(clock: Clock, limit: Duration, signal: AbortSignal): Promise<boolean> {
  await clock.sleep(limit, signal);
  return !signal.aborted;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

function requestOf({ user }: EmbeddedApiOptions, asked: ApiRequest): ServerRequest {
  return {
    method: asked.verb,
    path: asked.path,
    query: asked.query === undefined ? noQuery : queryOf(asked.query),
    contentType: asked.patch ?? 'application/json',
    accept: 'application/json',
    body: asked.body === undefined ? undefined : { value: asked.body },
    user,
  };
}

const noQuery = new URLSearchParams();

function queryOf(asked: NonNullable<ApiRequest['query']>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(asked)) if (value !== undefined) query.set(key, String(value));
  return query;
}

function result(asked: ApiRequest, answer: ServerAnswer): unknown {
  if (answer.kind === 'stream') throw new Error('a watch was asked for by call(): use watch()');
  if (answer.kind === 'text') {
    if (answer.code < 300) return answer.text;
    throw refused(asked, { status: answer.code, details: undefined, text: answer.text, retryAfter: undefined });
  }
  if (answer.code < 300) return answer.body;
  throw refused(asked, { status: answer.code, details: answer.body, text: '', retryAfter: answer.headers['retry-after'] });
}

async function watch(server: EmbeddedServer, options: EmbeddedApiOptions, asked: ApiRequest, signal: AbortSignal): Promise<Lines> {
  const query = { ...asked.query, watch: asked.query?.['watch'] ?? true };
  try {
    await Promise.resolve();
    await options.gate?.('request', asked, signal);
    signal.throwIfAborted();
    const answer = server.handle(requestOf(options, { ...asked, query }));
    if (answer.kind !== 'stream') return result(asked, answer) as Lines;
    const lines = openLines(answer, signal);
    await options.gate?.('answer', asked, signal);
    signal.throwIfAborted();
    return readLines(lines, options, asked, signal);
  } catch (error) {
    throw error instanceof ApiError ? error : noAnswer(asked, address, error);
  }
}

/** What has come of a watch and was not read yet. */
interface OpenLines {
  readonly waiting: string[];
  /** Place in `waiting` of the first that was not read. */
  next: number;
  /** True when nothing more comes. */
  ended: boolean;
  /** Resolves when there is something new to look at. */
  news(): Promise<void>;
  stop(): void;
}

function openLines(answer: ServerAnswer & { readonly kind: 'stream' }, signal: AbortSignal): OpenLines {
  let wake: (() => void) | undefined;
  let close: (() => void) | undefined;
  const lines: OpenLines = {
    waiting: [],
    next: 0,
    ended: false,
    news: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    stop: () => close?.(),
  };
  close = answer.open(
    (text) => {
      lines.waiting.push(text);
      wake?.();
    },
    () => {
      lines.ended = true;
      wake?.();
    },
  );
  signal.addEventListener(
    'abort',
    () => {
      lines.stop();
      wake?.();
    },
    { once: true },
  );
  return lines;
}

async function* readLines(lines: OpenLines, { gate }: EmbeddedApiOptions, asked: ApiRequest, signal: AbortSignal): Lines {
  try {
    for (let line = await nextLine(lines, signal); line !== undefined; line = await nextLine(lines, signal)) {
      await gate?.('line', asked, signal);
      signal.throwIfAborted();
      yield line;
    }
  } catch (error) {
    throw error instanceof ApiError ? error : noAnswer(asked, address, error);
  } finally {
    lines.stop();
  }
}

/** Waits for a line; undefined when the server ended the watch and all were read. */
async function nextLine(lines: OpenLines, signal: AbortSignal): Promise<string | undefined> {
  while (lines.next === lines.waiting.length && !lines.ended && !signal.aborted) await lines.news();
  signal.throwIfAborted();
  const line = lines.waiting[lines.next];
  lines.next += 1;
  // Read lines are let go in one go: taking each from the front would move all the others.
  if (lines.next === lines.waiting.length) lines.next = lines.waiting.length = 0;
  return line;
}
