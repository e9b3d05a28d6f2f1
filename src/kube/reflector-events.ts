import { ApiError } from './api.ts';

/** One line of a watch, understood. */
export type WatchEvent =
  | { readonly kind: 'put' | 'delete'; readonly object: unknown }
  | { readonly kind: 'bookmark'; readonly version: string; readonly initialEventsEnd: boolean };

/** The copy cannot go on from where it is: it must list anew. */
export class MustRelist extends Error {
  readonly because: 'badLine' | 'wentBackwards' | 'incomplete';

  constructor(because: MustRelist['because'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MustRelist';
    this.because = because;
  }
}

interface Envelope {
  readonly type?: unknown;
  readonly object?: {
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
    readonly metadata?: { readonly resourceVersion?: unknown; readonly annotations?: Readonly<Record<string, unknown>> | null } | null;
    readonly details?: { readonly retryAfterSeconds?: unknown } | null;
  } | null;
}

/** Reads one line. A line that makes no sense is never skipped: what it said would be missing for ever. */
export function readEvent(line: string): WatchEvent {
  const { type, object } = parse(line);
  if (typeof object !== 'object' || object === null) throw new MustRelist('badLine', `A watch line has no object: ${line.slice(0, 200)}`);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', object };
    case 'DELETED':
      return { kind: 'delete', object };
    case 'BOOKMARK':
      return bookmark(object, line);
    case 'ERROR':
      throw serverError(object);
    default:
      throw new MustRelist('badLine', `A watch line has an unknown type: ${line.slice(0, 200)}`);
  }
}

function parse(line: string): Envelope {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new MustRelist('badLine', `A watch line is not JSON: ${line.slice(0, 200)}`, error);
  }
  throw new MustRelist('badLine', `A watch line is not an object: ${line.slice(0, 200)}`);
}

function bookmark(object: NonNullable<Envelope['object']>, line: string): WatchEvent {
  const version = object.metadata?.resourceVersion;
  if (typeof version !== 'string' || version === '') throw new MustRelist('badLine', `A bookmark has no resourceVersion: ${line.slice(0, 200)}`);
  return { kind: 'bookmark', version, initialEventsEnd: object.metadata?.annotations?.['k8s.io/initial-events-end'] === 'true' };
}

/** Inside the stream come the same answers as outside it; 1.36 sends its 410 here, under HTTP status 200. */
function serverError(object: NonNullable<Envelope['object']>): ApiError {
  const status = typeof object.code === 'number' ? object.code : 0;
  const reason = typeof object.reason === 'string' ? object.reason : 'Unknown';
  const message = `The watch said ${status} ${reason}: ${typeof object.message === 'string' ? object.message.slice(0, 500) : ''}`;
  const wait = object.details?.retryAfterSeconds;
  return new ApiError({ status, reason, message, retryAfter: typeof wait === 'number' ? wait : undefined, details: object });
}

/** Orders two resourceVersions. `undefined` when one of them is not the plain number that Kubernetes uses. */
export function compareVersions(left: string, right: string): number | undefined {
  const plain = /^[1-9][0-9]*$/u;
  if (!plain.test(left) || !plain.test(right)) return undefined;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
}
