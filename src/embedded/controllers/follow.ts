import type { Resource } from '../../kube/paths.ts';
import type { KubeObject } from '../api-server/object.ts';
import type { Store } from '../api-server/server.ts';

/** A change that a controller is told of; at its start everything that is there already comes as ADDED without `before`. */
export interface Change<T extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  readonly before: T | undefined;
}

/** Tells of all objects of a kind, now and until the signal aborts. `heard` must not write: the store is in the middle of a change. */
export function follow<T extends KubeObject>(store: Store, resource: Resource, signal: AbortSignal, heard: (change: Change<T>) => void): void {
  for (const object of store.list<T>(resource)) heard({ type: 'ADDED', object, before: undefined });
  const stop = store.subscribe(resource, (event) => heard(event as Change<T>));
  signal.addEventListener('abort', stop, { once: true });
}
