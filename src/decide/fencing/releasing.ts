import { isDaemonSetPod, isMirrorPod, type NodeRecord, type PodRecord, type Taint } from '../../model/cluster.ts';
import type { Decision } from '../../model/decision.ts';
import { type DisplacedPod, fencingTaint, outOfServiceTaint, outOfServiceValue } from '../../model/nodefence.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { type Duration, elapsed, formatDuration, minutes } from '../../model/time.ts';
import { advanceTo, askHuman, end, step, wait } from './cases.ts';
import { staysWithMachine } from './local-volumes.ts';
import { type Case, lastReading, offProof, type Proof, proofLifetime, readingDue, readingInterval, signOfLife } from './fresh.ts';

/** Fenced: a rebooted node finishes its own pods; a machine that is off gives up what it held. */
export function decideFenced(at: Case, node: NodeRecord): Decision {
  const { status } = at;
  if (status.evidence.class === 'rebooted') return returning(at, `${node.name} has rebooted: its kubelet finishes the old pods and unmounts their volumes`);
  if (at.fence.spec.cancelled === true) return end(at, 'Aborted', 'Cancelled', `The fence of ${node.name} was cancelled: its machine is proved off, and nothing was released`);
  const proof = offProof(at);
  if (proof === 'contradicted') return doubtful(at, node);
  if (readingDue(at, readingInterval) && needsReadings(at)) return { kind: 'readPower', fence: at.fence };
  if (proof === 'stale') return withoutFreshProof(at, node);
  const note = `${node.name} is off: its pods are told to end, what they hold is released`;
  const displaced = displacedPods(at, node);
  return { kind: 'taint', fence: at.fence, effect: 'NoExecute', needs: 'off', advance: step('ReleaseStarted', status.evidence.class, note, { phase: 'Releasing', reason: 'ReleaseStarted', message: note, displaced: displaced.slice(0, mostDisplaced) }) };
}

/** Releasing: the out-of-service taint, force-deletes by UID, volumes gone; all of it only while the proof is fresh. */
export function decideReleasing(at: Case, node: NodeRecord): Decision {
  const proof = offProof(at);
  if (proof === 'contradicted') return doubtful(at, node);
  if (readingDue(at, readingInterval) && needsReadings(at)) return { kind: 'readPower', fence: at.fence };
  if (proof === 'stale') return withoutFreshProof(at, node);
  return releaseNext(at, node, proof);
}

/** One step of the release, in the only order that is safe: taint, force-delete, volumes gone, taint off, done. */
function releaseNext(at: Case, node: NodeRecord, _proof: Extract<Proof, 'fresh'>): Decision {
  const { fence, status, snapshot } = at;
  const { release } = status.policy;
  if (!node.taints.some(({ key, effect }) => key === fencingTaint && effect === 'NoExecute')) {
    return { kind: 'taint', fence, effect: 'NoExecute', needs: 'off', advance: undefined };
  }
  const held = [...snapshot.attachmentsOn(node.name)].length;
  const tainted = node.taints.some(({ key }) => key === outOfServiceTaint);
  if (held > 0 && !tainted && release.outOfService && status.evidence.class === 'off') {
    return { kind: 'outOfService', fence, note: `${node.name} is off: its ${held} attached volumes may be detached without waiting for it` };
  }
  return (release.deleteStuckPods ? releasePods(at, node) : undefined) ?? releaseVolumes(at, node, held);
}

function releasePods(at: Case, node: NodeRecord): Decision | undefined {
  const pods = stuckPods(at, node);
  if (pods.length > 0) return { kind: 'forceDelete', fence: at.fence, pods };
  const waiting = displaceable(at, node).length;
  return waiting > 0 ? stuck(at, `${waiting} pods of the dead node have not been told to end yet`) : undefined;
}

function releaseVolumes(at: Case, node: NodeRecord, held: number): Decision {
  if (held > 0) return stuck(at, `${held} volumes are still attached to the dead node${kept(at, node)}`);
  if (node.taints.some(isOurs)) return lift(at, node, 'every volume is released');
  return returning(at, `${node.name} holds nothing any more: every stuck pod and volume is released${leftBehind(at, node)}`);
}

/** Longer than a healthy attach-detach controller and CSI driver ever take. */
const patience: Duration = minutes(5);

/** After a while the reason is told, once, and the slot is given back: nothing more is taken from this node, and others may need help. */
function stuck(at: Case, what: string): Decision {
  const since = at.snapshot.phaseSince(at.fence.metadata.name) ?? at.now.tick;
  if (at.status.reason === 'ReleaseStuck' || elapsed(since, at.now.tick) < patience) return wait(at, what);
  const note = `The release of ${at.fence.spec.nodeName} has waited for ${formatDuration(patience)}: ${what}. It goes on by itself when that is solved`;
  return advanceTo(at, step('ReleaseStuck', at.status.evidence.class, note, { reason: 'ReleaseStuck', message: note, lastError: note }), true);
}

/** Pods that nobody of us may remove: what keeps their volumes. */
function kept(at: Case, node: NodeRecord): string {
  const pods = [...at.snapshot.podsOn(node.name)].filter((pod) => pod.volumes.some(({ kind }) => kind === 'claim'));
  return pods.length === 0 ? '' : `, used by ${pods.slice(0, 5).map(({ namespace, name, finalizers }) => `${namespace}/${name}${finalizers.length === 0 ? '' : ` (finalizer ${finalizers.join(', ')})`}`).join(', ')}`;
}

