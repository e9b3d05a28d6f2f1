import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { Claim, PersistentVolume } from '../workload/objects.ts';
import { setVolumePhase } from './bind.ts';
import { boundByController } from './claims-and-volumes.ts';

/**
 * Brings one volume on: Available while nobody has it, Bound with its claim, Released when the claim is gone. A released one
 * keeps its claimRef, so nobody gets the data of a stranger; deleting it is the provisioner's work, which is not modelled.
 */
export function syncVolume(store: Store, volume: PersistentVolume): void {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === undefined || claimRef.uid === '') {
    setVolumePhase(store, volume, 'Available');
    return;
  }
  const found = store.get<Claim>(resources.persistentvolumeclaims, { namespace: claimRef.namespace, name: claimRef.name });
  const claim = found?.metadata.uid === claimRef.uid ? found : undefined;
  if (claim === undefined) {
    if (volume.status?.phase !== 'Failed') setVolumePhase(store, volume, 'Released');
  } else if (claim.spec.volumeName === volume.metadata.name) {
    setVolumePhase(store, volume, 'Bound');
  } else if ((claim.spec.volumeName ?? '') !== '') {
    unbind(store, volume);
  }
}

/** Its claim got another volume. */
function unbind(store: Store, volume: PersistentVolume): void {
  const { [boundByController]: ours, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...spec } = volume.spec;
  const { uid: _, ...wish } = claimRef ?? { namespace: '', name: '' };
  const freed = ours === undefined
    ? { ...volume, spec: { ...spec, claimRef: wish } }
    : { ...volume, spec, metadata: { ...volume.metadata, annotations } };
  setVolumePhase(store, store.update(resources.persistentvolumes, freed) as PersistentVolume, 'Available');
}
