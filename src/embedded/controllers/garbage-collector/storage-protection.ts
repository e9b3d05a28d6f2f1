import { type Resource, resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { type ClaimObject, type PersistentVolumeObject, claimsOf } from '../attach-detach/volumes.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { follow } from '../follow.ts';
import { type PodObject, keyOf, nameOfKey } from '../node-and-pod.ts';
import { workQueue } from '../work-queue.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** Keeps a claim that was deleted while a pod with a node uses it, over or not, and a volume while it is bound to a claim. */
export const storageProtection: RunController = async (parts, signal) => {
  const { store } = parts;
  const users = new Map<string, Set<string>>();
  const queue = workQueue('storage protection', parts, (key) => {
    const [kind = '', name = ''] = key.split(' ');
    if (kind === 'claim') protectClaim(parts, name, users.get(name) ?? new Set());
    else protectVolume(parts, name);
  });
  follow<PodObject>(store, resources.pods, signal, ({ type, object, before }) => {
    if (type === 'MODIFIED' && before?.spec?.nodeName === object.spec?.nodeName) return;
    for (const claimName of claimsOf(object)) {
      const claim = `${object.metadata.namespace ?? ''}/${claimName}`;
      note(users, claim, { pod: keyOf(object), isUser: type !== 'DELETED' && object.spec?.nodeName !== undefined });
      queue.add(`claim ${claim}`);
    }
  });
  follow<ClaimObject>(store, resources.persistentvolumeclaims, signal, ({ object }) => queue.add(`claim ${keyOf(object)}`));
  follow<PersistentVolumeObject>(store, resources.persistentvolumes, signal, ({ object }) => queue.add(`volume ${object.metadata.name}`));
  await queue.run(signal);
};

function note(users: Map<string, Set<string>>, claim: string, { pod, isUser }: { readonly pod: string; readonly isUser: boolean }): void {
  const pods = users.get(claim) ?? new Set<string>();
  if (isUser) users.set(claim, pods.add(pod));
  else if (pods.delete(pod) && pods.size === 0) users.delete(claim);
}

function protectClaim(parts: ControllerParts, key: string, users: ReadonlySet<string>): void {
  const claim = parts.store.get<ClaimObject>(resources.persistentvolumeclaims, nameOfKey(key));
  if (claim !== undefined) protect(parts, resources.persistentvolumeclaims, claim, { finalizer: claimFinalizer, isUsed: users.size > 0 });
}

function protectVolume(parts: ControllerParts, name: string): void {
  const volume = parts.store.get<PersistentVolumeObject>(resources.persistentvolumes, { name });
  if (volume !== undefined) protect(parts, resources.persistentvolumes, volume, { finalizer: volumeFinalizer, isUsed: volume.status?.['phase'] === 'Bound' });
}

function protect({ store }: ControllerParts, resource: Resource, object: KubeObject, { finalizer, isUsed }: { readonly finalizer: string; readonly isUsed: boolean }): void {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined && !has) store.update(resource, { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } });
  if (deletionTimestamp !== undefined && has && !isUsed) store.update(resource, { ...object, metadata: { ...object.metadata, finalizers: finalizers.filter((each) => each !== finalizer) } });
}
