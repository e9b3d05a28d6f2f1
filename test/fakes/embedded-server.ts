import { embeddedApi, type EmbeddedApiOptions } from '../../src/embedded/api-server/api.ts';
import { createServer } from '../../src/embedded/api-server/create.ts';
import type { EmbeddedServer, ServerParts } from '../../src/embedded/api-server/server.ts';
import { type Api, ApiError, type ApiRequest, type Verb } from '../../src/kube/api.ts';
import { resources } from '../../src/kube/paths.ts';
import { fakeClock, type FakeClock } from './clock.ts';
import { plainKinds } from './kinds.ts';

export interface EmbeddedWorld {
  readonly server: EmbeddedServer;
  readonly clock: FakeClock;
  readonly api: Api;
  /** One request, and what came of it: the answer, or the refusal. */
  ask(verb: Verb, path: string, more?: Partial<ApiRequest>): Promise<Answer>;
  /** Opens a watch; `lines` grows as they come. */
  watch(path: string, query?: ApiRequest['query']): Promise<{ readonly lines: WatchLine[]; readonly ended: Promise<void>; stop(): void }>;
}

export interface Answer {
  readonly code: number;
  readonly reason: string;
  /** An object, a list, a Status: a test knows which. */
  readonly body: Body;
}

/** An answer's JSON, as deep as tests look. */
export interface Body {
  readonly kind?: string;
  readonly message?: string;
  readonly status?: unknown;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly continue?: string;
    readonly remainingItemCount?: number;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly creationTimestamp: string;
  };
  readonly items: readonly Body[];
  readonly details?: { readonly name?: string; readonly kind?: string; readonly uid?: string; readonly causes?: readonly { readonly reason: string; readonly field: string; readonly message: string }[]; readonly retryAfterSeconds?: number };
  readonly [field: string]: unknown;
}

export interface WatchLine {
  readonly type: string;
  readonly object: Body & { readonly code?: number; readonly reason?: string };
}

/** A server with the plain kinds and the namespace `default`, a clock that stands still, and counters for IDs. */
export function embeddedWorld(parts: Partial<ServerParts> = {}, options: Partial<EmbeddedApiOptions> = {}): EmbeddedWorld {
  const clock = fakeClock();
  let ids = 0;
  let rolls = 0;
  const server = createServer({
    clock,
    newID: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    random: () => ((rolls += 1) * 0.37) % 1,
    kinds: plainKinds,
    ...parts,
  });
  server.store.create(resources.namespaces, { metadata: { name: 'default' } });
  const api = embeddedApi(server, { user: 'tester', clock, ...options });
  return {
    server,
    clock,
    api,
    async ask(verb, path, more = {}) {
      try {
        return { code: 200, reason: '', body: await api.call<Body>({ verb, path, ...more }) };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { code: error.status, reason: error.reason, body: (error.details ?? {}) as Body };
      }
    },
    async watch(path, query) {
      const stop = new AbortController();
      const lines: WatchLine[] = [];
      const stream = await api.watch({ path, ...(query === undefined ? {} : { query }) }, stop.signal);
      const read = async (): Promise<void> => {
        for await (const line of stream) lines.push(JSON.parse(line) as WatchLine);
      };
      const ended = read().catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      return { lines, ended, stop: () => stop.abort() };
    },
  };
}
