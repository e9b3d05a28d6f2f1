import type { Change } from '../follow.ts';
import { type PodObject, isOver, keyOf } from '../node-and-pod.ts';

/** Keys of the pods that a round has to look at, kept up to date by their changes, so that no round walks over all pods. */
export class PodSets {
  readonly terminating = new Set<string>();
  readonly over = new Set<string>();
  /** Name of a node, existing or not → its pods. */
  readonly byNode = new Map<string, Set<string>>();

  heard({ type, object, before }: Change<PodObject>): void {
    const key = keyOf(object);
    const exists = type !== 'DELETED';
    put(this.terminating, key, exists && object.metadata.deletionTimestamp !== undefined);
    put(this.over, key, exists && isOver(object));
    const node = exists ? object.spec?.nodeName : undefined;
    const was = before?.spec?.nodeName;
    if (was !== undefined && was !== node) this.#leave(was, key);
    if (node !== undefined && was !== node) this.byNode.set(node, (this.byNode.get(node) ?? new Set()).add(key));
  }

  #leave(node: string, key: string): void {
    const pods = this.byNode.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.byNode.delete(node);
  }
}

function put(set: Set<string>, key: string, isIn: boolean): void {
  if (isIn) set.add(key);
  else set.delete(key);
}
