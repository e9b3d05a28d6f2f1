import type { Volume } from './volumes.ts';

/** A pod that needs a volume on its node. */
export interface User {
  readonly uid: string;
  readonly key: string;
}

interface Place {
  readonly users: Map<string, User>;
  /** An Event about the volume being elsewhere was made; once is enough. */
  isReported: boolean;
}

/** Which volumes have to be attached to which nodes, because of which pods. */
export class Desired {
  /** Volume → node → its users. */
  readonly #places = new Map<string, Map<string, Place>>();
  /** UID of a pod → where it is a user. */
  readonly #byUser = new Map<string, { readonly volume: string; readonly node: string }[]>();
  readonly #uids = new Map<string, string>();

  /** UID of the pod of this name that was last added. */
  uidOf(podKey: string): string | undefined {
    return this.#uids.get(podKey);
  }

  add(user: User, { name: volume }: Volume, node: string): void {
    const nodes = this.#places.get(volume) ?? new Map<string, Place>();
    this.#places.set(volume, nodes);
    const place = nodes.get(node) ?? { users: new Map<string, User>(), isReported: false };
    nodes.set(node, place);
    if (place.users.has(user.uid)) return;
    place.users.set(user.uid, user);
    this.#byUser.set(user.uid, [...(this.#byUser.get(user.uid) ?? []), { volume, node }]);
    this.#uids.set(user.key, user.uid);
  }

  /** The pod needs nothing any more. Gives the volumes that it needed. */
  removePod(podKey: string): readonly string[] {
    const uid = this.#uids.get(podKey);
    if (uid === undefined) return [];
    const places = this.#byUser.get(uid) ?? [];
    for (const { volume, node } of places) this.#removeUser(uid, volume, node);
    this.#byUser.delete(uid);
    this.#uids.delete(podKey);
    return places.map(({ volume }) => volume);
  }

  has(volume: string, node: string): boolean {
    return this.#places.get(volume)?.has(node) === true;
  }

  nodesOf(volume: string): readonly string[] {
    return [...(this.#places.get(volume)?.keys() ?? [])];
  }

  usersOf(volume: string, node: string): readonly User[] {
    return [...(this.#places.get(volume)?.get(node)?.users.values() ?? [])];
  }

  /** True the first time. */
  report(volume: string, node: string): boolean {
    const place = this.#places.get(volume)?.get(node);
    if (place === undefined || place.isReported) return false;
    place.isReported = true;
    return true;
  }

  hasUsersOn(node: string): boolean {
    return [...this.#places.values()].some((nodes) => nodes.has(node));
  }

  #removeUser(uid: string, volume: string, node: string): void {
    const nodes = this.#places.get(volume);
    const place = nodes?.get(node);
    place?.users.delete(uid);
    if (place?.users.size === 0) nodes?.delete(node);
    if (nodes?.size === 0) this.#places.delete(volume);
  }
}