/** Pods that wait for the node itself, each with the reason: nobody has to guess why one is still Terminating. */
function leftBehind(at: Case, node: NodeRecord): string {
  const left = [...at.snapshot.podsOn(node.name)].flatMap((pod) => {
    if (pod.deletionTimestamp === undefined || isMirrorPod(pod) || isDaemonSetPod(pod)) return [];
    return `${pod.namespace}/${pod.name} (${whyKept(pod, node, at.snapshot)})`;
  });
  return left.length === 0 ? '' : `, except ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`;
}

function whyKept(pod: PodRecord, node: NodeRecord, snapshot: Snapshot): string {
  if (pod.namespace === protectedNamespace) return `a pod of ${protectedNamespace}`;
  return pod.finalizers.length > 0 ? `finalizer ${pod.finalizers.join(', ')}` : staysWithMachine(pod, node, snapshot) ? 'its volume can be used on this node only' : 'not told to delete it';
}

/** Something says that the machine lives: the out-of-service taint goes first, then whoever has to decides. */
function doubtful(at: Case, node: NodeRecord): Decision {
  const life = signOfLife(at);
  const { power, because } = lastReading(at) ?? { power: 'unknown', because: 'not read yet' };
  if (node.taints.some(isOurs)) return lift(at, node, life ?? `its power is ${power}`);
  if (life !== undefined) {
    const note = `${node.name} shows life (${life}): nothing more is released, its kubelet finishes what is left`;
    return advanceTo(at, step('LifeSeen', at.status.evidence.class, note, { phase: 'Returning', reason: 'ShowsLife', message: note }), true);
  }
  if (power === 'on') {
    return askHuman(at, 'PowerCameBack', `The machine of ${node.name} was proved off and is on again, with no sign of its kubelet: nothing more is released. Look at the machine, then confirm or cancel`);
  }
  if (needsReadings(at) && readingDue(at, readingInterval)) return { kind: 'readPower', fence: at.fence };
  return wait(at, `the status of the machine is ${power} (${because}): nothing is released meanwhile`);
}

function withoutFreshProof(at: Case, node: NodeRecord): Decision {
  const taint = node.taints.find(({ key }) => key === outOfServiceTaint);
  const last = lastReading(at)?.tick ?? at.snapshot.phaseSince(at.fence.metadata.name) ?? at.now.tick;
  const running = at.snapshot.scriptRunning(at.fence.metadata.name) && elapsed(last, at.now.tick) < 2 * proofLifetime;
  // The first reading after a restart is under way: the taint may stand that long, and not longer.
  if (taint !== undefined && isOurs(taint) && !running) return lift(at, node, `its power was not read for ${formatDuration(proofLifetime)}`);
  if (at.status.evidence.class === 'off' && !needsReadings(at)) {
    return askHuman(at, 'ProofExpired', `Nothing says any more that the machine of ${node.name} is off: its script cannot tell, and the word of a person has expired. Nothing more is released. Make sure that it is off, then confirm it anew`);
  }
  return wait(at, 'the power of the machine is read again before anything more is released');
}

/** As many as the record holds. */
const mostDisplaced = 1_000;

export const isOurs = (taint: Taint): boolean => taint.key === outOfServiceTaint && taint.value === outOfServiceValue;

function lift(at: Case, node: NodeRecord, because: string): Decision {
  return { kind: 'liftOutOfService', node: node.name, nodeUID: node.uid, fence: at.fence, because };
}

function returning(at: Case, note: string): Decision {
  return advanceTo(at, step('Released', at.status.evidence.class, note, { phase: 'Returning', reason: 'Released', message: note }), true);
}

const needsReadings = ({ status }: Case): boolean => status.evidence.class === 'off' && status.policy.plan[status.level]?.verifies === true;

/** Pods that were told to end and that nobody is left to end. DaemonSet and mirror pods belong to the node: never touched. */
function stuckPods(at: Case, node: NodeRecord): PodRecord[] {
  return removable(at, node).filter((pod) => pod.deletionTimestamp !== undefined);
}

/** A pod that tolerates every taint stays bound: nothing tells it to end, so nothing waits for it. */
const displaceable = (at: Case, node: NodeRecord): PodRecord[] => removable(at, node).filter((pod) => pod.deletionTimestamp !== undefined || !toleratesIsolation(pod));

function removable({ snapshot }: Case, node: NodeRecord): PodRecord[] {
  return [...snapshot.podsOn(node.name)].filter((pod) => pod.namespace !== protectedNamespace && !isMirrorPod(pod) && !isDaemonSetPod(pod) && pod.finalizers.length === 0 && !staysWithMachine(pod, node, snapshot));
}

/** The admission policy on our own deletes refuses this namespace: what runs there keeps the cluster itself alive. */
const protectedNamespace = 'kube-system';

const toleratesIsolation = (pod: PodRecord): boolean =>
  pod.tolerations.some(
    ({ key, operator, effect }) => (effect === undefined || effect === '' || effect === 'NoExecute') && operator === 'Exists' && (key === undefined || key === '' || key === fencingTaint),
  );

function displacedPods(at: Case, node: NodeRecord): DisplacedPod[] {
  return displaceable(at, node).map((pod) => {
    const owner = pod.owners.find(({ controller }) => controller);
    return {
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      ...(owner === undefined ? {} : { owner: `${owner.kind}/${owner.name}` }),
      volumes: pod.volumes.flatMap((volume) => (volume.kind === 'claim' ? [volume.claim] : [])),
    };
  });
}
