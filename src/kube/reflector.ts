import { type Clock, type Duration, elapsed, milliseconds, type Now, seconds } from '../model/time.ts';
import { type Api, ApiError, answered } from './api.ts';
import { backoffDelay } from './backoff.ts';
import { type Copy, makeCopy } from './reflector-copy.ts';
import { MustRelist } from './reflector-events.ts';
import { onePass, type Progress } from './reflector-pass.ts';
import type { Change, Identity } from './store.ts';

export interface ReflectorOptions<R> extends Identity<R> {
  readonly api: Api;
  readonly clock: Clock;
  /** Path of the collection (`collectionPath`). */
  readonly path: string;
  readonly query?: { readonly labelSelector?: string; readonly fieldSelector?: string };
  /**
   * Prunes one object to a record. May throw only for what no API server sends (no name, no UID, no version): a throw
   * is a bad line, and the whole kind is listed anew.
   */
  parse(object: unknown): R;
  /** Called after each difference has been made. Must be quick; what it throws is counted and otherwise ignored. */
  onChange?(change: Change<R>): void;
  /** A number from 0 up to 1, for jitter. */
  random(): number;
  readonly limits?: {
    /** Silence after which a watch is given up, before up to 20 % of jitter; 150 s when absent. */
    readonly silence?: Duration;
  };
}

/** A copy of one kind that keeps itself up to date for as long as it runs. */
export interface Reflector<R> {
  /** Runs until `signal` aborts. Never rejects: no answer of the server is the end. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the first complete list is in place. */
  readonly whenSynced: Promise<void>;
  readonly synced: boolean;
  /** The records by key. A re-list puts a new map in place at once: read the property anew, do not keep it. */
  readonly records: ReadonlyMap<string, R>;
  /** Time since the server last said something about the present. On a quiet, healthy watch it stays below 120 s. */
  age(now: Now): Duration;
  readonly statistics: ReflectorStatistics;
}

export interface ReflectorStatistics {
  readonly objects: number;
  /** Complete lists, and how many of them were not the first. */
  readonly lists: number;
  readonly relists: number;
  readonly watches: number;
  readonly events: number;
  /** Times that our version had been compacted away (410 in either form). */
  readonly gone: number;
  readonly idleAborts: number;
  /** Lines or objects that made no sense. */
  readonly parseErrors: number;
  readonly handlerErrors: number;
  /** Times that the server's version went backwards: etcd was restored from a backup. Stop and look. */
  readonly wentBackwards: number;
  /** Passes that ended with any error, those above included. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
  readonly lastHandlerError: string | undefined;
}

/** A stream that spoke for this long was healthy: the next failure starts from the shortest wait again. */
const health: Duration = seconds(60);

/** Makes a reflector for one kind; `run` starts it. */
export function reflector<R>(options: ReflectorOptions<R>): Reflector<R> {
  const copy = makeCopy(options);
  return {
    run: (signal) => supervise(copy, options, signal),
    whenSynced: copy.whenSynced,
    get synced() {
      return copy.synced;
    },
    get records() {
      return copy.store.records;
    },
    age: (now) => elapsed(copy.freshAt, now.tick),
    statistics: copy.statistics,
  };
}

async function supervise<R>(copy: Copy<R>, options: ReflectorOptions<R>, signal: AbortSignal): Promise<void> {
  const progress: Progress = { watchListRefused: false, incomplete: 0, silences: 0, healthy: milliseconds(0) };
  let failures = 0;
  while (!signal.aborted) {
    const error = await onePass(copy, progress, options, signal).then(() => undefined, asError);
    if (signal.aborted) return;
    if (error !== undefined) noteFailure(copy, error);
    if (progress.healthy >= health) failures = 0;
    // Only a long stream that the server itself ended is followed by the next one at once.
    if (error === undefined && failures === 0 && progress.healthy >= health) continue;
    failures += 1;
    // The wait comes before a re-list, not after it: a list that then waits is old before it is used.
    await options.clock.sleep(backoffDelay(failures, options.random(), error instanceof ApiError ? error.retryAfter : undefined), signal);
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

function noteFailure<R>(copy: Copy<R>, error: Error): void {
  copy.statistics.failures += 1;
  copy.statistics.lastFailure = error.message;
  const because = relistReason(error);
  if (because === 'gone') copy.statistics.gone += 1;
  if (because === 'badLine') copy.statistics.parseErrors += 1;
  if (because !== undefined) copy.forgetVersion();
}

function relistReason(error: Error): MustRelist['because'] | 'gone' | undefined {
  if (error instanceof MustRelist) return error.because;
  // By HTTP or inside the stream: our version has been compacted away.
  if (answered(error, 410)) return 'gone';
  if (error instanceof ApiError && error.reason === 'CutLine') return 'badLine';
  // The server refuses the question itself, so the version in it must be wrong: asking again would change nothing.
  return answered(error, 400) || answered(error, 404) || answered(error, 422) ? 'incomplete' : undefined;
}
