import { resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import type { NodeObject } from '../node-and-pod.ts';
import type { Reconciler } from './reconciler.ts';
import { type PersistentVolumeObject, attachable } from './volumes.ts';

export interface AttachmentObject extends KubeObject {
  readonly spec?: { readonly attacher?: string; readonly nodeName?: string; readonly source?: { readonly persistentVolumeName?: string } };
  readonly status?: {
    readonly attached?: boolean;
    readonly attachError?: { readonly message?: string };
    readonly detachError?: { readonly message?: string };
  };
}

/**
 * What a controller that starts believes: what nodes say is attached is; a VolumeAttachment that no node speaks of may be, and is
 * attached or detached as the pods want it.
 */
export function populate(store: Store, reconciler: Reconciler): void {
  for (const { metadata: { name }, status } of store.list<NodeObject>(resources.nodes)) {
    for (const { name: volume } of status?.volumesAttached ?? []) reconciler.attached(volume, name);
    reconciler.actual.setInUse(name, status?.volumesInUse ?? []);
  }
  for (const attachment of store.list<AttachmentObject>(resources.volumeattachments)) meet(store, reconciler, attachment);
}

function meet(store: Store, reconciler: Reconciler, { spec }: AttachmentObject): void {
  const { nodeName = '', source } = spec ?? {};
  const volume = store.get<PersistentVolumeObject>(resources.persistentvolumes, { name: source?.persistentVolumeName ?? '' });
  if (volume === undefined) return;
  for (const each of attachable(store, volume)) {
    reconciler.know(each);
    if (!reconciler.actual.has(each.name, nodeName)) reconciler.uncertain(each.name, nodeName);
  }
}
