import { describe, expect, test } from 'vitest';
import type { NodeRecord } from '../../model/cluster.ts';
import type { NodeFenceSpec, NodeFenceStatus, PlannedCommand } from '../../model/nodefence.ts';
import { instant } from '../../model/time.ts';
import {
  aCommand, aDeadNode, aFence, aReading, aSilence, aSnapshot, aStatus, decideOn, evicting, inWords, isolated, outOfService, rfc3339Ago, secondsAgo, type SnapshotParts,
} from '../../../test/builders/fencing.ts';
import { anOwner, aPod } from '../../../test/builders/pod.ts';

interface Row {
  readonly title: string;
  readonly status?: Partial<NodeFenceStatus>;
  readonly node?: Partial<NodeRecord>;
  readonly cluster?: SnapshotParts;
  readonly spec?: Partial<NodeFenceSpec>;
  readonly expected: string;
}

const off: NodeFenceStatus['evidence'] = { class: 'off', items: [{ at: rfc3339Ago(60), source: 'script openstack status', says: 'power off' }] };
const rebooted: Partial<NodeFenceStatus> = { evidence: { class: 'rebooted', items: [] }, command: aCommand({ action: 'reboot' }) };
const read = (...readings: ReturnType<typeof aReading>[]): SnapshotParts => ({ readings: { 'n1-1': readings } });
const ready: Partial<NodeRecord> = { ready: 'True', bootID: 'boot-2' };
const beat = (given: Parameters<typeof aSilence>[0]): SnapshotParts => ({ heartbeats: { n1: aSilence(given) } });
const policy = (given: Partial<NodeFenceStatus['policy']>): Partial<NodeFenceStatus> => ({ policy: { ...aStatus('Returning').policy, ...given } });

const decided = (phase: 'Returning' | 'Probation' | 'NeedsHuman', { status = {}, node = {}, cluster = {}, spec = {} }: Row): ReturnType<typeof decideOn> => {
  const fence = aFence(aStatus(phase, { evidence: off, command: aCommand(), ...status }), { spec });
  return decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [evicting], ...node })], ...cluster, fences: [fence] }));
};

const sent = (given: Parameters<typeof aCommand>[0] = {}): Partial<NodeFenceStatus> => ({ powerOn: aCommand({ action: 'on', tries: 1, limit: 60_000, ...given }) });
const cannotTell: readonly PlannedCommand[] = [{ method: 'openstack', action: 'off', verifies: false }];

const poweringOn: Row[] = [
  { title: 'what we powered off is powered on', expected: 'powerOn' },
  { title: 'never while our out-of-service taint is on', node: { taints: [evicting, outOfService] }, expected: 'liftOutOfService' },
  { title: 'never while somebody else\'s out-of-service taint is on', node: { taints: [evicting, { ...outOfService, value: 'other' }] }, expected: 'advance → -(ForeignOutOfService)' },
  { title: 'which is told once', status: { reason: 'ForeignOutOfService' }, node: { taints: [evicting, { ...outOfService, value: 'other' }] }, expected: 'wait' },
  { title: 'as soon as that is gone', status: { reason: 'ForeignOutOfService' }, expected: 'powerOn' },
  { title: 'not when the policy says so', status: policy({ return: { ...aStatus('Returning').policy.return, powerOn: false } }), expected: 'wait' },
  { title: 'not when a person said that it is off', status: { evidence: { class: 'off', items: [{ at: '', source: 'ann', says: 'confirmed' }] } }, expected: 'wait' },
  { title: 'not when its script cannot tell', status: policy({ plan: cannotTell }), expected: 'wait' },
  { title: 'not after a reboot', status: rebooted, node: { bootID: 'boot-2' }, cluster: beat({ unknownSince: undefined }), expected: 'wait' },
  { title: 'not when it has booted already', node: { bootID: 'boot-2', ready: 'False' }, cluster: beat({ unknownSince: undefined }), expected: 'wait' },
  { title: 'one at a time', cluster: { running: ['n1-1'] }, expected: 'wait' },
  { title: 'a command of another process is given its limit', status: sent({ outcome: 'intended', by: 'other' }), cluster: { phaseSince: secondsAgo(59) }, expected: 'wait' },
  { title: 'a machine is given the whole limit to come up, though its command ended at once', status: sent(), cluster: { ...read(aReading('off', 1)), phaseSince: secondsAgo(59) }, expected: 'wait' },
  { title: 'then its power is read', status: sent(), cluster: { phaseSince: secondsAgo(61) }, expected: 'readPower' },
  { title: 'every 10 s', status: sent(), cluster: { ...read(aReading('off', 12)), phaseSince: secondsAgo(61) }, expected: 'readPower' },
  { title: 'a machine that is on has to report back', status: sent(), cluster: { ...read(aReading('on', 1)), phaseSince: secondsAgo(600) }, expected: 'wait' },
  { title: 'a machine that stays off is powered on again', status: sent(), cluster: { ...read(aReading('off', 1)), phaseSince: secondsAgo(61) }, expected: 'powerOn' },
  { title: 'not for ever', status: sent({ tries: 3 }), cluster: { ...read(aReading('off', 1)), phaseSince: secondsAgo(61) }, expected: 'advance → -(PowerOnFailed)' },
  { title: 'which is told once: whoever switches it on brings the node back', status: { ...sent({ tries: 3 }), reason: 'PowerOnFailed' }, cluster: { ...read(aReading('off', 1)), phaseSince: secondsAgo(61) }, expected: 'wait' },
];

