import { describe, expect, test } from 'vitest';
import type { FenceCommand, NodeFenceSpec, NodeFenceStatus, PlannedCommand } from '../../model/nodefence.ts';
import type { NodeRecord } from '../../model/cluster.ts';
import { aCommand, aDeadNode, aFence, aMethod, aReading, aSilence, aSnapshot, aStatus, decideOn, inWords, isolated, rfc3339Ago, secondsAgo, selectorOf, type SnapshotParts } from '../../../test/builders/fencing.ts';

const off: PlannedCommand = { method: 'openstack', action: 'off', verifies: true };
const reboot: PlannedCommand = { method: 'openstack', action: 'reboot', verifies: true };
const policy = (plan: readonly PlannedCommand[], method: Parameters<typeof aMethod>[0] = {}): NodeFenceStatus['policy'] => ({ ...aStatus('Verifying').policy, methods: [aMethod(method)], plan });

describe('while a command may run', () => {
  const fencing = (command: Partial<FenceCommand>, cluster: SnapshotParts = {}): string => {
    const node = aDeadNode({ taints: [isolated] });
    return inWords(decideOn(aSnapshot({ nodes: [node], ...cluster, fences: [aFence(aStatus('Fencing', { command: aCommand({ outcome: 'intended', ...command }) }))] })));
  };

  test.each<[string, Partial<FenceCommand>, SnapshotParts, string]>([
    ['our own script is waited for, however long', {}, { running: ['n1-1'], phaseSince: secondsAgo(3_000) }, 'wait'],
    ['a command of another process is given its whole limit', { by: 'somebody else', limit: 60_000 }, { phaseSince: secondsAgo(60) }, 'wait'],
    ['and the time that a killed script may take to die', { by: 'somebody else', limit: 60_000 }, { phaseSince: secondsAgo(69.9) }, 'wait'],
    ['after that nobody knows what it did, and it is not sent again', { by: 'somebody else', limit: 60_000 }, { phaseSince: secondsAgo(70) }, 'advance → Verifying(CommandUnknown)'],
    ['the times in the record are of other clocks: only what this process saw counts', { by: 'somebody else', at: rfc3339Ago(86_400) }, { phaseSince: secondsAgo(1) }, 'wait'],
    ['a node that reports Ready meanwhile does not cut it short', {}, { running: ['n1-1'], nodes: [aDeadNode({ ready: 'True' })] }, 'wait'],
    ['a node that has vanished does not either', {}, { running: ['n1-1'], nodes: [] }, 'wait'],
  ])('%s', (_title, command, cluster, expected) => {
    expect(fencing(command, cluster)).toBe(expected);
  });

  test('the record says that the outcome is unknown', () => {
    const status = aStatus('Fencing', { command: aCommand({ outcome: 'intended', limit: 1_000 }) });
    expect(decideOn(aSnapshot({ fences: [aFence(status)] }))).toMatchObject({ advance: { step: 'CommandUnknown', change: { command: { outcome: 'unknown', action: 'off' } } } });
  });
});

interface Case {
  readonly title: string;
  readonly status?: Partial<NodeFenceStatus>;
  readonly node?: Partial<NodeRecord>;
  readonly cluster?: SnapshotParts;
  readonly spec?: Partial<NodeFenceSpec>;
  readonly expected: string;
}

const read = (...readings: ReturnType<typeof aReading>[]): SnapshotParts => ({ readings: { 'n1-1': readings } });
const offs = (...ago: number[]): SnapshotParts => read(...ago.map((each) => aReading('off', each)));
const confirmed = (given: Partial<NonNullable<NodeFenceSpec['confirmedOff']>> = {}): Partial<NodeFenceSpec> => ({ confirmedOff: { by: 'ann', at: rfc3339Ago(10), expires: rfc3339Ago(-600), ...given } });

