import { answered } from '../../kube/api.ts';
import { resources } from '../../kube/paths.ts';
import { rfc3339Micro } from '../../kube/timestamps.ts';
import type { Kubelet } from './kubelet.ts';
import type { NodeObject } from './objects.ts';

const namespace = 'kube-node-lease';

/** The heartbeat: `renewTime` by the node's own clock. Where there is no Lease it makes one, but like a real kubelet only while it has a Node. */
export async function renewLease({ door, machine, clock, settings }: Kubelet): Promise<void> {
  const spec = {
    holderIdentity: machine.name,
    leaseDurationSeconds: Math.max(1, Math.round((settings.leaseInterval * 4) / 1_000)),
    renewTime: rfc3339Micro(clock.now().wall),
  };
  const lease = { namespace, name: machine.name };
  try {
    await door.patch(resources.leases, lease, { spec });
    return;
  } catch (error) {
    if (!answered(error, 404)) throw error;
  }
  const node = await door.get<NodeObject>(resources.nodes, { name: machine.name });
  if (node === undefined) return;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: machine.name, uid: node.metadata.uid }];
  await door.create(resources.leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...lease, ownerReferences }, spec }, namespace);
}
