import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, request } from 'undici';
import { seconds } from '../model/time.ts';
import { unlessAborted } from './abort.ts';
import { readToken } from './token-file.ts';

/** A Prometheus, and where the token that it may ask for is mounted; without one, the pod's own may serve. */
export interface PrometheusServer {
  readonly url: string;
  readonly tokenFile: string | undefined;
}

/** Sends one instant query. Gives the `data` of the answer, or why there is none; never throws, never tells a token. */
export type AskPrometheus = (server: PrometheusServer, query: string, signal: AbortSignal) => Promise<{ readonly data: unknown } | { readonly problem: string }>;

/** What Kubernetes mounts for a pod. */
export interface OwnFiles {
  readonly token: string;
  readonly authority: string;
}

const mounted: OwnFiles = { token: '/var/run/secrets/kubernetes.io/serviceaccount/token', authority: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt' };

const limit = seconds(30);
/** A sample takes 200 bytes: enough for 80,000 nodes. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The only door besides the API server's. Token and authority are read for each query, so that rotation is noticed. The
 * pod's own token may evict pods: it goes over https only. A redirect is refused, since the token would go along.
 */
export function prometheusDoor(own: OwnFiles = mounted): AskPrometheus {
  return async (server, query, signal) => {
    const end = AbortSignal.any([AbortSignal.timeout(limit), signal]);
    const authorization = tokenFor(server, own);
    if ('problem' in authorization) return authorization;
    const { token } = authorization;
    const dispatcher = dispatcherFor(server, own);
    try {
      return await unlessAborted(ask(server, { query, token, dispatcher }, end), end);
    } catch (error) {
      return { problem: concealed(`${shown(server)} gave no answer: ${end.aborted && !signal.aborted ? `not within ${limit / 1_000} s` : wordsOf(error)}`, token) };
    } finally {
      await dispatcher.destroy();
    }
  };
}

function tokenFor({ url, tokenFile }: PrometheusServer, own: OwnFiles): { token: string | undefined } | { problem: string } {
  if (tokenFile === undefined && !isHttps(url)) return { token: undefined };
  const read = readToken(tokenFile ?? own.token);
  if ('token' in read) return read;
  // Outside a cluster there is no service account, and many a Prometheus asks for nothing.
  if (tokenFile === undefined && read.missing) return { token: undefined };
  return { problem: `${read.problem}${tokenFile !== undefined && read.missing ? ': is the Secret mounted?' : ''}` };
}

/** Within a cluster the service account's authority is trusted, and no other; elsewhere those that Node knows. */
function dispatcherFor({ url }: PrometheusServer, own: OwnFiles): Agent {
  const ca = isHttps(url) ? textOf(own.authority) : undefined;
  return new Agent({ allowH2: false, connect: { timeout: 10_000, ...(ca === undefined ? {} : { ca }) } });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

interface Asked {
  readonly query: string;
  readonly token: string | undefined;
  readonly dispatcher: Dispatcher;
}

async function ask(server: PrometheusServer, { query, token, dispatcher }: Asked, signal: AbortSignal): Promise<{ data: unknown } | { problem: string }> {
  const answer = await request(`${addressOf(server).replace(/\/+$/u, '')}/api/v1/query`, {
    method: 'POST',
    dispatcher,
    signal,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: new URLSearchParams({ query }).toString(),
  });
  const { statusCode } = answer;
  if (statusCode >= 300 && statusCode < 400) return { problem: `${shown(server)} redirects (${statusCode}), which is not followed: name the last address in the policy` };
  const text = await readText(answer.body);
  if (text === undefined) return { problem: `${shown(server)} answered with more than ${mostBytes} bytes: aggregate the query to one sample a node` };
  const parsed = parse(text);
  if (parsed?.status === 'success') return { data: parsed.data };
  // Concealed before it is cut: of half a token nobody would know that it is one.
  const says = parsed?.error === undefined ? concealed(text, token).slice(0, 300) : concealed(parsed.error, token).slice(0, 500);
  return { problem: `${shown(server)} answered ${statusCode}${says === '' ? '' : `: ${says}`}` };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): { status?: unknown; data?: unknown; error: string | undefined } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { status, data, error } = parsed as Record<string, unknown>;
    return { status, data, error: typeof error === 'string' ? error : undefined };
  } catch {
    return undefined;
  }
}

const isHttps = (url: string): boolean => URL.parse(url)?.protocol === 'https:';

/** Without what may be secret in it: name, password and query. */
function addressOf({ url }: PrometheusServer): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}

const shown = (server: PrometheusServer): string => `Prometheus at ${addressOf(server)}`;

/** A proxy on the way may answer with what it was sent. */
const concealed = (text: string, token: string | undefined): string => (token === undefined ? text : text.replaceAll(token, '(the token)'));

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(wordsOf).join('; ') : '';
  return inner || error.message || error.name;
}
