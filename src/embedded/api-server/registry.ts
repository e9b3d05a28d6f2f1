import { type Resource, resources } from '../../kube/paths.ts';
import { formatInstant } from '../../model/time.ts';
import { Collection, keyOf } from './collection.ts';
import { changeOf, History } from './history.ts';
import { adopt, mapOf } from './json.ts';
import type { Kind, KindContext } from './kind.ts';
import type { KubeObject } from './object.ts';
import { qualified } from './refusals.ts';
import type { ServerParts, StoreEvent } from './server.ts';
import { type Traits, traitsOf } from './traits.ts';
import { Watchers } from './watchers.ts';

/** One kind and its objects. */
export interface Shelf {
  readonly kind: Kind;
  readonly traits: Traits;
  /** `pods`, `leases.coordination.k8s.io`. */
  readonly name: string;
  /** `v1`, `coordination.k8s.io/v1`. */
  readonly apiVersion: string;
  readonly objects: Collection;
  readonly watchers: Watchers;
  readonly subscribers: Set<(event: StoreEvent) => void>;
}

/** Places of the indexes in each collection. */
export const byOwner = 0;
export const byNode = 1;

/** All kinds with their objects, the one version counter, and what has happened lately. The only place that changes any of it. */
export class Registry {
  readonly parts: ServerParts;
  readonly history: History;
  readonly #shelves = new Map<string, Shelf>();
  #version = 1;

  constructor(parts: ServerParts) {
    this.parts = parts;
    this.history = new History(parts.history ?? 10_000, this.#version);
    for (const kind of parts.kinds) this.addKind(kind);
  }

  /** The version of the last change. */
  get version(): number {
    return this.#version;
  }

  /** In the order in which the kinds were added. */
  get shelves(): Iterable<Shelf> {
    return this.#shelves.values();
  }

  addKind(kind: Kind): void {
    const name = qualified(kind.resource);
    const existing = this.#shelves.get(name);
    if (existing !== undefined) {
      // A changed definition of a custom resource: its objects and watchers stay.
      if (existing.kind.strategicPatch || kind.strategicPatch) throw new Error(`The kind ${name} is there already: add each built-in kind once`);
      this.#shelves.set(name, { ...existing, kind, apiVersion: apiVersionOf(kind) });
      return;
    }
    const indexes = name === 'pods' ? [ownerOf, nodeOf] : [ownerOf];
    this.#shelves.set(name, {
      kind,
      traits: traitsOf(kind.resource, kind.strategicPatch),
      name,
      apiVersion: apiVersionOf(kind),
      objects: new Collection(indexes),
      watchers: new Watchers((object) => fieldsOf(kind, object)),
      subscribers: new Set(),
    });
  }

  shelf(resource: Pick<Resource, 'group' | 'plural'>): Shelf | undefined {
    return this.#shelves.get(qualified(resource));
  }

  /** Like `shelf`, for those who know that the kind is there. */
  must(resource: Pick<Resource, 'group' | 'plural'>): Shelf {
    const shelf = this.shelf(resource);
    if (shelf === undefined) throw new Error(`The kind ${qualified(resource)} is not served: hand it to createServer, or add it with addKind`);
    return shelf;
  }

  /** RFC 3339 in whole seconds. */
  now(): string {
    return formatInstant(this.parts.clock.now().wall);
  }

  context(user: string): KindContext {
    return {
      now: this.now(),
      user,
      newID: () => this.parts.newID(),
      random: () => this.parts.random(),
      find: (resource, name) => this.shelf(resource)?.objects.get(keyOf(name)),
      list: (resource, namespace) => this.shelf(resource)?.objects.values(namespace) ?? [],
    };
  }

  /** Stores the object under a new version, and tells everybody. */
  put(shelf: Shelf, object: KubeObject): KubeObject {
    const version = this.#version + 1;
    const after = adopt({ ...object, metadata: adopt({ ...object.metadata, resourceVersion: String(version) }, true) }, shelf.kind.strategicPatch);
    const key = keyOf(after.metadata);
    const before = shelf.objects.get(key);
    this.#version = version;
    shelf.objects.put(key, after);
    this.#tell(shelf, { key, before, after });
    return after;
  }

  /** Takes the object away; it returns under the version of its removal. */
  remove(shelf: Shelf, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata);
    this.#version += 1;
    shelf.objects.remove(key);
    return this.#tell(shelf, { key, before: object, after: undefined });
  }

  #tell(shelf: Shelf, { key, before, after }: { readonly key: string; readonly before: KubeObject | undefined; readonly after: KubeObject | undefined }): KubeObject {
    const change = changeOf({ version: this.#version, shelf: shelf.name, key, before, after });
    this.history.add(change);
    const object = after ?? adopt(change.gone(), false);
    const type = after === undefined ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED';
    for (const heard of shelf.subscribers) heard({ type, object, before });
    shelf.watchers.tell(change);
    return object;
  }
}

const apiVersionOf = ({ resource: { group, version } }: Kind): string => (group === '' ? version : `${group}/${version}`);

const ownerOf = ({ metadata }: KubeObject): string | undefined => metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;

function nodeOf({ spec }: KubeObject): string | undefined {
  const node = mapOf(spec)['nodeName'];
  return typeof node === 'string' && node !== '' ? node : undefined;
}

/** Values of all fields that field selectors may name. */
export function fieldsOf(kind: Kind, object: KubeObject): Readonly<Record<string, string>> {
  const { name, namespace } = object.metadata;
  return { ...kind.fields(object), 'metadata.name': name, ...(namespace === undefined ? {} : { 'metadata.namespace': namespace }) };
}

export const isPods = ({ name }: Shelf): boolean => name === resources.pods.plural;
