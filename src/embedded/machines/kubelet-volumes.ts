import { resources } from '../../kube/paths.ts';
import { attachmentName, driver, volumeName } from './driver.ts';
import type { Kubelet } from './kubelet.ts';
import type { AttachmentObject, ClaimObject, NodeObject, PersistentVolumeObject, PodObject } from './objects.ts';

/** Volume handles of a pod's claims; undefined while one of them has no volume yet. Asked anew until all are known. */
export async function handlesOf({ door }: Kubelet, pod: PodObject): Promise<readonly string[] | undefined> {
  const handles: string[] = [];
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const claim = await door.get<ClaimObject>(resources.persistentvolumeclaims, { namespace: pod.metadata.namespace ?? '', name: persistentVolumeClaim.claimName });
    if (claim?.spec.volumeName === undefined || claim.status?.phase !== 'Bound') return undefined;
    const volume = await door.get<PersistentVolumeObject>(resources.persistentvolumes, { name: claim.spec.volumeName });
    if (volume === undefined) return undefined;
    if (volume.spec.csi?.driver === driver) handles.push(volume.spec.csi.volumeHandle);
  }
  return handles;
}

/**
 * What a real kubelet checks before it mounts: the volume stands in the Node's volumesInUse (so that nobody detaches it),
 * attach-detach says it is attached, and the VolumeAttachment says so too.
 */
export async function mayMount({ door, machine }: Kubelet, node: NodeObject | undefined, handle: string): Promise<boolean> {
  const name = volumeName(handle);
  if (node?.status?.volumesInUse?.includes(name) !== true) return false;
  if (node.status.volumesAttached?.some((each) => each.name === name) !== true) return false;
  const attachment = await door.get<AttachmentObject>(resources.volumeattachments, { name: attachmentName(handle, machine.name) });
  return attachment?.status?.attached === true && attachment.metadata.deletionTimestamp === undefined;
}
