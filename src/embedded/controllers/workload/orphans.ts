import type { Resource } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Store, StoreEvent } from '../../api-server/server.ts';
import { controllerOf } from './owner.ts';

/** Names of objects of one kind that no controller owns, by namespace: kept from events, so that nobody walks over all of them. */
export class Orphans {
  readonly #byNamespace = new Map<string, Set<string>>();

  constructor(store: Store, resource: Resource) {
    for (const object of store.list(resource)) this.#note(object);
  }

  hear({ type, object }: StoreEvent): void {
    if (type === 'DELETED') this.#forget(object);
    else this.#note(object);
  }

  names(namespace: string): readonly string[] {
    return [...(this.#byNamespace.get(namespace) ?? [])];
  }

  #note(object: KubeObject): void {
    if (controllerOf(object) !== undefined) {
      this.#forget(object);
      return;
    }
    const namespace = object.metadata.namespace ?? '';
    const names = this.#byNamespace.get(namespace) ?? new Set<string>();
    this.#byNamespace.set(namespace, names.add(object.metadata.name));
  }

  #forget({ metadata }: KubeObject): void {
    this.#byNamespace.get(metadata.namespace ?? '')?.delete(metadata.name);
  }
}
