import type { Configuration } from '../../model/configuration.ts';
import type { Decision } from '../../model/decision.ts';
import type { NodeRecord } from '../../model/cluster.ts';
import { emptyStatus, type NodeFence, nodeUIDOf } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Now } from '../../model/time.ts';
import { decideHeld, decideIsolating, takeUp, type View } from './before-command.ts';
import { end, sameIncarnation, wait } from './cases.ts';
import type { Case } from './fresh.ts';
import { decideAbsent } from './absent.ts';
import { takeCensus } from './guards.ts';
import { decideForgetting, decideHygiene, decideLeftovers, isOpen } from './hygiene.ts';
import { decideOpening } from './opening.ts';
import { isNewRequest } from './requests.ts';
import { decideFenced, decideReleasing } from './releasing.ts';
import { decideNeedsHuman, decideProbation, decideReturning } from './returning.ts';
import { decideFencing, decideVerifying } from './verifying.ts';

/**
 * Everything that fencing wants to do now: at most one step for each node, and leftovers of interrupted ones first.
 * `mode: observe` writes records of what would be done, and takes back what an enforcing controller left behind.
 */
export function decideFences(snapshot: Snapshot, config: Configuration, now: Now): Decision[] {
  const { openByNode, endedByNode, superseded } = sortFences(snapshot);
  const view: View = { snapshot, config, now, census: takeCensus(snapshot, config.fencing) };
  const decisions = [...decideHygiene(snapshot, openByNode), ...decideLeftovers(snapshot, openByNode), ...superseded.map(closeSuperseded)];
  const busy = new Set(decisions.map(nodeOf));
  for (const [name, fence] of openByNode) if (!busy.has(name)) decisions.push(decideFence(fence, snapshot.nodes.get(name), view));
  for (const node of snapshot.nodes.values()) {
    if (node.ready === 'True' || openByNode.has(node.name) || busy.has(node.name)) continue;
    const decision = decideOpening(node, endedByNode.get(node.name) ?? [], config, view);
    if (decision !== undefined) decisions.push(decision);
  }
  for (const [name, ended] of endedByNode) if (!openByNode.has(name)) decisions.push(...decideForgetting(ended, config.fencing.history, now));
  return onePerNode(decisions).map((decision) => (config.mode === 'enforce' || harmless.has(decision.kind) ? decision : { kind: 'wait', node: nodeOf(decision), because: 'mode is observe' }));
}

const harmless: ReadonlySet<Decision['kind']> = new Set(['wait', 'open', 'advance', 'forget', 'withdraw', 'liftOutOfService', 'untaint']);

function onePerNode(decisions: readonly Decision[]): Decision[] {
  const first = new Map<string, Decision>();
  for (const decision of decisions) if ((first.get(nodeOf(decision))?.kind ?? 'wait') === 'wait') first.set(nodeOf(decision), decision);
  return [...first.values()];
}

/** The node that a decision is about. */
export const nodeOf = (decision: Decision): string => ('node' in decision ? decision.node : decision.fence.spec.nodeName);

/** What any replica may do without being leader, while paused, and before anything else at start. */
export const decideWithoutLease = (snapshot: Snapshot): Decision[] => decideHygiene(snapshot, sortFences(snapshot).openByNode);

function sortFences(snapshot: Snapshot): { openByNode: Map<string, NodeFence>; endedByNode: Map<string, NodeFence[]>; superseded: NodeFence[] } {
  const openByNode = new Map<string, NodeFence>();
  const endedByNode = new Map<string, NodeFence[]>();
  const superseded: NodeFence[] = [];
  for (const fence of snapshot.fences.values()) {
    const name = fence.spec.nodeName;
    const other = openByNode.get(name);
    if (!isOpen(fence)) endedByNode.set(name, [...(endedByNode.get(name) ?? []), fence]);
    else if (other === undefined) openByNode.set(name, fence);
    else {
      const [newer, older] = isNewer(fence, other) ? [fence, other] : [other, fence];
      openByNode.set(name, newer);
      superseded.push(older);
    }
  }
  return { openByNode, endedByNode, superseded };
}

function isNewer(one: NodeFence, other: NodeFence): boolean {
  if (isNewRequest(one) !== isNewRequest(other)) return isNewRequest(other);
  if (sameIncarnation(one, other)) return one.spec.attempt > other.spec.attempt;
  return (one.metadata.creationTimestamp ?? '') > (other.metadata.creationTimestamp ?? '');
}

/** A crash between opening the next attempt and closing this one leaves two open: the newer one goes on. */
function closeSuperseded(fence: NodeFence): Decision {
  if (isNewRequest(fence)) {
    const note = `The request of ${fence.spec.requestedBy} is closed: another fence of ${fence.spec.nodeName} is open. Cancel that one first, or confirm that the machine is off`;
    return { kind: 'advance', fence, advance: { step: 'Aborted', cause: 'AnotherOpen', note, change: { phase: 'Aborted', reason: 'AnotherOpen', message: note } }, releaseSlot: false };
  }
  const note = `Attempt ${fence.spec.attempt} on ${fence.spec.nodeName} is closed: a later one goes on`;
  const advance = { step: 'Escalated' as const, cause: 'Superseded', note, change: { phase: 'Aborted' as const, reason: fence.status?.command === undefined ? 'Superseded' : 'NotProved', message: note } };
  return { kind: 'advance', fence, advance, releaseSlot: true };
}

function decideFence(fence: NodeFence, node: NodeRecord | undefined, view: View): Decision {
  const { snapshot, now } = view;
  if (fence.status === undefined) {
    if (node !== undefined && node.uid === fence.spec.nodeUID) return takeUp(fence, node, view);
    return end({ fence, status: emptyStatus, node, snapshot, now }, 'Aborted', 'IdentityChanged', `${fence.spec.nodeName} is not the node that this fence is about`);
  }
  const at: Case = { fence, status: fence.status, node, snapshot, now };
  if (node === undefined || node.uid !== nodeUIDOf(fence)) return decideAbsent(at, node) ?? identityChanged(at, node);
  return decidePhase(at, node, view);
}

function decidePhase(at: Case, node: NodeRecord, view: View): Decision {
  const { phase } = at.status;
  switch (phase) {
    case 'Held':
      return decideHeld(at, node, view);
    case 'Isolating':
      return decideIsolating(at, node, view);
    case 'Fencing':
      return decideFencing(at);
    case 'Verifying':
      return decideVerifying(at, node);
    case 'Fenced':
      return decideFenced(at, node);
    case 'Releasing':
      return decideReleasing(at, node);
    case 'Returning':
      return decideReturning(at, node, view);
    case 'Probation':
      return decideProbation(at, node, view);
    case 'NeedsHuman':
      return decideNeedsHuman(at, node);
    case 'Succeeded':
    case 'Recovered':
    case 'Aborted':
      return wait(at, 'the fence has ended');
    default:
      return wait(at, `its phase ${JSON.stringify(phase satisfies never)} is none that this version knows`);
  }
}

function identityChanged(at: Case, node: NodeRecord | undefined): Decision {
  const name = at.fence.spec.nodeName;
  if (at.snapshot.scriptRunning(at.fence.metadata.name)) return wait(at, 'the script for a node that has vanished is still running');
  if (node === undefined) return end(at, 'Aborted', 'NodeGone', `The Node object ${name} was deleted by somebody else: this fence ends, what is still attached follows Kubernetes' own rules`);
  return end(at, 'Aborted', 'IdentityChanged', `The Node object ${name} was replaced by another one: this fence ends`);
}
