import type { NodeRecord } from '../../model/cluster.ts';
import type { FencingSettings } from '../../model/configuration.ts';
import type { Decision } from '../../model/decision.ts';
import { isClosed, type NodeFence } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { formatInstant, instant, type Now } from '../../model/time.ts';
import { isOurs } from './releasing.ts';
import { hasOurIsolation } from './returning.ts';

/**
 * Out-of-service taints of ours that nothing justifies: on a node that is Ready, or without an open fence that is
 * releasing this very incarnation. Any replica may remove them, leader or not: a taint left behind on a living node lets
 * Kubernetes pull its disks.
 */
export function decideHygiene(snapshot: Snapshot, openByNode: ReadonlyMap<string, NodeFence>): Decision[] {
  const decisions: Decision[] = [];
  for (const node of snapshot.nodes.values()) {
    if (!node.taints.some(isOurs)) continue;
    const because = unjustified(node, openByNode.get(node.name));
    if (because !== undefined) decisions.push({ kind: 'liftOutOfService', node: node.name, nodeUID: node.uid, fence: undefined, because });
  }
  return decisions;
}

function unjustified(node: NodeRecord, fence: NodeFence | undefined): string | undefined {
  if (node.ready === 'True') return 'the node is Ready';
  if (fence?.status?.phase !== 'Releasing') return 'no fence is releasing this node';
  if (fence.spec.nodeUID !== node.uid || fence.spec.bootID !== node.bootID) return 'the node is not the one that the fence is about';
  return undefined;
}

/** Our isolation taint without an open fence is a leftover; only the leader may call it that. */
export function decideLeftovers(snapshot: Snapshot, openByNode: ReadonlyMap<string, NodeFence>): Decision[] {
  const decisions: Decision[] = [];
  for (const node of snapshot.nodes.values()) {
    if (hasOurIsolation(node) && !openByNode.has(node.name)) {
      decisions.push({ kind: 'untaint', node: node.name, nodeUID: node.uid, because: 'no fence of this node is open' });
    }
  }
  return decisions;
}

/** Closed records beyond what the history keeps, by number and by age, oldest first. */
export function decideForgetting(closedOfNode: readonly NodeFence[], history: FencingSettings['history'], now: Now): Decision[] {
  const newestFirst = [...closedOfNode].sort((one, other) => (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? '') || other.spec.attempt - one.spec.attempt);
  const oldest = formatInstant(instant(now.wall - history.keep));
  return newestFirst.filter(({ metadata }, index) => index >= history.perNode || (metadata.creationTimestamp ?? oldest) < oldest).map((fence) => ({ kind: 'forget', fence }));
}

export const isOpen = (fence: NodeFence): boolean => fence.status === undefined || !isClosed(fence.status.phase);
