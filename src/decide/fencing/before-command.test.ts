import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../model/configuration.ts';
import {
  aCommand, aConfiguration, aDeadNode, aFence, aMethod, anAttachment, aReading, aSilence, aSnapshot, aStatus, aWellNode, decideOn, evicting, inWords, isolated, type FenceParts, secondsAgo, type SnapshotParts,
} from '../../../test/builders/fencing.ts';
import type { NodeFenceStatus, PlannedCommand } from '../../model/nodefence.ts';
import type { NodeRecord } from '../../model/cluster.ts';

const others = ['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode);
const withN1 = (given: Partial<NodeRecord>): SnapshotParts => ({ nodes: [aDeadNode(given), ...others] });
const onlyReboots = { scripts: { openstack: { kind: 'usable', actions: ['reboot'] } } } as const;
const plan = (...actions: ('reboot' | 'off')[]): readonly PlannedCommand[] => actions.map((action) => ({ method: 'openstack', action, verifies: true }));
const policy = (commands: readonly PlannedCommand[]): NodeFenceStatus['policy'] => ({ ...aStatus('Held').policy, plan: commands });

describe('a node without an open fence', () => {
  const noFence = (cluster: SnapshotParts = {}, config: Configuration = aConfiguration()): string => inWords(decideOn(aSnapshot(cluster), config));

  test.each<[string, SnapshotParts, string]>([
    ['is recorded once it has not been Ready for the threshold', { heartbeats: { n1: aSilence({ notReadySince: secondsAgo(60) }) } }, 'open attempt 1'],
    ['is left alone before', { heartbeats: { n1: aSilence({ notReadySince: secondsAgo(59.9) }) } }, 'wait'],
    ['is left alone while Ready', withN1({ ready: 'True' }), 'wait'],
    ['is left alone when no condition Ready says anything', withN1({ ready: undefined }), 'wait'],
    ['is recorded for Ready=False too, and then held', withN1({ ready: 'False' }), 'open attempt 1'],
    ['is left alone when not selected', withN1({ labels: {} }), 'wait'],
    ['is left alone while its object is being deleted', withN1({ deleting: true }), 'wait'],
    ['gets the attempt after the last one on the same boot', { fences: [aFence(aStatus('Recovered')), aFence(aStatus('Aborted'), { spec: { attempt: 4 } })] }, 'open attempt 5'],
    ['begins anew with another boot', { fences: [aFence(aStatus('Succeeded'), { spec: { bootID: 'boot-before', attempt: 4 } })] }, 'open attempt 1'],
    ['begins anew with another Node object', { fences: [aFence(aStatus('Succeeded'), { spec: { nodeUID: 'uid-before', attempt: 4 } })] }, 'open attempt 1'],
    ['is left alone after a person cancelled', { fences: [aFence(aStatus('Aborted', { reason: 'Cancelled' }))] }, 'wait'],
  ])('%s', (_title, cluster, expected) => {
    expect(noFence(cluster)).toBe(expected);
  });

  test('is known to the script by what the inventory says', () => {
    expect(decideOn(aSnapshot(), aConfiguration({ fencing: { inventory: { n1: 'srv-7' } } }))).toMatchObject({ spec: { nodeName: 'n1', nodeUID: 'uid-n1', bootID: 'boot-n1', machineID: 'srv-7', requestedBy: 'controller' } });
  });
});

describe('a record that has just been created', () => {
  const takenUp = (fence = aFence(), cluster: SnapshotParts = {}) => decideOn(aSnapshot({ ...cluster, fences: [fence, ...(cluster.fences ?? [])] }));

  test('remembers the node, its Lease and the policy before anything is done', () => {
    expect(takenUp()).toMatchObject({
      kind: 'advance',
      advance: { step: 'Detected', change: { phase: 'Held', evidence: { class: 'none' }, level: 0, identity: { systemUUID: 'system-n1', machineID: 'machine-n1', leaseRenewTime: 'lease-1' }, policy: { plan: [{ action: 'reboot' }, { action: 'off' }] } } },
    });
  });

  test('ends when the node has vanished', () => {
    expect(inWords(takenUp(aFence(), { nodes: others }))).toBe('withdraw → Aborted(IdentityChanged)');
  });

  test('ends when the Node object is another one', () => {
    expect(inWords(takenUp(aFence(undefined, { spec: { nodeUID: 'uid-before' } })))).toBe('withdraw → Aborted(IdentityChanged)');
  });

  test.each<[string, Partial<NodeFenceStatus>, number]>([
    ['goes on to the next level after one that was not proved', { reason: 'NotProved', command: aCommand({ outcome: 'failed' }) }, 1],
    ['tries the same level again when nobody knows whether the command was sent', { reason: 'NotProved', command: aCommand({ outcome: 'unknown' }) }, 0],
    ['goes on from the level of an attempt that was closed in the middle', { reason: 'Superseded', level: 1 }, 1],
    ['begins at the first level after any other end', { reason: 'ReadyAgain', command: aCommand() }, 0],
  ])('%s', (_title, before, level) => {
    const decision = takenUp(aFence(undefined, { spec: { attempt: 2 } }), { fences: [aFence(aStatus('Aborted', { ...before, policy: policy(plan('off', 'off')) }))] });
    expect(decision).toMatchObject({ advance: { change: { level } } });
  });

  test('gives a level up after three attempts of which nobody knows whether they were sent', () => {
    const unknown = [1, 2, 3].map((attempt) => aFence(aStatus('Aborted', { reason: 'NotProved', command: aCommand({ outcome: 'unknown' }) }), { spec: { attempt } }));
    expect(takenUp(aFence(undefined, { spec: { attempt: 4 } }), { fences: unknown })).toMatchObject({ advance: { change: { level: 1 } } });
  });

  test('does not count attempts that ended because the node came back', () => {
    const recovered = [1, 2].map((attempt) => aFence(aStatus('Recovered', { reason: 'ReadyAgain' }), { spec: { attempt } }));
    const unknown = aFence(aStatus('Aborted', { reason: 'NotProved', command: aCommand({ outcome: 'unknown' }) }), { spec: { attempt: 3 } });
    expect(takenUp(aFence(undefined, { spec: { attempt: 4 } }), { fences: [...recovered, unknown] })).toMatchObject({ advance: { change: { level: 0 } } });
  });

  test('keeps to the plan of the attempts before it, so that no level is left out', () => {
    const before = aFence(aStatus('Aborted', { reason: 'NotProved', command: aCommand({ action: 'reboot', outcome: 'failed' }), policy: policy(plan('reboot', 'off')) }));
    expect(takenUp(aFence(undefined, { spec: { attempt: 2 } }), { fences: [before], attachments: [anAttachment()] })).toMatchObject({ advance: { change: { level: 1, policy: { plan: plan('reboot', 'off') } } } });
  });
});

describe('a node that is held', () => {
  const held = (given: Partial<NodeFenceStatus> = {}, cluster: SnapshotParts = {}, parts: FenceParts = {}) => decideOn(aSnapshot({ ...cluster, fences: [aFence(aStatus('Held', given), parts)] }));

  test('remembers the Lease of the moment in which it is isolated, however long it was held', () => {
    expect(held({}, { heartbeats: { n1: aSilence({ renewTime: 'lease-2' }) } })).toMatchObject({ kind: 'isolate', slots: 1, advance: { change: { identity: { leaseRenewTime: 'lease-2' } } } });
  });

  test('asks for a person when no level is left', () => {
    expect(inWords(held({ level: 2 }))).toBe('advance → NeedsHuman(NoLevelLeft)');
  });

  test.each<[string, Partial<NodeRecord>, FenceParts, string]>([
    ['ends when the node is Ready again', { ready: 'True' }, {}, 'withdraw → Recovered(ReadyAgain)'],
    ['ends when the node has rebooted by itself', { bootID: 'boot-2' }, {}, 'withdraw → Recovered(RebootedByItself)'],
    ['ends when a person cancels it', {}, { spec: { cancelled: true } }, 'withdraw → Aborted(Cancelled)'],
    ['ends when the inventory names another machine by now', {}, { spec: { machineID: 'srv-6' } }, 'withdraw → Aborted(MachineChanged)'],
    ['ends when the Node object was replaced', { uid: 'uid-2' }, {}, 'withdraw → Aborted(IdentityChanged)'],
  ])('%s', (_title, node, parts, expected) => {
    expect(inWords(held({}, withN1(node), parts))).toBe(expected);
    expect(inWords(decideOn(aSnapshot({ ...withN1({ taints: [isolated], ...node }), fences: [aFence(aStatus('Isolating'), parts)] })))).toBe(expected);
  });

  test('a second level keeps to the plan of the first, though volumes are attached by now', () => {
    expect(held({ level: 1, policy: policy(plan('reboot', 'off')) }, { attachments: [anAttachment()] })).toMatchObject({ kind: 'isolate', advance: { change: { policy: { plan: plan('reboot', 'off') } } } });
  });
});

describe('an isolated node', () => {
  const isolating = (cluster: SnapshotParts = {}, given: Partial<NodeFenceStatus> = {}): string =>
    inWords(decideOn(aSnapshot({ ...withN1({ taints: [isolated] }), ...cluster, fences: [aFence(aStatus('Isolating', given)), ...(cluster.fences ?? [])] })));
  const read = (...readings: ReturnType<typeof aReading>[]): SnapshotParts => ({ readings: { 'n1-1': readings } });

  test.each<[string, SnapshotParts, Partial<NodeFenceStatus>, string]>([
    ['gets our taint first', withN1({}), {}, 'taint NoSchedule needs silence'],
    ['keeps the stronger taint of an earlier attempt', withN1({ taints: [evicting] }), {}, 'readPower'],
    ['has its power read before any command', {}, {}, 'readPower'],
    ['waits for that reading', { running: ['n1-1'] }, {}, 'wait'],
    ['has its power read again when the reading is old', read(aReading('on', 15)), {}, 'readPower'],
    ['gets the command when it is on', read(aReading('on', 5)), {}, 'command off'],
    ['gets the command when nobody knows', read(aReading('unknown', 5)), {}, 'command off'],
    ['gets the command of its level', read(aReading('on', 5)), { level: 1, policy: policy(plan('off', 'reboot')) }, 'command reboot'],
    ['gets no command when it is off already', read(aReading('off', 5)), {}, 'advance → Verifying(AlreadyOff)'],
    ['gets its command at once when the script cannot be asked', onlyReboots, { policy: policy([{ method: 'openstack', action: 'reboot', verifies: false }]) }, 'command reboot'],
    ['gets no command while a script of this attempt still runs', { ...onlyReboots, running: ['n1-1'] }, { policy: policy([{ method: 'openstack', action: 'reboot', verifies: false }]) }, 'wait'],
    ['is given back when its Lease moved', { heartbeats: { n1: aSilence({ renewTime: 'lease-2', leaseStillSince: secondsAgo(2) }) } }, {}, 'withdraw → Recovered(ReadyAgain)'],
    ['stays isolated while a restarted controller watches long enough', { heartbeats: { n1: aSilence({ leaseStillSince: secondsAgo(5) }) } }, {}, 'wait'],
    ['goes back to being held when a hold label appears', withN1({ taints: [isolated], labels: { fencing: 'enabled', 'evenkeel.dev/hold': '' } }), {}, 'withdraw → Held(HoldLabel)'],
  ])('%s', (_title, cluster, given, expected) => {
    expect(isolating(cluster, given)).toBe(expected);
  });

  test('an off moment after a reboot of ours means nothing', () => {
    const reboot = aFence(aStatus('Aborted', { reason: 'NotProved', command: aCommand({ action: 'reboot' }) }));
    const second = aFence(aStatus('Isolating'), { spec: { attempt: 2 } });
    expect(inWords(decideOn(aSnapshot({ ...withN1({ taints: [evicting] }), fences: [reboot, second], readings: { 'n1-2': [aReading('off', 5)] } })))).toBe('command off');
  });
});

describe('what is sent to a node', () => {
  const planned = (fencing: Parameters<typeof aConfiguration>[0], cluster: SnapshotParts = {}): readonly unknown[] => {
    const decision = decideOn(aSnapshot({ ...cluster, fences: [aFence()] }), aConfiguration(fencing));
    const plan = decision.kind === 'advance' ? (decision.advance.change.policy?.plan ?? []) : [];
    return plan.map(({ method, action, verifies }) => `${method} ${action}${verifies ? '' : ' blindly'}`);
  };
  const methods = (...list: Parameters<typeof aMethod>[0][]): Parameters<typeof aConfiguration>[0] => ({ fencing: { methods: list.map(aMethod) } });

  test.each<[string, Parameters<typeof aConfiguration>[0], SnapshotParts, readonly string[]]>([
    ['auto: off where volumes are attached', methods({}), { attachments: [anAttachment()] }, ['openstack off']],
    ['auto without volumes: reboot, then off', methods({}), {}, ['openstack reboot', 'openstack off']],
    ['volumes of other nodes do not matter', methods({}), { attachments: [anAttachment({ node: 'n2' })] }, ['openstack reboot', 'openstack off']],
    ['reboot goes on to off where the script can', methods({ action: 'reboot' }), { attachments: [anAttachment()] }, ['openstack reboot', 'openstack off']],
    ['off is off', methods({ action: 'off' }), {}, ['openstack off']],
    ['a bare script only ever reboots, with volumes too', methods({}), { ...onlyReboots, attachments: [anAttachment()] }, ['openstack reboot blindly']],
    ['a script that cannot be asked is not used for off', methods({ action: 'off' }), { scripts: { openstack: { kind: 'usable', actions: ['reboot', 'off', 'on'] } } }, []],
    ['auto falls back to reboot when off cannot be proved', methods({}), { scripts: { openstack: { kind: 'usable', actions: ['reboot', 'off'] } }, attachments: [anAttachment()] }, ['openstack reboot blindly']],
    ['auto is off when the script cannot reboot', methods({}), { scripts: { openstack: { kind: 'usable', actions: ['off', 'on', 'status'] } } }, ['openstack off']],
    ['every method adds its levels', methods({ name: 'a', action: 'off' }, { name: 'b', action: 'off' }), {}, ['a off', 'b off']],
    ['a script that is not there is left out', methods({ name: 'a', action: 'off' }, { name: 'b', action: 'off' }), { scripts: { a: { kind: 'unusable', problem: 'gone' } } }, ['b off']],
    ['the label puts its method first', methods({ name: 'a', action: 'off' }, { name: 'b', action: 'off' }), withN1({ labels: { fencing: 'enabled', 'evenkeel.dev/fence-script': 'b' } }), ['b off', 'a off']],
  ])('%s', (_title, config, cluster, expected) => {
    expect(planned(config, cluster)).toEqual(expected);
  });
});

test('an attempt begins with the settings of the moment in which it leaves Held, all of them', () => {
  const config = aConfiguration();
  const changed = { ...config, fencing: { ...config.fencing, release: { ...config.fencing.release, deleteStuckPods: false }, return: { ...config.fencing.return, powerOn: false } } };
  expect(decideOn(aSnapshot({ fences: [aFence(aStatus('Held'))] }), changed)).toMatchObject({ kind: 'isolate', advance: { change: { policy: { release: { deleteStuckPods: false }, return: { powerOn: false } } } } });
});
