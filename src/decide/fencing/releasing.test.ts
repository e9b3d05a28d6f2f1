import { describe, expect, test } from 'vitest';
import type { AttachmentRecord, NodeRecord, PersistentVolumeRecord, PodRecord, Toleration } from '../../model/cluster.ts';
import type { NodeFenceSpec, NodeFenceStatus } from '../../model/nodefence.ts';
import { instant } from '../../model/time.ts';
import {
  aCommand, aDeadNode, aFence, anAttachment, aReading, aSilence, aSnapshot, aStatus, decideOn, evicting, inWords, isolated, outOfService, rfc3339Ago, secondsAgo, type SnapshotParts,
} from '../../../test/builders/fencing.ts';
import { aNode } from '../../../test/builders/node.ts';
import { anOwner, aPod } from '../../../test/builders/pod.ts';

interface Row {
  readonly title: string;
  readonly status?: Partial<NodeFenceStatus>;
  readonly node?: Partial<NodeRecord>;
  readonly cluster?: SnapshotParts;
  readonly spec?: Partial<NodeFenceSpec>;
  readonly expected: string;
}

const off = { class: 'off', items: [] } as const;
const read = (...readings: ReturnType<typeof aReading>[]): SnapshotParts => ({ readings: { 'n1-1': readings } });
const isOff = read(aReading('off', 2));
const blind: Partial<NodeFenceStatus> = { policy: { ...aStatus('Fenced').policy, plan: [{ method: 'openstack', action: 'reboot', verifies: false }] } };
const confirmed = (expires: number): Partial<NodeFenceSpec> => ({ confirmedOff: { by: 'ann', at: rfc3339Ago(60), expires: rfc3339Ago(expires) } });

const inPhase = (phase: 'Fenced' | 'Releasing', { status = {}, node = {}, cluster = {}, spec = {} }: Row): string => {
  const fence = aFence(aStatus(phase, { evidence: off, command: aCommand(), ...status }), { spec });
  return inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [phase === 'Fenced' ? isolated : evicting], ...node }), aNode({ name: 'n2' })], ...isOff, ...cluster, fences: [fence] })));
};

const fenced: Row[] = [
  { title: 'tells the pods of a machine that is off to end', expected: 'taint NoExecute needs off → Releasing(ReleaseStarted)' },
  { title: 'reads the power again first when the last reading is 5 s old', cluster: read(aReading('off', 5)), expected: 'readPower' },
  { title: 'reads it first after a restart', cluster: read(), expected: 'readPower' },
  { title: 'releases nothing on a reading of more than 15 s ago', cluster: { ...read(aReading('off', 15.1)), running: ['n1-1'] }, expected: 'wait' },
  { title: 'asks a person when the machine is on again', cluster: read(aReading('on', 1)), expected: 'advance → NeedsHuman(PowerCameBack)' },
  { title: 'waits while the device does not know', cluster: read(aReading('unknown', 1)), expected: 'wait' },
  { title: 'lets a node that is Ready finish by itself', node: { ready: 'True' }, expected: 'advance → Returning(ShowsLife)' },
  { title: 'lets a node finish by itself whose Lease moved', cluster: { heartbeats: { n1: aSilence({ renewTime: 'lease-2' }) } }, expected: 'advance → Returning(ShowsLife)' },
  { title: 'lets a rebooted node finish by itself', status: { evidence: { class: 'rebooted', items: [] } }, node: { bootID: 'boot-2' }, expected: 'advance → Returning(Released)' },
  { title: 'tells the pods to end on a claim that is accepted', status: { ...blind, evidence: { class: 'claimed', items: [] } }, cluster: read(), expected: 'taint NoExecute needs off → Releasing(ReleaseStarted)' },
  { title: 'holds when a claim is denied by the node itself', status: { ...blind, evidence: { class: 'claimed', items: [] } }, node: { ready: 'True' }, cluster: read(), expected: 'advance → Returning(ShowsLife)' },
  { title: 'goes by a person\'s word when the script cannot tell', status: blind, spec: confirmed(-60), cluster: read(), expected: 'taint NoExecute needs off → Releasing(ReleaseStarted)' },
  { title: 'asks again when that word has expired', status: blind, spec: confirmed(1), cluster: read(), expected: 'advance → NeedsHuman(ProofExpired)' },
  { title: 'releases nothing without evidence', status: { evidence: { class: 'none', items: [] } }, expected: 'wait' },
];

