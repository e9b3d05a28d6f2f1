import { resources } from '../../../kube/paths.ts';
import type { Store, StoreEvent } from '../../api-server/server.ts';
import type { PersistentVolume } from '../workload/objects.ts';

/** PersistentVolumes by storage class that are not bound to a claim: what a claim could get. Kept from events. */
export class VolumeIndex {
  readonly #byClass = new Map<string, Map<string, PersistentVolume>>();

  constructor(store: Store) {
    for (const volume of store.list<PersistentVolume>(resources.persistentvolumes)) this.#put(volume);
  }

  hear({ type, object, before }: StoreEvent): void {
    if (before !== undefined) this.#drop(before as PersistentVolume);
    if (type !== 'DELETED') this.#put(object as PersistentVolume);
  }

  /** In the order in which they came up, which the caller sorts. */
  of(storageClass: string): Iterable<PersistentVolume> {
    return this.#byClass.get(storageClass)?.values() ?? [];
  }

  #put(volume: PersistentVolume): void {
    const name = volume.spec.storageClassName ?? '';
    if (volume.status?.phase === 'Bound' || volume.status?.phase === 'Released') {
      this.#drop(volume);
      return;
    }
    const volumes = this.#byClass.get(name) ?? new Map<string, PersistentVolume>();
    this.#byClass.set(name, volumes.set(volume.metadata.name, volume));
  }

  #drop({ spec, metadata }: PersistentVolume): void {
    this.#byClass.get(spec.storageClassName ?? '')?.delete(metadata.name);
  }
}
