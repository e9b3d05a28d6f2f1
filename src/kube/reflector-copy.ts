import type { Clock, Tick } from '../model/time.ts';
import { compareVersions, MustRelist } from './reflector-events.ts';
import type { ReflectorOptions, ReflectorStatistics } from './reflector.ts';
import { type Change, recordStore, type Store } from './store.ts';

/** What one reflector knows: the records, the version they are of, and how fresh that is. */
export interface Copy<R> {
  readonly store: Store<R>;
  readonly statistics: Counters;
  /** The version to go on from; `undefined` means: list anew. */
  readonly version: string | undefined;
  /** When the server last said something about the present: an event, a bookmark, a complete list. */
  readonly freshAt: Tick;
  readonly whenSynced: Promise<void>;
  readonly synced: boolean;
  parse(object: unknown): R;
  /** Moves on to a later version; an earlier one means that the server's history was replaced. */
  advance(version: string): void;
  /** Takes one event. */
  apply(kind: 'put' | 'delete', record: R): void;
  /** Takes a complete list. */
  install(records: Map<string, R>, version: string): void;
  forgetVersion(): void;
}

type Counters = { -readonly [Name in keyof ReflectorStatistics]: ReflectorStatistics[Name] };

export function makeCopy<R>(options: ReflectorOptions<R>): Copy<R> {
  const statistics = zeroes();
  const store = recordStore<R>(options, (change) => tell(options, statistics, change));
  const first = Promise.withResolvers<void>();
  const state = { version: undefined as string | undefined, highest: undefined as string | undefined, freshAt: now(options.clock), synced: false };
  const touch = (version: string): void => {
    state.version = version;
    state.highest = version;
    state.freshAt = now(options.clock);
    statistics.objects = store.records.size;
  };
  return {
    store,
    statistics,
    whenSynced: first.promise,
    get version() {
      return state.version;
    },
    get freshAt() {
      return state.freshAt;
    },
    get synced() {
      return state.synced;
    },
    parse: (object) => parse(options, object),
    advance(version) {
      if (isBefore(version, state.highest)) throw new MustRelist('wentBackwards', `The version went back from ${state.highest ?? ''} to ${version}: was etcd restored?`);
      touch(version);
    },
    apply(kind, record) {
      statistics.events += 1;
      if (kind === 'put') store.put(record);
      else store.remove(record);
      statistics.objects = store.records.size;
    },
    install(records, version) {
      if (isBefore(version, state.highest)) statistics.wentBackwards += 1;
      statistics.lists += 1;
      if (state.synced) statistics.relists += 1;
      store.replace(records);
      touch(version);
      state.synced = true;
      first.resolve();
    },
    forgetVersion() {
      state.version = undefined;
    },
  };
}

const now = (clock: Clock): Tick => clock.now().tick;

const isBefore = (version: string, other: string | undefined): boolean => other !== undefined && (compareVersions(version, other) ?? 0) < 0;

function parse<R>(options: ReflectorOptions<R>, object: unknown): R {
  try {
    return options.parse(object);
  } catch (error) {
    throw new MustRelist('badLine', `An object of ${options.path} makes no sense: ${String(error)}`, error);
  }
}

function tell<R>(options: ReflectorOptions<R>, statistics: Counters, change: Change<R>): void {
  try {
    options.onChange?.(change);
  } catch (error) {
    // A reader's mistake must not stop the copy that all other readers rely on.
    statistics.handlerErrors += 1;
    statistics.lastHandlerError = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function zeroes(): Counters {
  return {
    objects: 0,
    lists: 0,
    relists: 0,
    watches: 0,
    events: 0,
    gone: 0,
    idleAborts: 0,
    parseErrors: 0,
    handlerErrors: 0,
    wentBackwards: 0,
    failures: 0,
    lastFailure: undefined,
    lastHandlerError: undefined,
  };
}
