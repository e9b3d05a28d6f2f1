import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { NodeObject } from '../node-and-pod.ts';

/** `node.status.volumesAttached`: what the kubelet may mount. A volume leaves it before it is detached. */
export class AttachedReport {
  readonly #store: Store;
  readonly #volumes = new Map<string, Set<string>>();
  readonly #changed = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  add(node: string, volume: string): void {
    const volumes = this.#volumes.get(node) ?? new Set<string>();
    if (volumes.has(volume)) return;
    this.#volumes.set(node, volumes.add(volume));
    this.#changed.add(node);
  }

  remove(node: string, volume: string): void {
    if (this.#volumes.get(node)?.delete(volume) === true) this.#changed.add(node);
  }

  /** A node that was made anew says nothing yet. */
  sayAgain(node: string): void {
    if (this.#volumes.has(node)) this.#changed.add(node);
  }

  /** Writes what changed. A node that is gone is left alone. */
  write(): void {
    for (const name of this.#changed) {
      const node = this.#store.get<NodeObject>(resources.nodes, { name });
      if (node !== undefined) this.#writeNode(node);
      this.#changed.delete(name);
    }
  }

  #writeNode(node: NodeObject): void {
    const { volumesAttached: before, ...status } = node.status ?? {};
    const volumes = [...(this.#volumes.get(node.metadata.name) ?? [])].map((name) => ({ name, devicePath: '' }));
    if (JSON.stringify(before ?? []) === JSON.stringify(volumes)) return;
    this.#store.updateStatus(resources.nodes, { ...node, status: volumes.length === 0 ? status : { ...status, volumesAttached: volumes } });
  }
}
