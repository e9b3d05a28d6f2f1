import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { Claim, PersistentVolume } from '../workload/objects.ts';
import { same } from '../workload/same.ts';
import { bindCompleted, boundByController, promise } from './claims-and-volumes.ts';

/** Binds both to each other, in four writes as Kubernetes does: the volume, its phase, the claim, its phase. Each may be there already. */
export function bind(store: Store, volume: PersistentVolume, claim: Claim): void {
  const promised = setVolumePhase(store, promise(store, volume, claim), 'Bound');
  setClaimStatus(store, nameVolume(store, claim, promised), 'Bound', promised);
}

function nameVolume(store: Store, claim: Claim, { metadata: { name } }: PersistentVolume): Claim {
  const annotations = { ...claim.metadata.annotations };
  if (claim.spec.volumeName !== name) annotations[boundByController] ??= 'yes';
  annotations[bindCompleted] ??= 'yes';
  if (claim.spec.volumeName === name && same(annotations, claim.metadata.annotations)) return claim;
  return store.update(resources.persistentvolumeclaims, { ...claim, spec: { ...claim.spec, volumeName: name }, metadata: { ...claim.metadata, annotations } }) as Claim;
}

export function setVolumePhase(store: Store, volume: PersistentVolume, phase: string): PersistentVolume {
  if (volume.status?.phase === phase) return volume;
  return store.updateStatus(resources.persistentvolumes, { ...volume, status: { ...volume.status, phase } }) as PersistentVolume;
}

/** A bound claim says what it got: the capacity may be more than it asked for. */
export function setClaimStatus(store: Store, claim: Claim, phase: string, volume?: PersistentVolume): Claim {
  const { accessModes: _, capacity, ...rest } = claim.status ?? {};
  const known = claim.status?.phase === phase ? capacity : undefined;
  const got = volume === undefined ? {} : { accessModes: volume.spec.accessModes ?? [], capacity: known ?? volume.spec.capacity ?? {} };
  const status = { ...rest, phase, ...got };
  return same(status, claim.status) ? claim : (store.updateStatus(resources.persistentvolumeclaims, { ...claim, status }) as Claim);
}