const proofOfOff: Case[] = [
  { title: 'asks for the power first', expected: 'readPower' },
  { title: 'asks one at a time', cluster: { running: ['n1-1'] }, expected: 'wait' },
  { title: 'waits between two readings', cluster: offs(1), expected: 'wait' },
  { title: 'reads again after its interval', cluster: offs(2.5), expected: 'readPower' },
  { title: 'three readings over five seconds prove it', cluster: offs(6, 3, 1), expected: 'advance → Fenced(Proved)' },
  { title: 'two readings do not, however far apart', cluster: offs(18, 1), expected: 'wait' },
  { title: 'three readings within 4.9 s do not', cluster: offs(5.9, 3, 1), expected: 'wait' },
  { title: 'one that says on begins the count anew', cluster: read(aReading('off', 8), aReading('off', 6), aReading('on', 4), aReading('off', 2)), expected: 'wait' },
  { title: 'one that does not know begins the count anew', cluster: read(aReading('off', 9), aReading('off', 7), aReading('unknown', 5), aReading('off', 3), aReading('off', 1)), expected: 'wait' },
  { title: 'enough readings after one that said on prove it', cluster: read(aReading('on', 9), aReading('off', 7), aReading('off', 4), aReading('off', 1)), expected: 'advance → Fenced(Proved)' },
  { title: 'a last reading of more than 15 s ago proves nothing any more', cluster: { ...offs(25, 20, 15.1), phaseSince: secondsAgo(60) }, expected: 'readPower' },
  { title: 'readings from before the command never count', cluster: { ...offs(30, 25, 21), phaseSince: secondsAgo(20) }, expected: 'readPower' },
  { title: 'readings from before this phase do not count towards the number', cluster: { ...offs(3_000, 21, 1), phaseSince: secondsAgo(20) }, expected: 'wait' },
  { title: 'a command that failed is proved all the same when the machine is off', status: { command: aCommand({ outcome: 'failed' }) }, cluster: offs(6, 3, 1), expected: 'advance → Fenced(Proved)' },
  { title: 'a machine that was off before any command is proved in the same way', status: { reason: 'AlreadyOff' }, cluster: offs(6, 3, 1), expected: 'advance → Fenced(Proved)' },
  { title: 'exit code 0 alone proves nothing', status: { command: aCommand({ outcome: 'claimed' }) }, cluster: read(aReading('on', 1)), expected: 'wait' },
  { title: 'without proof in time a person is asked when no level is left', cluster: { ...read(aReading('on', 1)), phaseSince: secondsAgo(300) }, expected: 'advance → NeedsHuman(NotProved)' },
  { title: 'the time begins anew with whoever takes over: a replica that stood by has asked nobody yet', cluster: { phaseSince: secondsAgo(300), self: { leadingSince: secondsAgo(2) } }, expected: 'readPower' },
  { title: 'just before that time it goes on reading', cluster: { ...read(aReading('on', 5)), phaseSince: secondsAgo(299.9) }, expected: 'readPower' },
];

const reboots: Case[] = [
  { title: 'readings of off never prove a reboot', status: { policy: policy([reboot]), command: aCommand({ action: 'reboot' }) }, cluster: offs(9, 6, 3, 1), expected: 'wait' },
  { title: 'the power is not even read for a reboot', status: { policy: policy([reboot]), command: aCommand({ action: 'reboot' }) }, expected: 'wait' },
  { title: 'a new boot of the same machine proves a reboot', status: { policy: policy([reboot]), command: aCommand({ action: 'reboot' }) }, node: { bootID: 'boot-2' }, expected: 'advance → Fenced(Proved)' },
  { title: 'a new boot before any command is a recovery', status: { reason: 'AlreadyOff' }, node: { bootID: 'boot-2' }, expected: 'withdraw → Recovered(RebootedByItself)' },
  { title: 'a new boot of another system is a matter for a person', status: { command: aCommand() }, node: { bootID: 'boot-2', systemUUID: 'system-x' }, expected: 'advance → NeedsHuman(OtherMachine)' },
  { title: 'a new boot with another machine id is a matter for a person', status: { command: aCommand() }, node: { bootID: 'boot-2', machineID: 'machine-x' }, expected: 'advance → NeedsHuman(OtherMachine)' },
  { title: 'a kubelet that was only restarted is a recovery, not a proof', status: { command: aCommand({ action: 'reboot' }) }, node: { ready: 'True' }, expected: 'withdraw → Recovered(ReadyAgain)' },
  { title: 'a reboot that is not proved in time goes on to off', status: { policy: policy([reboot, off]), command: aCommand({ action: 'reboot' }) }, cluster: { phaseSince: secondsAgo(300) }, expected: 'escalate to attempt 2 → Aborted(NotProved)' },
  { title: 'a command of which nobody knows is sent again, under the next attempt', status: { command: aCommand({ outcome: 'unknown' }) }, cluster: { phaseSince: secondsAgo(300) }, expected: 'escalate to attempt 2 → Aborted(NotProved)' },
  { title: 'no further attempt follows on one that a person cancelled', status: { policy: policy([reboot, off]), command: aCommand({ action: 'reboot' }) }, spec: { cancelled: true }, cluster: { phaseSince: secondsAgo(300) }, expected: 'withdraw → Aborted(Cancelled)' },
];

