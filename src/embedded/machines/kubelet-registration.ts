import { resources } from '../../kube/paths.ts';
import { driver } from './driver.ts';
import type { Kubelet } from './kubelet.ts';
import { nodeLabels, nodeStatus } from './node-status.ts';
import type { CsiNodeObject, NodeObject } from './objects.ts';

/** Without it attach-detach leaves the node's volumes alone. */
const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' };

/** Makes the Node when there is none (fresh: no taints or labels but the kubelet's own), takes over the one that is there, and registers the CSI driver. */
export async function register(kubelet: Kubelet): Promise<void> {
  const { door, machine, settings } = kubelet;
  const labels = nodeLabels(machine.name, settings);
  const existing = await door.get<NodeObject>(resources.nodes, { name: machine.name });
  const node = existing === undefined
    ? await door.create<NodeObject>(resources.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: machine.name, labels, annotations }, status: firstStatus(kubelet) })
    : await door.patch<NodeObject>(resources.nodes, { name: machine.name }, { metadata: { annotations, labels } });
  await registerDriver(kubelet, node);
}

/** Ready comes with the first listing of pods. */
function firstStatus({ machine, settings, clock }: Kubelet): object {
  const { nodeInfo, capacity, allocatable, addresses } = nodeStatus(machine, settings, { live: {}, inUse: [], at: clock.now().wall });
  return { nodeInfo, capacity, allocatable, addresses };
}

/** The CSINode belongs to one Node object: that of an earlier one is about to be garbage-collected and is replaced. */
export async function registerDriver({ door, machine, settings }: Kubelet, node: NodeObject): Promise<void> {
  const name = machine.name;
  const drivers = [{ name: driver, nodeID: name, topologyKeys: null, allocatable: { count: settings.volumeLimit } }];
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }];
  const existing = await door.get<CsiNodeObject>(resources.csinodes, { name });
  if (existing === undefined) {
    await door.create(resources.csinodes, { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name, ownerReferences }, spec: { drivers } });
    return;
  }
  const owned = existing.metadata.ownerReferences?.some(({ uid }) => uid === node.metadata.uid) === true;
  const registered = existing.spec.drivers.some((each) => each.name === driver);
  if (!owned || !registered) await door.patch(resources.csinodes, { name }, { metadata: { ownerReferences }, spec: { drivers } });
}
