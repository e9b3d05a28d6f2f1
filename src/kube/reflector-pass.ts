import { type Duration, elapsed, milliseconds, seconds, type Tick } from '../model/time.ts';
import { answered } from './api.ts';
import { eventLoopTurn } from './event-loop.ts';
import type { Copy } from './reflector-copy.ts';
import { MustRelist, readEvent } from './reflector-events.ts';
import { listPages } from './reflector-list.ts';
import type { ReflectorOptions } from './reflector.ts';
import { guardSilence } from './silence.ts';

/** What lasts from one pass to the next, besides the copy itself. */
export interface Progress {
  /** The server has answered 422 to WatchList: it is too old, or the feature is off. */
  watchListRefused: boolean;
  /** WatchLists in a row that ended before they were complete. After three, one paged list is tried instead. */
  incomplete: number;
  /** Streams in a row that fell silent. */
  silences: number;
  /** How long the last stream really spoke. */
  healthy: Duration;
}

/** One stay with the server: lists if needed, then follows the watch to its end. Throws unless the server ended it cleanly. */
export async function onePass<R>(copy: Copy<R>, progress: Progress, options: ReflectorOptions<R>, signal: AbortSignal): Promise<void> {
  progress.healthy = milliseconds(0);
  if (copy.version === undefined && usesPages(progress)) await pagedList(copy, options, signal);
  try {
    await followStream(copy, progress, options, signal);
  } catch (error) {
    if (copy.version !== undefined || !answered(error, 422)) throw error;
    progress.watchListRefused = true;
    await onePass(copy, progress, options, signal);
  }
}

const usesPages = (progress: Progress): boolean => progress.watchListRefused || (progress.incomplete > 0 && progress.incomplete % 4 === 3);

async function pagedList<R>(copy: Copy<R>, options: ReflectorOptions<R>, signal: AbortSignal): Promise<void> {
  const records = new Map<string, R>();
  const take = (items: readonly unknown[]): void => {
    for (const item of items) keep(copy, options, records, item);
  };
  const version = await listPages(options.api, { path: options.path, query: { ...options.query } }, take, signal);
  copy.install(records, version);
}

function keep<R>(copy: Copy<R>, options: ReflectorOptions<R>, records: Map<string, R>, object: unknown): void {
  const record = copy.store.reuse(copy.parse(object));
  records.set(options.keyOf(record), record);
}

async function followStream<R>(copy: Copy<R>, progress: Progress, options: ReflectorOptions<R>, outer: AbortSignal): Promise<void> {
  const guard = guardSilence(options.clock, milliseconds((options.limits?.silence ?? seconds(150)) * (1 + 0.2 * options.random())));
  const done = new AbortController();
  const signal = AbortSignal.any([outer, guard.signal, done.signal]);
  let opened: Tick | undefined;
  try {
    const lines = await options.api.watch({ path: options.path, query: watchQuery(copy, options) }, signal);
    opened = options.clock.now().tick;
    copy.statistics.watches += 1;
    const take = reader(copy, progress, options);
    let count = 0;
    for await (const line of lines) {
      // A line that was already under way when we were told to stop is not taken any more.
      if (signal.aborted) break;
      guard.heard();
      progress.silences = 0;
      take(line);
      count += 1;
      if (count % 256 === 0) await eventLoopTurn();
    }
    if (guard.signal.aborted) throw guard.signal.reason as Error;
    if (copy.version === undefined && !outer.aborted) throw new MustRelist('incomplete', 'The initial list ended before it was complete');
  } finally {
    const end = guard.signal.aborted ? guard.lastHeard : options.clock.now().tick;
    progress.healthy = opened === undefined ? milliseconds(0) : elapsed(opened, end);
    noteEnd(copy, progress, guard.signal.aborted);
    guard.stop();
    done.abort();
  }
}

/** A stream that falls silent twice is not gone on with: after a restore of etcd our version may lie in the future. */
function noteEnd<R>(copy: Copy<R>, progress: Progress, silent: boolean): void {
  if (copy.version === undefined) progress.incomplete += 1;
  if (!silent) return;
  copy.statistics.idleAborts += 1;
  progress.silences += 1;
  if (progress.silences >= 2) copy.forgetVersion();
}

function watchQuery<R>(copy: Copy<R>, options: ReflectorOptions<R>): Record<string, string | number | boolean | undefined> {
  const common = { ...options.query, watch: true, allowWatchBookmarks: true, timeoutSeconds: 300 + Math.floor(300 * options.random()) };
  if (copy.version !== undefined) return { ...common, resourceVersion: copy.version };
  return { ...common, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

/** Takes lines: into a new set until the initial events are complete, then straight into the copy. */
function reader<R>(copy: Copy<R>, progress: Progress, options: ReflectorOptions<R>): (line: string) => void {
  let initial: Map<string, R> | undefined = copy.version === undefined ? new Map() : undefined;
  return (line) => {
    const event = readEvent(line);
    if (event.kind === 'bookmark') {
      if (initial === undefined) copy.advance(event.version);
      else if (event.initialEventsEnd) {
        copy.install(initial, event.version);
        initial = undefined;
        progress.incomplete = 0;
      }
      return;
    }
    if (initial !== undefined) {
      collect(copy, options, initial, event);
      return;
    }
    const record = copy.parse(event.object);
    copy.advance(options.versionOf(record));
    copy.apply(event.kind, record);
  };
}

function collect<R>(copy: Copy<R>, options: ReflectorOptions<R>, initial: Map<string, R>, event: { kind: 'put' | 'delete'; object: unknown }): void {
  if (event.kind === 'put') keep(copy, options, initial, event.object);
  else initial.delete(options.keyOf(copy.parse(event.object)));
}
