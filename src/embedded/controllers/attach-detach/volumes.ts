import { createHash } from 'node:crypto';
import { type Resource, resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import type { PodObject } from '../node-and-pod.ts';

export const csidrivers: Resource = { group: 'storage.k8s.io', version: 'v1', plural: 'csidrivers', namespaced: false };

export interface ClaimObject extends KubeObject {
  readonly spec?: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

export interface PersistentVolumeObject extends KubeObject {
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly csi?: { readonly driver: string; readonly volumeHandle: string };
  };
}

interface DriverObject extends KubeObject {
  readonly spec?: { readonly attachRequired?: boolean };
}

/** A CSI volume that has to be attached before it can be mounted. */
export interface Volume {
  /** As `volumesInUse` and `volumesAttached` name it. */
  readonly name: string;
  readonly persistentVolume: string;
  /** Several nodes may have it attached at the same time. */
  readonly isShared: boolean;
}

export interface PodVolumes {
  readonly volumes: readonly Volume[];
  /** Keys of claims that are not bound yet, or whose volume does not say so. */
  readonly unbound: readonly string[];
}

/** What a pod needs attached. */
export function volumesOf(store: Store, pod: PodObject): PodVolumes {
  const volumes: Volume[] = [];
  const unbound: string[] = [];
  for (const claimName of claimsOf(pod)) {
    const persistentVolume = boundVolume(store, { namespace: pod.metadata.namespace ?? '', name: claimName });
    if (persistentVolume === undefined) unbound.push(`${pod.metadata.namespace ?? ''}/${claimName}`);
    else volumes.push(...attachable(store, persistentVolume));
  }
  return { volumes, unbound };
}

/** Names of the claims that a pod uses. */
export const claimsOf = (pod: PodObject): readonly string[] => (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

/** The volume, if its driver attaches at all: a CSIDriver may say that it does not; none means that it does. */
export function attachable(store: Store, { metadata, spec }: PersistentVolumeObject): readonly Volume[] {
  if (spec?.csi === undefined) return [];
  const { driver, volumeHandle } = spec.csi;
  if (store.get<DriverObject>(csidrivers, { name: driver })?.spec?.attachRequired === false) return [];
  const modes = spec.accessModes ?? [];
  const isShared = modes.length === 0 || modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany');
  return [{ name: `${prefix}${driver}^${volumeHandle}`, persistentVolume: metadata.name, isShared }];
}

function boundVolume(store: Store, claimName: { readonly namespace: string; readonly name: string }): PersistentVolumeObject | undefined {
  const claim = store.get<ClaimObject>(resources.persistentvolumeclaims, claimName);
  if (claim?.status?.phase !== 'Bound' || claim.spec?.volumeName === undefined) return undefined;
  const volume = store.get<PersistentVolumeObject>(resources.persistentvolumes, { name: claim.spec.volumeName });
  return volume?.spec?.claimRef?.uid === claim.metadata.uid ? volume : undefined;
}

const prefix = 'kubernetes.io/csi/';

/** The name that attach-detach gives the VolumeAttachment of a volume on a node (pkg/volume/csi getAttachmentName). */
export function attachmentName(volume: string, node: string): string {
  const [driver, handle] = driverAndHandle(volume);
  return `csi-${createHash('sha256').update(`${handle}${driver}${node}`).digest('hex')}`;
}

/** The two parts of the name of a CSI volume. */
export function driverAndHandle(volume: string): readonly [string, string] {
  const at = volume.indexOf('^');
  return [volume.slice(prefix.length, at), volume.slice(at + 1)];
}
