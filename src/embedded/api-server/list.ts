import { keyOf } from './collection.ts';
import { adopt } from './json.ts';
import { type ListOptions, readVersion } from './list-options.ts';
import type { KubeObject } from './object.ts';
import { badRequest, expired } from './refusals.ts';
import { ExpiredToken, readToken, type Start, writeToken } from './page-token.ts';
import { Refusal } from './refusal.ts';
import { byNode, isPods, type Registry, type Shelf } from './registry.ts';
import type { Selection } from './selectors.ts';

/** A list, or one page of it. */
export interface List {
  readonly items: readonly KubeObject[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
}

/** What is asked for. */
export interface ListRequest {
  readonly namespace: string | undefined;
  readonly selection: Selection;
  readonly options: ListOptions;
}

/** Lists objects in the order of namespace and name, at the version that the options ask for. */
export function list(registry: Registry, shelf: Shelf, { namespace, selection, options }: ListRequest): List {
  const start = startOf(registry, options);
  const scope = namespace ?? (shelf.kind.resource.namespaced ? selection.exact.get('metadata.namespace') : undefined);
  // With version 0 a real server answers from its cache, and whole.
  const limit = options.resourceVersion === '0' && options.match === '' && options.continuation === '' ? 0 : Math.max(0, options.limit);
  const items: KubeObject[] = [];
  let last: string | undefined;
  for (const [key, object] of candidates(registry, shelf, { scope, selection, start })) {
    if (!selection.matches(object)) continue;
    if (limit > 0 && items.length === limit) return page(items, { version: start.version, next: last ?? '', remaining: selection.all ? rest(registry, shelf, { scope, start, from: key }) : undefined });
    items.push(object);
    last = key;
  }
  return { items, metadata: { resourceVersion: String(start.version) } };
}

function startOf(registry: Registry, options: ListOptions): Start {
  const now = registry.version;
  if (options.continuation !== '') return continued(registry, options);
  if (options.resourceVersion === '' || options.resourceVersion === '0') return { version: now, behind: '' };
  const asked = readVersion(options.resourceVersion, (why) => badRequest(`invalid resource version: ${why}`));
  const exact = options.match === 'Exact' || (options.match === '' && options.limit > 0);
  if (asked > now) throw tooLarge(asked, now);
  if (!exact) return { version: now, behind: '' };
  if (asked < registry.history.oldest) throw expired('The resourceVersion for the provided list is too old.');
  return { version: asked, behind: '' };
}

/** A version of the future: a real server waits three seconds for it before it says so. */
export function tooLarge(asked: number, now: number): Refusal {
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' } as const;
  return new Refusal(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${now}`, { causes: [cause], retryAfterSeconds: 1 });
}

function continued(registry: Registry, { continuation, resourceVersion }: ListOptions): Start {
  if (resourceVersion !== '' && resourceVersion !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  const token = readToken(continuation);
  // −1 goes on with what there is now: the way on that a 410 offers.
  if (token.version === -1) return { version: registry.version, behind: token.behind };
  if (token.version > registry.version) throw tooLarge(token.version, registry.version);
  if (token.version >= registry.history.oldest) return token;
  throw new ExpiredToken(writeToken({ version: -1, behind: token.behind }));
}

interface Range {
  readonly scope: string | undefined;
  readonly start: Start;
}

/** Objects that may match, in order, as of `start.version`: by an index where the selection has a field for it. */
function candidates(registry: Registry, shelf: Shelf, { scope, selection, start }: Range & { readonly selection: Selection }): Iterable<readonly [string, KubeObject]> {
  if (start.version < registry.version) return asOf(registry, shelf, { scope, start });
  const node = selection.exact.get('spec.nodeName') ?? '';
  if (node !== '' && isPods(shelf)) return inOrder(shelf.objects.indexed(byNode, node), { scope, start });
  const name = selection.exact.get('metadata.name');
  if (name !== undefined && (scope !== undefined || !shelf.kind.resource.namespaced)) return single(shelf, keyOf({ namespace: scope, name }), start);
  return fromOn(shelf, { scope, start });
}

function single(shelf: Shelf, key: string, { behind }: Start): readonly (readonly [string, KubeObject])[] {
  const object = shelf.objects.get(key);
  return object === undefined || key <= behind ? [] : [[key, object]];
}

function* fromOn(shelf: Shelf, { scope, start }: Range): Generator<readonly [string, KubeObject]> {
  for (const entry of shelf.objects.entries(scope, start.behind)) if (entry[0] > start.behind) yield entry;
}

function inOrder(objects: Iterable<KubeObject>, { scope, start }: Range): readonly (readonly [string, KubeObject])[] {
  return [...objects]
    .filter(({ metadata }) => scope === undefined || metadata.namespace === scope)
    .map((object) => [keyOf(object.metadata), object] as const)
    .filter(([key]) => key > start.behind)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

/** What there was at an earlier version: what there is now, with all changes since taken back. */
function asOf(registry: Registry, shelf: Shelf, { scope, start }: Range): readonly (readonly [string, KubeObject])[] {
  const then = new Map(shelf.objects.entries(scope, start.behind));
  const seen = new Set<string>();
  for (const { key, before } of registry.history.after(shelf.name, start.version)) {
    if (seen.has(key)) continue;
    seen.add(key);
    if (before === undefined) then.delete(key);
    else if (scope === undefined || before.metadata.namespace === scope) then.set(key, before);
  }
  return [...then].filter(([key]) => key > start.behind).sort(([left], [right]) => (left < right ? -1 : 1));
}

function rest(registry: Registry, shelf: Shelf, { scope, start, from }: Range & { readonly from: string }): number {
  let count = 0;
  const everything: Selection = { all: true, exact: new Map(), matches: () => true };
  for (const [key] of candidates(registry, shelf, { scope, start, selection: everything })) if (key >= from) count += 1;
  return count;
}

function page(items: readonly KubeObject[], { version, next, remaining }: { readonly version: number; readonly next: string; readonly remaining: number | undefined }): List {
  const metadata = { resourceVersion: String(version), continue: writeToken({ version, behind: next }) };
  return adopt({ items, metadata: remaining === undefined ? metadata : { ...metadata, remainingItemCount: remaining } }, false);
}