const claims: Case[] = [
  { title: 'a claim is enough where the administrator says so', status: { command: aCommand(), policy: policy([off], { acceptClaimed: selectorOf('fencing=enabled') }) }, cluster: read(aReading('unknown', 1)), expected: 'advance → Fenced(Proved)' },
  { title: 'but not before the device was asked', status: { command: aCommand(), policy: policy([off], { acceptClaimed: selectorOf('fencing=enabled') }) }, expected: 'readPower' },
  { title: 'nor against its word', status: { command: aCommand(), policy: policy([off], { acceptClaimed: selectorOf('fencing=enabled') }) }, cluster: read(aReading('on', 1)), expected: 'wait' },
  { title: 'not for other nodes', status: { command: aCommand(), policy: policy([off], { acceptClaimed: selectorOf('rack=7') }) }, expected: 'readPower' },
  { title: 'not when the script failed', status: { command: aCommand({ outcome: 'failed' }), policy: policy([off], { acceptClaimed: selectorOf('fencing=enabled') }) }, expected: 'readPower' },
  { title: 'not when nobody knows', status: { command: aCommand({ outcome: 'unknown' }), policy: policy([off], { acceptClaimed: selectorOf('fencing=enabled') }) }, expected: 'readPower' },
];

const people: Case[] = [
  { title: 'a person\'s word proves it', spec: confirmed(), expected: 'advance → Fenced(Proved)' },
  { title: 'also when the device does not know', spec: confirmed(), cluster: read(aReading('unknown', 1)), expected: 'advance → Fenced(Proved)' },
  { title: 'not when the device says on', spec: confirmed(), cluster: read(aReading('on', 1)), expected: 'wait' },
  { title: 'not when the device said on after that word', spec: confirmed(), cluster: read(aReading('on', 5), aReading('unknown', 1)), expected: 'wait' },
  { title: 'a word given after the device said on counts again', spec: confirmed({ at: rfc3339Ago(2) }), cluster: read(aReading('on', 5), aReading('unknown', 1)), expected: 'advance → Fenced(Proved)' },
  { title: 'not after it has expired', spec: confirmed({ expires: rfc3339Ago(0) }), expected: 'readPower' },
  { title: 'not when its end cannot be read', spec: confirmed({ expires: 'tomorrow' }), expected: 'readPower' },
  { title: 'not when the node is Ready', spec: confirmed(), node: { ready: 'True' }, expected: 'withdraw → Recovered(ReadyAgain)' },
];

describe.each<[string, Case[]]>([
  ['an off', proofOfOff],
  ['a reboot', reboots],
  ['a claim', claims],
  ['a confirmation', people],
])('proof of %s', (_name, cases) => {
  test.each(cases)('$title', ({ status = { command: aCommand() }, node = {}, cluster = {}, spec = {}, expected }) => {
    const fence = aFence(aStatus('Verifying', status), { spec });
    expect(inWords(decideOn(aSnapshot({ nodes: [aDeadNode({ taints: [isolated], ...node })], ...cluster, fences: [fence] })))).toBe(expected);
  });
});

describe('the evidence that is stored', () => {
  test('names each of the readings', () => {
    const decision = decideOn(aSnapshot({ fences: [aFence(aStatus('Verifying', { command: aCommand() }))], ...offs(9, 6, 3, 1) }));
    const says = (ago: number) => ({ at: rfc3339Ago(ago), source: 'script openstack status', says: 'power off' });
    expect(decision).toMatchObject({ advance: { change: { evidence: { class: 'off', items: [says(6), says(3), says(1)] } } } });
  });

  test('of a reboot names both boots', () => {
    const decision = decideOn(aSnapshot({ nodes: [aDeadNode({ bootID: 'boot-2' })], fences: [aFence(aStatus('Verifying', { command: aCommand({ action: 'reboot' }) }))] }));
    expect(decision).toMatchObject({ advance: { change: { evidence: { class: 'rebooted', items: [{ source: 'node bootID', says: expect.stringContaining('from boot-n1 to boot-2') as unknown }] } } } });
  });

  test('of a claim is no more than a claim', () => {
    const status = aStatus('Verifying', { command: aCommand(), policy: policy([off], { acceptClaimed: selectorOf('') }) });
    expect(decideOn(aSnapshot({ fences: [aFence(status)], ...read(aReading('unknown', 1)) }))).toMatchObject({ advance: { change: { evidence: { class: 'claimed' } } } });
  });
});

test('the next attempt is asked for by the controller and inherits no word of a person', () => {
  const spec = { requestedBy: 'ann', ...confirmed({ expires: rfc3339Ago(1) }) };
  const status = aStatus('Verifying', { policy: policy([reboot, off]), command: aCommand({ action: 'reboot' }) });
  const decision = decideOn(aSnapshot({ fences: [aFence(status, { spec })], phaseSince: secondsAgo(300), heartbeats: { n1: aSilence() } }));
  expect(decision).toMatchObject({ kind: 'escalate', spec: { attempt: 2, requestedBy: 'controller', nodeUID: 'uid-n1', bootID: 'boot-n1' } });
  expect(decision).not.toHaveProperty('spec.confirmedOff');
});
