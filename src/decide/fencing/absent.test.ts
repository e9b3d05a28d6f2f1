import { describe, expect, test } from 'vitest';
import type { NodeRecord } from '../../model/cluster.ts';
import type { NodeFenceSpec, NodeFenceStatus, Phase } from '../../model/nodefence.ts';
import { minutes } from '../../model/time.ts';
import { aCommand, aDeadNode, aFence, anAttachment, aReading, aSnapshot, aStatus, decideOn, evicting, inWords, isolated, rfc3339Ago, secondsAgo, type SnapshotParts } from '../../../test/builders/fencing.ts';
import { anOwner, aPod } from '../../../test/builders/pod.ts';

const off: NodeFenceStatus['evidence'] = { class: 'off', items: [{ at: rfc3339Ago(60), source: 'script openstack status', says: 'power off' }] };
const deleteAfter = (after: NodeFenceStatus['policy']['release']['deleteNodeAfter']): Partial<NodeFenceStatus> => ({ policy: { ...aStatus('Returning').policy, release: { deleteStuckPods: true, outOfService: true, deleteNodeAfter: after } } });
const readings = (...all: ReturnType<typeof aReading>[]): SnapshotParts => ({ readings: { 'n1-1': all } });

interface Row {
  readonly title: string;
  readonly phase?: Phase;
  readonly status?: Partial<NodeFenceStatus>;
  readonly spec?: Partial<NodeFenceSpec>;
  /** We have not tried to power it on yet. */
  readonly untried?: true;
  /** `null`: there is no Node object. */
  readonly node?: Partial<NodeRecord> | null;
  readonly cluster?: SnapshotParts;
  readonly expected: string;
}

const tried: Partial<NodeFenceStatus> = { reason: 'PowerOnFailed', powerOn: aCommand({ action: 'on', tries: 3, limit: 1_000 }) };

const decided = ({ phase = 'Returning', status = {}, spec = {}, node = {}, cluster = {}, untried }: Row): ReturnType<typeof decideOn> => {
  const fence = aFence(aStatus(phase, { evidence: off, command: aCommand(), ...(untried === true ? {} : tried), ...status }), { spec });
  const nodes = node === null ? [] : [aDeadNode({ taints: [evicting], ...node })];
  return decideOn(aSnapshot({ nodes, phaseSince: secondsAgo(601), ...cluster, fences: [fence] }));
};

const deleting: Row[] = [
  { title: 'goes when the machine stayed off for the whole time', status: deleteAfter(minutes(10)), cluster: readings(aReading('off', 1)), expected: 'deleteNode → -(DeletingNode)' },
  { title: 'not a moment earlier', status: deleteAfter(minutes(11)), cluster: readings(aReading('off', 1)), expected: 'wait' },
  { title: 'not before it had the chance to be powered on', untried: true, status: deleteAfter(minutes(10)), cluster: readings(aReading('off', 1)), expected: 'powerOn' },
  { title: 'never when the policy says never', status: deleteAfter('never'), cluster: readings(aReading('off', 1)), expected: 'wait' },
  { title: 'never without the right to', status: deleteAfter(minutes(10)), cluster: { ...readings(aReading('off', 1)), self: { mayDeleteNodes: false } }, expected: 'wait' },
  { title: 'not before its power is read again', status: deleteAfter(minutes(10)), expected: 'readPower' },
  { title: 'not on a reading that is 15 s old', status: deleteAfter(minutes(10)), cluster: readings(aReading('off', 16)), expected: 'readPower' },
  { title: 'not when its power is on', status: deleteAfter(minutes(10)), cluster: readings(aReading('on', 1)), expected: 'wait' },
  { title: 'not when its power is unknown', status: deleteAfter(minutes(10)), cluster: readings(aReading('unknown', 1)), expected: 'wait' },
  { title: 'not after a reboot', status: { ...deleteAfter(minutes(10)), evidence: { class: 'rebooted', items: [] } }, cluster: readings(aReading('off', 1)), expected: 'wait' },
  { title: 'not on a mere claim', status: { ...deleteAfter(minutes(10)), evidence: { class: 'claimed', items: [] } }, cluster: readings(aReading('off', 1)), expected: 'wait' },
  { title: 'not while a volume is attached', status: deleteAfter(minutes(10)), cluster: { ...readings(aReading('off', 1)), attachments: [anAttachment()] }, expected: 'wait' },
  { title: 'not when it has booted and died again', status: deleteAfter(minutes(10)), node: { bootID: 'boot-2' }, cluster: readings(aReading('off', 1)), expected: 'withdraw → Aborted(DiedAgain)' },
  { title: 'not while evenkeel is paused', status: deleteAfter(minutes(10)), cluster: { ...readings(aReading('off', 1)), self: { paused: { by: 'ann', reason: 'works', since: '' } as never } }, expected: 'wait' },
  { title: 'is waited for while a finalizer holds it', status: deleteAfter(minutes(10)), node: { deleting: true }, cluster: readings(aReading('off', 1)), expected: 'wait' },
];

