import { nothing, parseQuantity } from '../../../model/quantity.ts';
import { resources } from '../../../kube/paths.ts';
import type { Store } from '../../api-server/server.ts';
import type { Claim, PersistentVolume, StorageClass } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { selectsLabels } from '../workload/selectors.ts';

export const bindCompleted = 'pv.kubernetes.io/bind-completed';
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const selectedNode = 'volume.kubernetes.io/selected-node';
export const noProvisioner = 'kubernetes.io/no-provisioner';

export const isBound = ({ metadata, spec }: Claim): boolean => (spec.volumeName ?? '') !== '' && metadata.annotations?.[bindCompleted] !== undefined;

/** The volume is promised to this claim: by name, and by UID once it is known. */
export function isFor({ spec: { claimRef } }: PersistentVolume, { metadata }: Claim): boolean {
  if (claimRef === undefined || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return claimRef.uid === undefined || claimRef.uid === '' || claimRef.uid === metadata.uid;
}

export const classOf = ({ spec, metadata }: Claim | PersistentVolume): string => spec.storageClassName ?? metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? '';

/** The class waits with the binding until a pod is scheduled. */
export function waitsForConsumer(store: Store, claim: Claim): boolean {
  const name = classOf(claim);
  const storageClass = name === '' ? undefined : store.get<StorageClass>(builtInResources.storageclasses, { name });
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** What keeps the volume from satisfying the claim, in Kubernetes' words; undefined: nothing. Node and phase aside. */
export function mismatch({ metadata, spec: volume }: PersistentVolume, claim: Claim): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return `the volume is marked for deletion "${metadata.name}"`;
  if (storage(volume.capacity) < storage(claim.spec.resources?.requests)) return 'requested PV is too small';
  if ((volume.storageClassName ?? '') !== classOf(claim)) return 'storageClassName does not match';
  if ((volume.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode';
  const modes = volume.accessModes ?? [];
  return (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) ? undefined : 'incompatible accessMode';
}

const sizes = new Map<string, bigint>();

/** The size, in billionths of a byte. Disks come in few sizes, so each text is read once. */
function storage(amounts: Readonly<Record<string, string>> | undefined): bigint {
  const text = amounts?.['storage'] ?? '0';
  const known = sizes.get(text);
  if (known !== undefined) return known;
  if (sizes.size > 10_000) sizes.clear();
  const size = parseQuantity(text) ?? nothing;
  sizes.set(text, size);
  return size;
}

/** The volume that is promised to the claim: by a user, or by the scheduler a moment ago. */
export function promisedTo(volumes: Iterable<PersistentVolume>, claim: Claim): PersistentVolume | undefined {
  for (const volume of volumes) if (isFor(volume, claim) && mismatch(volume, claim) === undefined) return volume;
  return undefined;
}

/** Free volumes that satisfy the claim, from the smallest up, and by name: a real controller takes any of equal ones. */
export function freeFor(volumes: Iterable<PersistentVolume>, claim: Claim): readonly PersistentVolume[] {
  return [...volumes]
    .filter(({ spec, status, metadata }) =>
      spec.claimRef === undefined && status?.phase === 'Available' && (claim.spec.selector === undefined || selectsLabels(claim.spec.selector, metadata.labels)))
    .filter((volume) => mismatch(volume, claim) === undefined)
    .sort(smallestFirst);
}

function smallestFirst(left: PersistentVolume, right: PersistentVolume): number {
  const [one, other] = [storage(left.spec.capacity), storage(right.spec.capacity)];
  if (one !== other) return one < other ? -1 : 1;
  return left.metadata.name < right.metadata.name ? -1 : 1;
}

/** Promises the volume to the claim. Who asks for it without owning it (a user, a provisioner) is not noted as its binder. */
export function promise(store: Store, volume: PersistentVolume, claim: Claim): PersistentVolume {
  const { metadata, apiVersion, kind } = claim;
  const { claimRef } = volume.spec;
  if (claimRef?.uid === metadata.uid && isFor(volume, claim)) return volume;
  const reference = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid, resourceVersion: metadata.resourceVersion };
  const annotations = isFor(volume, claim) ? volume.metadata.annotations : { ...volume.metadata.annotations, [boundByController]: 'yes' };
  const bound = { ...volume, spec: { ...volume.spec, claimRef: reference }, metadata: { ...volume.metadata, ...(annotations === undefined ? {} : { annotations }) } };
  return store.update(resources.persistentvolumes, bound) as PersistentVolume;
}