const ending = aPod({ deletionTimestamp: instant(1) });
const comingBack: Row[] = [
  { title: 'a node that is Ready goes on probation', node: ready, expected: 'taint NoSchedule needs nothing → Probation(Ready)' },
  { title: 'its kubelet finishes the old pods first', node: ready, cluster: { pods: [ending] }, expected: 'wait' },
  { title: 'but not those that a finalizer keeps', node: ready, cluster: { pods: [aPod({ ...ending, finalizers: ['example.com/x'] })] }, expected: 'taint NoSchedule needs nothing → Probation(Ready)' },
  { title: 'nor those of DaemonSets', node: ready, cluster: { pods: [aPod({ ...ending, owners: [anOwner({ kind: 'DaemonSet' })] })] }, expected: 'taint NoSchedule needs nothing → Probation(Ready)' },
  { title: 'an out-of-service taint of ours goes first of all', node: { ...ready, taints: [evicting, outOfService] }, expected: 'liftOutOfService' },
  { title: 'another machine gets nothing back', node: { ...ready, systemUUID: 'x' }, expected: 'advance → NeedsHuman(OtherMachine)' },
  { title: 'a rebooted kubelet that is not Ready yet has not died again', status: rebooted, node: { bootID: 'boot-2', ready: 'False' }, cluster: beat({ unknownSince: undefined, renewTime: 'lease-2', leaseStillSince: secondsAgo(2) }), expected: 'wait' },
  { title: 'a rebooted kubelet whose last word is old has not died again before the threshold', status: rebooted, node: { bootID: 'boot-2' }, cluster: beat({ unknownSince: secondsAgo(30), renewTime: 'lease-2', leaseStillSince: secondsAgo(70) }), expected: 'wait' },
  { title: 'one that is silent again for the whole threshold has', status: rebooted, node: { bootID: 'boot-2' }, cluster: beat({ unknownSince: secondsAgo(60), renewTime: 'lease-2', leaseStillSince: secondsAgo(100) }), expected: 'withdraw → Aborted(DiedAgain)' },
  { title: 'so has one that showed life without a reboot and is silent again', node: {}, cluster: beat({ unknownSince: secondsAgo(60), renewTime: 'lease-2', leaseStillSince: secondsAgo(100) }), expected: 'withdraw → Aborted(DiedAgain)' },
  { title: 'one that never came back has not', status: { powerOn: aCommand({ action: 'on' }) }, cluster: { ...beat({}), ...read(aReading('on', 1)) }, expected: 'wait' },
];

const probation: Row[] = [
  { title: 'lasts as long as the policy says', node: { ...ready, taints: [isolated] }, cluster: beat({ readySince: secondsAgo(119) }), expected: 'wait' },
  { title: 'then the node is given back', node: { ...ready, taints: [isolated] }, cluster: beat({ readySince: secondsAgo(120) }), expected: 'withdraw → Succeeded(Restored)' },
  { title: 'is not over because nobody has seen it begin', node: { ...ready, taints: [isolated] }, cluster: beat({ readySince: undefined }), expected: 'wait' },
  { title: 'begins anew after a relapse', node: { bootID: 'boot-2', ready: 'False' }, cluster: beat({ unknownSince: undefined }), expected: 'advance → Returning(Relapsed)' },
  { title: 'ends when the node dies again', node: { bootID: 'boot-2' }, cluster: beat({ unknownSince: secondsAgo(60), renewTime: 'lease-2', leaseStillSince: secondsAgo(60) }), expected: 'withdraw → Aborted(DiedAgain)' },
];

const confirmedOff = { by: 'ann', at: rfc3339Ago(60), expires: rfc3339Ago(-600) };
const needsHuman: Row[] = [
  { title: 'nothing moves by itself', expected: 'wait' },
  { title: 'an out-of-service taint of ours goes', node: { taints: [evicting, outOfService] }, expected: 'liftOutOfService' },
  { title: 'a node that comes back ends it', node: ready, expected: 'withdraw → Recovered(ReadyAgain)' },
  { title: 'not when it is another machine', node: { ...ready, machineID: 'x' }, expected: 'wait' },
  { title: 'a person cancels it', spec: { cancelled: true }, expected: 'withdraw → Aborted(Cancelled)' },
  { title: 'a person confirms it', spec: { confirmedOff }, expected: 'advance → Verifying(Confirmed)' },
  { title: 'an expired word does nothing', spec: { confirmedOff: { ...confirmedOff, expires: rfc3339Ago(1) } }, expected: 'wait' },
  { title: 'a word from before the device said on does nothing', spec: { confirmedOff }, cluster: read(aReading('on', 5)), expected: 'wait' },
  { title: 'a word about a machine that is another one by now does nothing', node: { bootID: 'boot-2', systemUUID: 'x' }, spec: { confirmedOff }, expected: 'wait' },
];

describe.each<[string, 'Returning' | 'Probation' | 'NeedsHuman', Row[]]>([
  ['powering on', 'Returning', poweringOn],
  ['coming back', 'Returning', comingBack],
  ['probation', 'Probation', probation],
  ['when a person has to look', 'NeedsHuman', needsHuman],
])('%s', (_name, phase, rows) => {
  test.each(rows)('$title', (row) => expect(inWords(decided(phase, row))).toBe(row.expected));
});

test('with a person\'s word and no reading that denies it, the next passes lead to the release and never back', () => {
  const fence = aFence(aStatus('Verifying', { level: 7, reason: 'Confirmed' }), { spec: { confirmedOff } });
  expect(inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [evicting] })], fences: [fence] })))).toBe('advance → Fenced(Proved)');
});