const set = (given: Partial<PodRecord> = {}): PodRecord => aPod({ name: 'es-0', owners: [anOwner({ kind: 'StatefulSet', name: 'es' })], ...given });
const ending = (given: Partial<PodRecord> = {}): PodRecord => set({ deletionTimestamp: instant(1), ...given });
const volume: { attachments: readonly AttachmentRecord[] } = { attachments: [anAttachment()] };
const tolerating = (toleration: Toleration): Partial<PodRecord> => ({ tolerations: [toleration] });
const claiming: Partial<PodRecord> = { volumes: [{ kind: 'claim', claim: 'data' }] };
const onNodes = (...values: string[]): object => ({ nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }] });
const local: PersistentVolumeRecord = { name: 'local-1', uid: 'uid-local-1', resourceVersion: '1', claim: 'shop/data', usableOn: onNodes('n1') };
const both: Partial<NodeRecord> = { taints: [evicting, outOfService] };
const foreign: Partial<NodeRecord> = { taints: [evicting, { ...outOfService, value: 'nodeshutdown', effect: 'NoExecute' }] };
const release = (given: Partial<NodeFenceStatus['policy']['release']>): Partial<NodeFenceStatus> => ({ policy: { ...aStatus('Fenced').policy, release: { ...aStatus('Fenced').policy.release, ...given } } });

const order: Row[] = [
  { title: 'puts NoExecute back when somebody took it off', node: { taints: [isolated] }, expected: 'taint NoExecute needs off' },
  { title: 'first the out-of-service taint', cluster: { ...volume, pods: [ending()] }, expected: 'outOfService' },
  { title: 'then the pods', node: both, cluster: { ...volume, pods: [ending()] }, expected: 'forceDelete es-0' },
  { title: 'then it waits for the volumes', node: both, cluster: volume, expected: 'wait' },
  { title: 'then the taint goes', node: both, expected: 'liftOutOfService' },
  { title: 'then the release is over', expected: 'advance → Returning(Released)' },
  { title: 'without volumes no out-of-service taint is needed', cluster: { pods: [ending()] }, expected: 'forceDelete es-0' },
  { title: 'the taint is not used when the policy says so', status: release({ outOfService: false }), cluster: { ...volume, pods: [ending()] }, expected: 'forceDelete es-0' },
  { title: 'a claim never permits the taint', status: { ...blind, evidence: { class: 'claimed', items: [] } }, cluster: { ...read(), ...volume, pods: [ending()] }, expected: 'forceDelete es-0' },
  { title: 'a foreign out-of-service taint is not overwritten', node: foreign, cluster: { ...volume, pods: [ending()] }, expected: 'forceDelete es-0' },
  { title: 'a foreign out-of-service taint is not removed', node: foreign, expected: 'advance → Returning(Released)' },
  { title: 'pods are left alone when the policy says so', status: release({ deleteStuckPods: false }), node: both, cluster: { ...volume, pods: [ending()] }, expected: 'wait' },
  { title: 'volumes of other nodes do not matter', cluster: { attachments: [anAttachment({ node: 'n2' })] }, expected: 'advance → Returning(Released)' },
];

