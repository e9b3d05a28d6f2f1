import type { Duration } from '../model/time.ts';

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Only the patch types that this product sends. A taint list never goes by merge patch without a resourceVersion. */
export type PatchType = 'application/merge-patch+json' | 'application/json-patch+json';

export interface ApiRequest {
  readonly verb: Verb;
  /** Absolute path, each segment already encoded (see `paths.ts`). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly patch?: PatchType;
  /** Asks for Kubernetes's protobuf form and reads it with this. A server that answers in JSON all the same is read as JSON. */
  readonly readProtobuf?: (body: Buffer) => unknown;
  /** Limit of the whole call; 10 s when absent. */
  readonly limit?: Duration;
  readonly signal?: AbortSignal;
}

/** One open watch: whole lines of JSON, in order. Ends when the server ends it, throws when the connection breaks. */
export type Lines = AsyncIterable<string>;

/**
 * The door to one API server, as one identity. Everything above it, the embedded cluster's own machines included,
 * goes through these two calls, so that a test can put another cluster behind them.
 */
export interface Api {
  /** One request, one JSON answer. Throws `ApiError` for every answer that is not 2xx, and for no answer at all. */
  call<T>(request: ApiRequest): Promise<T>;
  /** Opens a watch. No limit on its length: whoever reads it watches for silence. */
  watch(request: Pick<ApiRequest, 'path' | 'query'>, signal: AbortSignal): Promise<Lines>;
  close(): Promise<void>;
}

/**
 * An answer that is not 2xx, or none (`status` 0: connection refused, reset, or over its limit).
 * It does not mean "not applied": a PATCH answered 500 after 32 s had been applied (spec/reliability.md, finding 6).
 */
export class ApiError extends Error {
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** Kubernetes reason (`Conflict`, `NotFound`, `Invalid` …), or `NoAnswer`. */
  readonly reason: string;
  /** What the server asks a caller to wait, in seconds. */
  readonly retryAfter: number | undefined;
  /** The Status object, when the server sent one. */
  readonly details: unknown;

  constructor(what: { status: number; reason: string; message: string; retryAfter?: number | undefined; details?: unknown; cause?: unknown }) {
    super(what.message, what.cause === undefined ? undefined : { cause: what.cause });
    this.name = 'ApiError';
    this.status = what.status;
    this.reason = what.reason;
    this.retryAfter = what.retryAfter;
    this.details = what.details;
  }
}

/** True when `error` is the API server's answer with this status. */
export const answered = (error: unknown, status: number): error is ApiError => error instanceof ApiError && error.status === status;
