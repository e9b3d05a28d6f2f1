import type { Taint } from '../../src/model/cluster.ts';
import { fencingTaint, type NodeFence, outOfServiceTaint, outOfServiceValue } from '../../src/model/nodefence.ts';
import { controllerAccount } from './judges.ts';
import type { AuditedRequest } from './world.ts';

/** A look at the node is good for this long (5 s in the product), and the audit log rounds. */
const lookLifetime = 6_000;

interface Known {
  /** The records as they were last stored, by name. */
  readonly fences: Map<string, NodeFence>;
  readonly taints: Map<string, readonly Taint[]>;
  /** When the controllers last read each node live. */
  readonly looks: Map<string, number>;
  /** Where pods were bound, by UID. */
  readonly bound: Map<string, string>;
  /** UIDs of pods that somebody else told to end. */
  readonly ending: Set<string>;
}

/**
 * Every write of the controller that cannot be taken back and had no right to be: no stored proof of `off` for this very
 * incarnation before it, no live look at the node, no UID, or a pod that nobody had told to end. For `reboot`, NoExecute
 * needs the stored command instead of the proof. `starts`: when controllers were started, since a look of one that is
 * dead counts for nothing.
 */
export function unprovedWrites(audit: readonly AuditedRequest[], starts: readonly number[] = []): string[] {
  const known: Known = { fences: new Map(), taints: new Map(), looks: new Map(), bound: new Map(), ending: new Set() };
  const found: string[] = [];
  for (const request of audit.filter(({ code }) => code < 300).toSorted((one, other) => compare(one.stageTimestamp, other.stageTimestamp))) {
    if (request.user === controllerAccount) for (const fault of faultsOf(request, known, starts)) found.push(`${request.receivedTimestamp} ${request.verb} ${request.uri}: ${fault}`);
    learn(request, known);
  }
  return found;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function faultsOf(request: AuditedRequest, known: Known, starts: readonly number[]): string[] {
  const { verb, object } = request;
  if (isPodDelete(request)) return deleteFaults(request, known, starts);
  if (verb === 'delete' && ['nodes', 'volumeattachments'].includes(object.resource)) return ['nothing of this story deletes such an object'];
  return verb === 'patch' && object.resource === 'nodes' ? taintFaults(request, known, starts) : [];
}

function deleteFaults(request: AuditedRequest, known: Known, starts: readonly number[]): string[] {
  const { uid, grace } = deleteOptions(request);
  const node = known.bound.get(uid) ?? (request.responseObject as { spec?: { nodeName?: string } } | undefined)?.spec?.nodeName ?? '';
  return [
    ...(uid === '' ? ['a pod was deleted without a UID precondition'] : []),
    ...(grace === 0 ? [] : [`a pod was deleted with grace period ${String(grace)}`]),
    ...(known.ending.has(uid) ? [] : ['nobody had told the pod to end']),
    ...withoutProof(node, known),
    ...withoutLook(request, node, { known, starts }),
  ];
}

function taintFaults(request: AuditedRequest, known: Known, starts: readonly number[]): string[] {
  const node = request.object.name;
  const added = addedTaints(request, known);
  const outOfService = added.some(({ key }) => key === outOfServiceTaint);
  const noExecute = added.some(({ key, effect }) => key === fencingTaint && effect === 'NoExecute');
  const needsProof = outOfService || (noExecute && !rebootIntended(node, known));
  return [...(needsProof ? [...withoutProof(node, known), ...otherNode(request, known)] : []), ...(outOfService || noExecute ? withoutLook(request, node, { known, starts }) : [])];
}

const isPodDelete = ({ verb, object }: AuditedRequest): boolean => verb === 'delete' && object.resource === 'pods' && object.subresource === '';

function deleteOptions({ requestObject }: AuditedRequest): { uid: string; grace: unknown } {
  const options = requestObject as { gracePeriodSeconds?: unknown; preconditions?: { uid?: string } } | undefined;
  return { uid: options?.preconditions?.uid ?? '', grace: options?.gracePeriodSeconds };
}

/** Taints of the patch that the node did not have: a list that only goes on carrying one adds nothing. */
function addedTaints({ object, requestObject }: AuditedRequest, known: Known): readonly Taint[] {
  const wanted = (requestObject as { spec?: { taints?: readonly Taint[] } } | undefined)?.spec?.taints ?? [];
  const before = known.taints.get(object.name) ?? [];
  const ours = wanted.filter(({ key, value }) => key === fencingTaint || (key === outOfServiceTaint && value === outOfServiceValue));
  return ours.filter(({ key, effect }) => !before.some((other) => other.key === key && other.effect === effect));
}

const recordsOf = (node: string, { fences }: Known): NodeFence[] => [...fences.values()].filter(({ spec }) => spec.nodeName === node);

const rebootIntended = (node: string, known: Known): boolean =>
  recordsOf(node, known).some(({ status }) => status?.phase === 'Fencing' && status.command?.action === 'reboot' && status.command.outcome === 'intended');

const proofOf = (node: string, known: Known): NodeFence | undefined =>
  recordsOf(node, known).find(({ status }) => status?.evidence.class === 'off' && (status.phase === 'Fenced' || status.phase === 'Releasing'));

const withoutProof = (node: string, known: Known): string[] => (proofOf(node, known) === undefined ? [`no record with evidence off was stored for ${node} before it`] : []);

function otherNode({ requestObject }: AuditedRequest, known: Known): string[] {
  const uid = (requestObject as { metadata?: { uid?: string } } | undefined)?.metadata?.uid ?? '';
  return [...known.fences.values()].some(({ spec }) => spec.nodeUID === uid) ? [] : ['the write does not name the UID of a node that is being fenced'];
}

function withoutLook({ receivedTimestamp }: AuditedRequest, node: string, { known, starts }: { known: Known; starts: readonly number[] }): string[] {
  const at = Date.parse(receivedTimestamp);
  const look = known.looks.get(node);
  if (look === undefined || at - look > lookLifetime) return [`${node} was not read live in the ${lookLifetime / 1_000} s before it`];
  return starts.some((start) => start > look && start < at) ? [`${node} was last read live by a controller that is dead`] : [];
}

function learn(request: AuditedRequest, known: Known): void {
  switch (request.object.resource) {
    case 'nodefences':
      learnFence(request, known);
      break;
    case 'nodes':
      learnNode(request, known);
      break;
    case 'pods':
      learnPod(request, known);
      break;
    default:
  }
}

function learnNode({ verb, user, object, uri, stageTimestamp, responseObject }: AuditedRequest, known: Known): void {
  if (verb === 'get') {
    // Without a resourceVersion etcd itself is asked.
    if (user === controllerAccount && !uri.includes('resourceVersion=')) known.looks.set(object.name, Date.parse(stageTimestamp));
    return;
  }
  const node = responseObject as { metadata?: { uid?: string }; spec?: { taints?: readonly Taint[] } } | undefined;
  if (node?.metadata?.uid !== undefined) known.taints.set(object.name, node.spec?.taints ?? []);
}

function learnPod(request: AuditedRequest, known: Known): void {
  const { verb, user, object, responseObject } = request;
  if (object.subresource === 'binding') learnBinding(request, known);
  const pod = responseObject as { metadata?: { uid?: string }; spec?: { nodeName?: string } } | undefined;
  if (pod?.metadata?.uid === undefined) return;
  if (verb === 'delete' && user !== controllerAccount) known.ending.add(pod.metadata.uid);
  if (pod.spec?.nodeName !== undefined) known.bound.set(pod.metadata.uid, pod.spec.nodeName);
}

function learnFence({ verb, object, responseObject }: AuditedRequest, { fences }: Known): void {
  if (verb === 'delete') fences.delete(object.name);
  else if (verb !== 'get' && verb !== 'list' && verb !== 'watch') {
    const fence = responseObject as NodeFence;
    fences.set(fence.metadata.name, fence);
  }
}

function learnBinding({ requestObject }: AuditedRequest, { bound }: Known): void {
  const binding = requestObject as { metadata?: { uid?: string }; target?: { name?: string } };
  if (binding.metadata?.uid !== undefined && binding.target?.name !== undefined) bound.set(binding.metadata.uid, binding.target.name);
}