const podRows: Row[] = [
  { title: 'one that was not told to end is waited for', cluster: { pods: [set()] }, expected: 'wait' },
  { title: 'all that were told to end go at once', cluster: { pods: [ending(), set({ name: 'es-1' }), ending({ name: 'es-2' })] }, expected: 'forceDelete es-0, es-2' },
  { title: 'a DaemonSet pod belongs to the node', cluster: { pods: [ending({ owners: [anOwner({ kind: 'DaemonSet' })] })] }, expected: 'advance → Returning(Released)' },
  { title: 'a mirror pod belongs to the node', cluster: { pods: [ending({ annotations: { 'kubernetes.io/config.mirror': 'x' } })] }, expected: 'advance → Returning(Released)' },
  { title: 'one of kube-system is not ours to delete', cluster: { pods: [ending({ namespace: 'kube-system' })] }, expected: 'advance → Returning(Released)' },
  { title: 'one with a local volume has nowhere to go', cluster: { volumes: [local], pods: [ending(claiming)] }, expected: 'advance → Returning(Released)' },
  { title: 'one with a local volume is not waited for', cluster: { volumes: [local], pods: [set(claiming)] }, expected: 'advance → Returning(Released)' },
  { title: 'one whose volume another node can use is freed', cluster: { volumes: [{ ...local, usableOn: onNodes('n1', 'n2') }], pods: [ending(claiming)] }, expected: 'forceDelete es-0' },
  { title: 'one whose volume can be used everywhere is freed', cluster: { volumes: [{ ...local, usableOn: undefined }], pods: [ending(claiming)] }, expected: 'forceDelete es-0' },
  { title: 'one whose volume is attached is freed, whatever its affinity says', node: both, cluster: { ...volume, volumes: [{ ...local, name: 'pv-1' }], pods: [ending(claiming)] }, expected: 'forceDelete es-0' },
  { title: 'one whose volume has an affinity that nobody can read is freed', cluster: { volumes: [{ ...local, usableOn: { nodeSelectorTerms: [{ matchExpressions: 'x' }] } }], pods: [ending(claiming)] }, expected: 'forceDelete es-0' },
  { title: 'one with a finalizer cannot be helped', cluster: { pods: [ending({ finalizers: ['example.com/x'] })] }, expected: 'advance → Returning(Released)' },
  { title: 'one on another node is not touched', cluster: { pods: [ending({ node: 'n2' })] }, expected: 'advance → Returning(Released)' },
  { title: 'one that tolerates everything is not waited for', cluster: { pods: [set(tolerating({ operator: 'Exists' }))] }, expected: 'advance → Returning(Released)' },
  { title: 'one that tolerates our taint is not waited for', cluster: { pods: [set(tolerating({ key: 'evenkeel.dev/fencing', operator: 'Exists', effect: 'NoExecute' }))] }, expected: 'advance → Returning(Released)' },
  { title: 'one that tolerates only NoSchedule is', cluster: { pods: [set(tolerating({ operator: 'Exists', effect: 'NoSchedule' }))] }, expected: 'wait' },
  { title: 'one that tolerates another taint is', cluster: { pods: [set(tolerating({ key: 'node.kubernetes.io/unreachable', operator: 'Exists' }))] }, expected: 'wait' },
  { title: 'one that tolerates everything and was told to end all the same is freed', cluster: { pods: [ending(tolerating({ operator: 'Exists' }))] }, expected: 'forceDelete es-0' },
];

const doubts: Row[] = [
  { title: 'status says on: the taint goes first', node: both, cluster: read(aReading('on', 1)), expected: 'liftOutOfService' },
  { title: 'status says on: then a person is asked', cluster: read(aReading('on', 1)), expected: 'advance → NeedsHuman(PowerCameBack)' },
  { title: 'status does not know: the taint goes', node: both, cluster: read(aReading('unknown', 1)), expected: 'liftOutOfService' },
  { title: 'status does not know: nothing more is released', cluster: { ...read(aReading('unknown', 1)), pods: [ending()] }, expected: 'wait' },
  { title: 'status does not know: it is asked again', cluster: { ...read(aReading('unknown', 5)), pods: [ending()] }, expected: 'readPower' },
  { title: 'the Lease moved: the taint goes', node: both, cluster: { ...isOff, heartbeats: { n1: aSilence({ renewTime: 'lease-2' }) } }, expected: 'liftOutOfService' },
  { title: 'the Lease moved: nothing more is released', cluster: { ...isOff, pods: [ending()], heartbeats: { n1: aSilence({ renewTime: 'lease-2' }) } }, expected: 'advance → Returning(ShowsLife)' },
  { title: 'another boot: the taint goes', node: { ...both, bootID: 'boot-2' }, expected: 'liftOutOfService' },
  { title: 'another boot: nothing more is released', node: { bootID: 'boot-2' }, cluster: { ...isOff, pods: [ending()] }, expected: 'advance → Returning(ShowsLife)' },
  { title: 'Ready: the taint goes', node: { ...both, ready: 'True' }, expected: 'liftOutOfService' },
  { title: 'a reading of more than 15 s ago: the taint goes when nobody is asking', node: both, cluster: { ...read(aReading('off', 16)), running: [] }, expected: 'readPower' },
  { title: 'the word of a person has expired: the taint goes', status: blind, spec: confirmed(1), node: both, cluster: read(), expected: 'liftOutOfService' },
  { title: 'the word of a person has expired: the person is asked again, and the slot is free', status: blind, spec: confirmed(1), cluster: read(), expected: 'advance → NeedsHuman(ProofExpired)' },
  { title: 'after a restart the power is read before anything', node: both, cluster: { ...read(), pods: [ending()] }, expected: 'readPower' },
  { title: 'and nothing is released until it is', node: both, cluster: { ...read(), running: ['n1-1'], pods: [ending()] }, expected: 'wait' },
  { title: 'the Node object was replaced', node: { uid: 'uid-2' }, expected: 'withdraw → Aborted(IdentityChanged)' },
  { title: 'the Node object is gone', cluster: { nodes: [] }, expected: 'withdraw → Aborted(NodeGone)' },
];

