import { createHash } from 'node:crypto';

/** Name of our CSI driver: in CSIDriver, CSINode, StorageClass, PersistentVolume and VolumeAttachment. */
export const driver = 'disk.evenkeel.dev';

/** What a real external-attacher calls its finalizer: dots of the driver's name become dashes. */
export const attacherFinalizer = `external-attacher/${driver.replaceAll('.', '-')}`;

/** How `node.status.volumesInUse` and `volumesAttached` name a volume. */
export const volumeName = (handle: string): string => `kubernetes.io/csi/${driver}^${handle}`;

/** The name that attach-detach gives the VolumeAttachment; the kubelet may read it only by this name. */
export const attachmentName = (handle: string, node: string): string => `csi-${createHash('sha256').update(`${handle}${driver}${node}`).digest('hex')}`;
