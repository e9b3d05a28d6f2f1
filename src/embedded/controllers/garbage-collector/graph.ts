import type { Resource } from '../../../kube/paths.ts';
import type { KubeObject, OwnerReference } from '../../api-server/object.ts';

/** One object, with what decides whether it stays. */
export interface Item {
  readonly uid: string;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly isGoing: boolean;
  /** It was deleted in the foreground, and waits for its dependents. */
  readonly waits: boolean;
  /** It was deleted so that its dependents stay. */
  readonly orphans: boolean;
}

export function itemOf(resource: Resource, { metadata }: KubeObject): Item {
  const { uid, namespace, name, ownerReferences = [], deletionTimestamp, finalizers = [] } = metadata;
  const isGoing = deletionTimestamp !== undefined;
  return { uid, resource, namespace, name, owners: ownerReferences, isGoing, waits: isGoing && finalizers.includes('foregroundDeletion'), orphans: isGoing && finalizers.includes('orphan') };
}

/** All objects by UID, and who depends on whom. Kept up to date by their changes. */
export class Graph {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  dependentsOf(uid: string): readonly Item[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((each) => this.#items.get(each) ?? []);
  }

  put(item: Item): void {
    this.#unlink(item.uid);
    this.#items.set(item.uid, item);
    for (const { uid } of item.owners) this.#dependents.set(uid, (this.#dependents.get(uid) ?? new Set()).add(item.uid));
  }

  remove(uid: string): void {
    this.#unlink(uid);
    this.#items.delete(uid);
  }

  #unlink(dependent: string): void {
    for (const { uid } of this.#items.get(dependent)?.owners ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(dependent);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }
}
