import type { NodeRecord, PersistentVolumeRecord, PodRecord } from '../../model/cluster.ts';
import { admitsNode } from '../../model/node-selector.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/**
 * True for a pod that has a volume which no other node of the cluster can use, such as a local disk: force-deleting it gains
 * nothing, since its successor waits for this very node. An attached volume can be moved, whatever its affinity says.
 */
export function staysWithMachine(pod: PodRecord, node: NodeRecord, snapshot: Snapshot): boolean {
  return pod.volumes.some((volume) => {
    const found = volume.kind === 'claim' ? snapshot.volumeOf(pod.namespace, volume.claim) : undefined;
    return found?.usableOn !== undefined && !isAttached(found, node, snapshot) && !isUsableElsewhere(found.usableOn, node, snapshot);
  });
}

function isAttached({ name }: PersistentVolumeRecord, node: NodeRecord, snapshot: Snapshot): boolean {
  for (const { persistentVolume } of snapshot.attachmentsOn(node.name)) if (persistentVolume === name) return true;
  return false;
}

/** An affinity that cannot be read keeps no pod on a dead machine. */
function isUsableElsewhere(usableOn: object, node: NodeRecord, { nodes }: Snapshot): boolean {
  for (const other of nodes.values()) if (other.name !== node.name && admitsNode(usableOn, other) !== 'no') return true;
  return false;
}
