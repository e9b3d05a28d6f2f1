import type { Resource } from '../../kube/paths.ts';
import type { Clock } from '../../model/time.ts';
import type { Kind } from './kind.ts';
import type { KubeObject } from './object.ts';

/** A request as it comes over HTTP or, in process, from `embeddedApi`. */
export interface ServerRequest {
  readonly method: string;
  /** Absolute path, its segments still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** Text as sent, or a value that needs no parsing; absent when there is no body. */
  readonly body: { readonly text: string } | { readonly value: unknown } | undefined;
  readonly user: string;
}

export type ServerAnswer =
  | { readonly kind: 'object'; readonly code: number; readonly headers: Readonly<Record<string, string>>; readonly body: object }
  /** A page that is no JSON: health, and paths that nobody knows. */
  | { readonly kind: 'text'; readonly code: number; readonly text: string }
  /** A watch: lines of JSON without their line feed. `open` starts it; the returned function stops it. */
  | { readonly kind: 'stream'; open(line: (text: string) => void, end: () => void): () => void };

export interface ServerParts {
  readonly clock: Clock;
  /** A new UUID at each call; from a seed in virtual time. */
  newID(): string;
  /** A number from 0 up to 1. */
  random(): number;
  readonly kinds: readonly Kind[];
  /** Events that a watch can go back to, in all kinds together; older ones answer 410. 10,000 when absent. */
  readonly history?: number;
}

/** A change of the store, told synchronously after it was made. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
}

export interface WriteOptions {
  /** Who writes; `system:kube-controller-manager` when absent. */
  readonly user?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

export interface Name {
  readonly namespace?: string;
  readonly name: string;
}

/**
 * The synchronous door for the parts of the embedded control plane itself (controllers, scheduler). The same rules hold as for
 * requests: kinds prepare and validate, conflicts throw `Refusal`, watchers hear of it. Objects that come out are shared:
 * never change one in place.
 */
export interface Store {
  get<T extends KubeObject>(resource: Resource, name: Name): T | undefined;
  /** All of a kind, or of one namespace, in the order of namespace and name. Do not keep the iterator across a write. */
  list<T extends KubeObject>(resource: Resource, namespace?: string): Iterable<T>;
  /** Pods bound to this node: an index, not a walk. */
  podsOn<T extends KubeObject>(node: string): Iterable<T>;
  /** Objects whose controlling owner (`ownerReferences[].controller`) has this UID: an index. */
  ownedBy<T extends KubeObject>(resource: Resource, ownerUID: string): Iterable<T>;
  create(resource: Resource, object: object, options?: WriteOptions): KubeObject;
  /** Replaces; `object` is a changed copy of one that was read and carries its resourceVersion (409 when it is old). */
  update(resource: Resource, object: KubeObject, options?: WriteOptions): KubeObject;
  updateStatus(resource: Resource, object: KubeObject, options?: WriteOptions): KubeObject;
  remove(resource: Resource, name: Name, options?: DeleteOptions): void;
  /** Sets `spec.nodeName` and the condition PodScheduled, as `pods/binding` does. */
  bind(pod: Name & { readonly uid: string }, node: string): void;
  /** Takes Kubernetes' own finalizer off a namespace, as `namespaces/finalize` does: it is empty now, and goes when it was deleted. */
  finalizeNamespace(name: string): void;
  /** The kinds that are served now, in the order in which they were added. */
  kinds(): Iterable<Pick<Kind, 'resource' | 'kind'>>;
  /** Called after each change of this kind, in the order of the changes. Must not write: note it, and write in a turn of its own. */
  subscribe(resource: Resource, heard: (event: StoreEvent) => void): () => void;
}

/** A small API server. It keeps everything in memory, and nothing happens in it but by a request or a write. */
export interface EmbeddedServer {
  /** Answers one request. Never throws: whatever is wrong becomes a Status object. */
  handle(request: ServerRequest): ServerAnswer;
  readonly store: Store;
  /** Adds a kind, as the creation of a CustomResourceDefinition does; a custom kind that is there already is described anew, and keeps its objects. */
  addKind(kind: Kind): void;
  /** Ends every watch. */
  close(): void;
}
