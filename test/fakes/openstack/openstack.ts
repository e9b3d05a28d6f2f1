import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { command } from './commands.ts';
import { knows, token, tokenBody, versionDocument as keystoneVersion } from './keystone.ts';
import { microversion, shownAction, shownActionDetails, shownServer, versionDocument as novaVersion } from './nova.ts';
import type { ServerRecord } from './server-record.ts';

/** Keystone v3 and Nova v2.1 on 127.0.0.1, strict: what it does not know it refuses and remembers. */
export interface FakeOpenStack extends AsyncDisposable {
  readonly authUrl: string;
  readonly servers: ServerRecord[];
  /** Every request, `VERB path` with the query. */
  readonly requests: readonly string[];
  /** Power commands as they came in: `reboot {"type":"HARD"} 6f1c…`. */
  readonly commands: readonly string[];
  /** Requests that were refused because the fake has no such path or microversion: a test expects none. */
  readonly strangers: readonly string[];
  readonly settings: Settings;
}

export interface Settings {
  /** Whether the account sees `host_status`. */
  admin: boolean;
  /** Requests that are never answered. */
  hangs: (request: string) => boolean;
  /** How long the compute host works on a command, in milliseconds. */
  work: number;
}

interface Asked {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly version: number;
}

type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };

export async function fakeOpenStack(servers: ServerRecord[], changes: Partial<Settings> = {}): Promise<FakeOpenStack> {
  const settings: Settings = { admin: false, hangs: () => false, work: 300, ...changes };
  const state = { servers, settings, requests: [] as string[], commands: [] as string[], strangers: [] as string[], base: '' };
  const http = createServer((request, response) => void handle(state, request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  state.base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    ...state,
    authUrl: `${state.base}/v3`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

interface State {
  readonly servers: ServerRecord[];
  readonly settings: Settings;
  readonly requests: string[];
  readonly commands: string[];
  readonly strangers: string[];
  readonly base: string;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await new Response(request as unknown as ReadableStream).text().catch(() => '');
  const url = new URL(request.url ?? '/', state.base);
  const line = `${request.method} ${url.pathname}${url.search}`;
  state.requests.push(line);
  if (state.settings.hangs(line)) return;
  const version = microversion(request.headers);
  const asked = { verb: request.method ?? '', path: url.pathname, query: url.searchParams, body: text === '' ? undefined : JSON.parse(text), version: version ?? 0 };
  const reply = answer(state, asked, request.headers['x-auth-token'] === token, version === undefined);
  if (reply.status === 404 && reply.body === undefined) state.strangers.push(line);
  if (reply.status === 406) state.strangers.push(`${line} microversion ${String(request.headers['x-openstack-nova-api-version'])}`);
  response.writeHead(reply.status, { 'content-type': 'application/json', 'x-openstack-request-id': requestID(state), ...reply.headers });
  response.end(JSON.stringify(reply.body ?? {}));
}

const requestID = ({ requests }: State): string => `req-00000000-0000-4000-8000-${String(requests.length).padStart(12, '0')}`;

function answer(state: State, asked: Asked, authorized: boolean, wrongVersion: boolean): Reply {
  const open = `${asked.verb} ${asked.path.replace(/\/$/u, '')}`;
  if (open === 'GET /v3') return { status: 200, body: keystoneVersion(state.base) };
  if (open === 'POST /v3/auth/tokens') {
    return knows(asked.body) ? { status: 201, body: tokenBody(state.base), headers: { 'x-subject-token': token } } : unauthorized;
  }
  if (open === 'GET /compute/v2.1') return { status: 200, body: novaVersion(state.base) };
  if (!asked.path.startsWith('/compute/v2.1/servers')) return { status: 404 };
  if (!authorized) return unauthorized;
  if (wrongVersion) return { status: 406, body: { computeFault: { code: 406, message: 'Version is not supported by the API' } } };
  return nova(state, asked);
}

const unauthorized: Reply = { status: 401, body: { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } } };

function nova(state: State, asked: Asked): Reply {
  const [id, part, request] = asked.path.slice('/compute/v2.1/servers'.length).split('/').slice(1);
  if (asked.verb === 'GET' && (id === undefined || id === 'detail') && part === undefined) return list(state, asked);
  const server = state.servers.find((each) => each.id === id);
  if (server === undefined) return notFound(`Instance ${id} could not be found.`);
  if (asked.verb === 'GET' && part === undefined) return { status: 200, body: { server: shownServer(server, asked.version, state.settings.admin) } };
  if (asked.verb === 'POST' && part === 'action') return act(state, server, asked.body as Record<string, unknown>);
  if (asked.verb === 'GET' && part === 'os-instance-actions') return actions(state, server, asked.version, request);
  return { status: 404 };
}

const notFound = (message: string): Reply => ({ status: 404, body: { itemNotFound: { code: 404, message } } });

/** `name` is a regular expression for Nova, too. */
function list({ servers, settings }: State, { query, version }: Asked): Reply {
  const name = new RegExp(query.get('name') ?? '', 'u');
  const limit = Number(query.get('limit') ?? 1_000);
  // With a marker everything has been shown.
  const found = query.has('marker') ? [] : servers.filter((server) => name.test(server.name)).slice(0, limit);
  return { status: 200, body: { servers: found.map((server) => shownServer(server, version, settings.admin)) } };
}

function act(state: State, server: ServerRecord, body: Record<string, unknown>): Reply {
  const [name = ''] = Object.keys(body);
  state.commands.push(`${name} ${JSON.stringify(body[name])} ${server.id}`);
  const result = command(server, body, requestID(state), (finish) => void wait(state.settings.work).then(finish));
  return result.status === 202 ? { status: 202 } : { status: result.status, body: { conflictingRequest: { code: result.status, message: result.message } } };
}

function actions({ settings }: State, server: ServerRecord, version: number, request: string | undefined): Reply {
  if (request === undefined) return { status: 200, body: { instanceActions: server.actions.map((action) => shownAction(server, action)) } };
  const found = server.actions.find((action) => action.request === request);
  if (found === undefined) return notFound(`Action for request_id ${request} not found`);
  return { status: 200, body: { instanceAction: shownActionDetails(server, found, version, settings.admin) } };
}