describe('a node that is fenced', () => {
  test.each(fenced)('$title', (row) => expect(inPhase('Fenced', row)).toBe(row.expected));

  test('remembers whom it displaces, with their volumes', () => {
    const pods = [set({ volumes: [{ kind: 'claim', claim: 'data-es-0' }, { kind: 'emptyDir' }] }), aPod({ name: 'agent', owners: [anOwner({ kind: 'DaemonSet' })] })];
    const decision = decideOn(aSnapshot({ nodes: [aDeadNode()], ...isOff, pods, fences: [aFence(aStatus('Fenced', { evidence: off }))] }));
    expect(decision).toMatchObject({ advance: { change: { displaced: [{ namespace: 'shop', name: 'es-0', owner: 'StatefulSet/es', volumes: ['data-es-0'] }] } } });
  });
});

describe('releasing, step by step', () => {
  test.each(order)('$title', (row) => expect(inPhase('Releasing', row)).toBe(row.expected));
});

describe('the end of a release', () => {
  const note = (...pods: PodRecord[]): string => {
    const decision = decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [evicting] })], ...isOff, volumes: [local], pods, fences: [aFence(aStatus('Releasing', { evidence: off }))] }));
    return 'advance' in decision ? (decision.advance?.note ?? '') : '';
  };

  test('says nothing of pods that belong to the node', () => expect(note(ending({ owners: [anOwner({ kind: 'DaemonSet' })] }))).toMatch(/every stuck pod and volume is released$/u));
  test.each([
    { what: 'finalizer', pod: ending({ finalizers: ['example.com/x'] }), says: 'except shop/es-0 (finalizer example.com/x)' },
    { what: 'local volume', pod: ending(claiming), says: 'except shop/es-0 (its volume can be used on this node only)' },
    { what: 'namespace', pod: ending({ namespace: 'kube-system' }), says: 'except kube-system/es-0 (a pod of kube-system)' },
  ])('names a pod that stays for its $what', ({ pod, says }) => expect(note(pod)).toContain(says));
});

describe('a pod on a machine that is off', () => {
  test.each(podRows)('$title', (row) => expect(inPhase('Releasing', row)).toBe(row.expected));
});

describe('doubt while releasing', () => {
  test.each(doubts)('$title', (row) => expect(inPhase('Releasing', row)).toBe(row.expected));

  test('gives the slot back with the end of the release', () => {
    const decision = decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [evicting] })], ...isOff, fences: [aFence(aStatus('Releasing', { evidence: off }))], phaseSince: secondsAgo(5) }));
    expect(decision).toMatchObject({ kind: 'advance', releaseSlot: true });
  });
});

describe('a release that waits for somebody else', () => {
  const held = { attachments: [anAttachment()], readings: { 'n1-1': [aReading('off', 1)] } };
  const node = { taints: [evicting, outOfService] } as const;
  const waiting = (since: number, status: Partial<NodeFenceStatus> = {}): string =>
    inWords(decideOn(aSnapshot({ nodes: [aDeadNode(node)], ...held, phaseSince: secondsAgo(since), fences: [aFence(aStatus('Releasing', { evidence: { class: 'off', items: [] }, command: aCommand(), ...status }))] })));

  test('is waited for', () => expect(waiting(299)).toBe('wait'));
  test('tells why after five minutes, and gives its slot back', () => expect(waiting(301)).toBe('advance → -(ReleaseStuck)'));
  test('once', () => expect(waiting(900, { reason: 'ReleaseStuck' })).toBe('wait'));
});