const absent: Row[] = [
  { title: 'a Node object that goes after the release leaves its record open', node: null, expected: 'advance → Returning(NodeDeleted)' },
  { title: 'which then waits', node: null, status: { nodeDeleted: rfc3339Ago(5) }, expected: 'wait' },
  { title: 'a person may end it', node: null, status: { nodeDeleted: rfc3339Ago(5) }, spec: { cancelled: true }, expected: 'withdraw → Aborted(Cancelled)' },
  { title: 'before the release a Node object that goes ends the fence', phase: 'Verifying', node: null, expected: 'withdraw → Aborted(NodeGone)' },
  { title: 'a replaced one too', phase: 'Releasing', node: { uid: 'uid-other' }, expected: 'withdraw → Aborted(IdentityChanged)' },
  { title: 'the same machine gets back what it had', node: { uid: 'uid-new', bootID: 'boot-2' }, status: { nodeDeleted: rfc3339Ago(5) }, expected: 'restore → Returning(Reregistered)' },
  { title: 'another machine gets nothing', node: { uid: 'uid-new', systemUUID: 'other' }, status: { nodeDeleted: rfc3339Ago(5) }, expected: 'advance → NeedsHuman(OtherMachine)' },
  { title: 'and keeps getting nothing', phase: 'NeedsHuman', node: { uid: 'uid-new', systemUUID: 'other' }, status: { reason: 'OtherMachine', nodeDeleted: rfc3339Ago(5) }, expected: 'wait' },
  { title: 'until a person says that it is right', phase: 'NeedsHuman', node: { uid: 'uid-new', systemUUID: 'other' }, status: { reason: 'OtherMachine', nodeDeleted: rfc3339Ago(5) }, spec: { cancelled: true }, expected: 'withdraw → Aborted(Cancelled)' },
  { title: 'registered again, it is on probation as soon as it is Ready', node: { uid: 'uid-new', bootID: 'boot-2', ready: 'True', taints: [isolated] }, status: { nodeDeleted: rfc3339Ago(5), returnedUID: 'uid-new' }, expected: 'taint NoSchedule needs nothing → Probation(Ready)' },
];

const well = { uid: 'uid-n1', bootID: 'boot-2', ready: 'True', taints: [isolated] } as const;
const serving: Row[] = [
  { title: 'a missing CSI driver keeps the node on probation', node: well, status: { before: { labels: {}, taints: [], drivers: ['disk.example'] } }, expected: 'wait' },
  { title: 'until it is registered', node: well, status: { before: { labels: {}, taints: [], drivers: ['disk.example'] } }, cluster: { drivers: ['disk.example'] }, expected: 'withdraw → Succeeded(Restored)' },
  { title: 'a DaemonSet pod that is not Ready does too', node: well, cluster: { pods: [aPod({ owners: [anOwner({ kind: 'DaemonSet' })], ready: false })] }, expected: 'wait' },
  { title: 'until it is', node: well, cluster: { pods: [aPod({ owners: [anOwner({ kind: 'DaemonSet' })], ready: true })] }, expected: 'withdraw → Succeeded(Restored)' },
];

describe('the Node object of a machine that stays off', () => {
  test.each(deleting)('$title', (row) => expect(inWords(decided(row))).toBe(row.expected));
});

describe('a Node object that is not there, or is another one', () => {
  test.each(absent)('$title', (row) => expect(inWords(decided(row))).toBe(row.expected));
});

describe('a node on probation that is Ready', () => {
  test.each(serving)('$title', (row) => expect(inWords(decided({ phase: 'Probation', ...row }))).toBe(row.expected));
});
