import { seconds } from '../../model/time.ts';
import type { Presenter } from './answers.ts';
import type { BookmarkRounds } from './bookmarks.ts';
import type { Change } from './history.ts';
import { adopt } from './json.ts';
import { list, type ListRequest, tooLarge } from './list.ts';
import { readVersion } from './list-options.ts';
import type { KubeObject } from './object.ts';
import { Refusal } from './refusal.ts';
import { expired, plainError } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';
import type { ServerAnswer } from './server.ts';
import { failure } from './status.ts';
import { tellOne, type Watcher } from './watchers.ts';

/** A watch, its query read. */
export interface WatchRequest extends ListRequest {
  readonly shelf: Shelf;
  readonly presenter: Presenter;
}

/** Watches a collection: what there is, if asked for, then each change in its order. Problems with the version come in the stream, as a real server sends them. */
export function watch(registry: Registry, rounds: BookmarkRounds, asked: WatchRequest): ServerAnswer {
  // Read outside of the stream: what is no version at all is refused before it.
  const version = asked.options.resourceVersion === '' ? 0 : readVersion(asked.options.resourceVersion, plainError);
  return {
    kind: 'stream',
    open(line, end) {
      try {
        return start(registry, rounds, { ...asked, version, line, end });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        line(JSON.stringify({ type: 'ERROR', object: failure(error) }));
        end();
        return () => undefined;
      }
    },
  };
}

interface Opening extends WatchRequest {
  readonly version: number;
  line(text: string): void;
  end(): void;
}

function start(registry: Registry, rounds: BookmarkRounds, opening: Opening): () => void {
  const { shelf, options, version } = opening;
  const now = registry.version;
  const initial = options.sendInitialEvents === true;
  if (initial && version > now) throw tooLarge(version, now);
  if (!initial && version > 0 && version < registry.history.oldest) throw expired(`too old resource version: ${version} (${registry.history.oldest})`);
  const from = initial || version === 0 ? now : version;
  const deadline = new AbortController();
  const stop = (): void => {
    shelf.watchers.remove(watcher);
    rounds.left(watcher);
    deadline.abort();
  };
  const watcher = watcherOf(opening, from, () => {
    stop();
    opening.end();
  });
  if (initial) sendInitial(registry, opening);
  for (const change of registry.history.after(shelf.name, from)) tellOne(watcher, change);
  shelf.watchers.add(watcher);
  rounds.joined(watcher);
  endAfter(registry, opening, { signal: deadline.signal, end: () => watcher.end() });
  return stop;
}

function watcherOf({ selection, namespace, options, presenter, line, shelf }: Opening, after: number, end: () => void): Watcher {
  const { form } = presenter;
  const write = (type: 'ADDED' | 'MODIFIED' | 'DELETED', change: Change): void => {
    const which = type === 'DELETED' ? 'gone' : 'after';
    const text = form === 'object' ? change.text(which) : JSON.stringify(presenter.one((which === 'gone' ? change.gone() : change.after) as KubeObject));
    line(`{"type":"${type}","object":${text}}`);
  };
  return {
    only: narrowest(selection.exact, namespace),
    after,
    bookmarks: options.bookmarks,
    matches: (object) => (namespace === undefined || object.metadata.namespace === namespace) && selection.matches(object),
    tell: write,
    bookmark: (version) => line(bookmark(shelf, presenter, { resourceVersion: String(version) })),
    end,
  };
}

/** The one of the fields with a fixed value that fewest objects share. */
function narrowest(exact: ReadonlyMap<string, string>, namespace: string | undefined): Watcher['only'] {
  const [field] = ['metadata.name', ...[...exact.keys()].filter((each) => each !== 'metadata.namespace'), 'metadata.namespace'].filter((each) => (exact.get(each) ?? '') !== '');
  const value = field === undefined ? undefined : exact.get(field);
  if (field !== undefined && value !== undefined) return { field, value };
  return namespace === undefined ? undefined : { field: 'metadata.namespace', value: namespace };
}

function sendInitial(registry: Registry, { shelf, selection, namespace, options, presenter, line }: Opening): void {
  const everything = { ...options, resourceVersion: '', match: '', limit: 0, continuation: '' } as const;
  for (const object of list(registry, shelf, { namespace, selection, options: everything }).items) line(JSON.stringify({ type: 'ADDED', object: presenter.one(object) }));
  if (!options.bookmarks) return;
  line(bookmark(shelf, presenter, { resourceVersion: String(registry.version), annotations: { 'k8s.io/initial-events-end': 'true' } }));
}

function bookmark({ kind, apiVersion }: Shelf, presenter: Presenter, metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> }): string {
  const object = { kind: kind.kind, apiVersion, metadata };
  return JSON.stringify({ type: 'BOOKMARK', object: presenter.form === 'object' ? object : adopt({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }, false) });
}

function endAfter({ parts }: Registry, { options }: Opening, { signal, end }: { readonly signal: AbortSignal; end(): void }): void {
  const { timeoutSeconds } = options;
  if (timeoutSeconds === undefined || timeoutSeconds <= 0) return;
  const wait = async (): Promise<void> => {
    await parts.clock.sleep(seconds(timeoutSeconds), signal);
    if (!signal.aborted) end();
  };
  void wait();
}
