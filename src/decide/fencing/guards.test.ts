import { describe, expect, test } from 'vitest';
import { aConfiguration, aDeadNode, aFence, aMethod, aSilence, aSnapshot, aStatus, aWellNode, type ConfigurationParts, decideOn, inWords, outOfService, secondsAgo, type SnapshotParts } from '../../../test/builders/fencing.ts';
import { aNode } from '../../../test/builders/node.ts';
import { allowedUnhealthy } from './guards.ts';

interface Row {
  readonly title: string;
  readonly cluster?: SnapshotParts;
  readonly config?: ConfigurationParts;
  readonly guard: string | undefined;
}

const others = ['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode);
const label = (labels: Record<string, string>): SnapshotParts => ({ nodes: [aDeadNode({ labels: { fencing: 'enabled', ...labels } }), ...others] });
const dead = (name: string) => aDeadNode({ name });
const strong = aMethod({ name: 'openstack', action: 'off' });
const weak = aMethod({ name: 'weak', action: 'reboot' });

const rows: Row[] = [
  { title: 'nothing speaks against it', guard: undefined },
  { title: 'Ready=False: the kubelet itself says so', cluster: { nodes: [aDeadNode({ ready: 'False' }), ...others] }, guard: 'KubeletAlive' },
  { title: 'no condition Ready at all proves nothing', cluster: { nodes: [aDeadNode({ ready: undefined }), ...others] }, guard: 'KubeletAlive' },
  { title: 'the Lease moved 59.9 s ago', cluster: { heartbeats: { n1: aSilence({ leaseStillSince: secondsAgo(59.9) }) } }, guard: 'LeaseNotStillLongEnough' },
  { title: 'the Lease has stood still for exactly the window', cluster: { heartbeats: { n1: aSilence({ leaseStillSince: secondsAgo(60) }) } }, guard: undefined },
  { title: 'Ready has been Unknown for 59.9 s', cluster: { heartbeats: { n1: aSilence({ unknownSince: secondsAgo(59.9) }) } }, guard: 'LeaseNotStillLongEnough' },
  { title: 'Unknown has not been seen by this process yet', cluster: { heartbeats: { n1: aSilence({ unknownSince: undefined }) } }, guard: 'KubeletAlive' },
  { title: 'the node is no longer selected', cluster: { nodes: [aDeadNode({ labels: {} }), ...others] }, guard: 'NotSelected' },
  { title: 'the hold label, whatever its value', cluster: label({ 'evenkeel.dev/hold': 'false' }), guard: 'HoldLabel' },
  { title: 'somebody else\'s out-of-service taint', cluster: { nodes: [aDeadNode({ taints: [{ ...outOfService, value: 'nodeshutdown' }] }), ...others] }, guard: 'ForeignOutOfService' },
  { title: 'the controller itself runs there', cluster: { self: { node: 'n1' } }, guard: 'OwnNode' },
  { title: 'a control-plane node', cluster: label({ 'node-role.kubernetes.io/control-plane': '' }), guard: 'ControlPlane' },
  { title: 'a control-plane node, where one at a time is allowed', cluster: label({ 'node-role.kubernetes.io/control-plane': '' }), config: { guards: { controlPlane: 'one-at-a-time' } }, guard: undefined },
  { title: 'another node has the same machine', config: { fencing: { inventory: { n1: 'srv-7', n2: 'srv-7' } } }, guard: 'AmbiguousMachine' },
  { title: 'the inventory gives the machine of this name to another node', config: { fencing: { inventory: { n2: 'n1' } } }, guard: 'AmbiguousMachine' },
  { title: 'the machine of this node has the name of another node', cluster: {}, config: { fencing: { inventory: { n1: 'n2' } } }, guard: 'AmbiguousMachine' },
  { title: 'two nodes whose machines have each other\'s names', config: { fencing: { inventory: { n1: 'n2', n2: 'n1' } } }, guard: undefined },
  { title: 'the script is not there', cluster: { scripts: { openstack: { kind: 'unusable', problem: 'not found' } } }, guard: 'NoMethod' },
  { title: 'the script can do nothing of what is asked', cluster: { scripts: { openstack: { kind: 'usable', actions: ['status'] } } }, guard: 'NoMethod' },
  { title: 'the label names a script that no method uses', cluster: label({ 'evenkeel.dev/fence-script': 'mine' }), guard: 'NoMethod' },
  { title: 'the label chooses weaker evidence', cluster: label({ 'evenkeel.dev/fence-script': 'weak' }), config: { fencing: { methods: [strong, weak] } }, guard: 'NoMethod' },
  { title: 'the label chooses a method that takes a claim for enough', cluster: label({ 'evenkeel.dev/fence-script': 'claims' }), config: { fencing: { methods: [strong, aMethod({ name: 'claims', action: 'off', acceptClaimed: { requirements: [] } })] } }, guard: 'NoMethod' },
  { title: 'the label chooses stronger evidence', cluster: label({ 'evenkeel.dev/fence-script': 'openstack' }), config: { fencing: { methods: [weak, strong] } }, guard: undefined },
  { title: 'this controller has led for 59.9 s', cluster: { self: { leadingSince: secondsAgo(59.9) } }, guard: 'StartupGrace' },
  { title: 'no Lease has ever been seen to move', cluster: { lastLeaseMove: undefined }, guard: 'Blind' },
  { title: 'no Lease of any node has moved for 31 s', cluster: { lastLeaseMove: secondsAgo(31) }, guard: 'Blind' },
  { title: 'the last Lease moved 30 s ago', cluster: { lastLeaseMove: secondsAgo(30) }, guard: undefined },
  { title: 'three of six are down', cluster: { nodes: [dead('n1'), dead('n2'), dead('n3'), ...others.slice(2)] }, guard: 'TooManyUnhealthy' },
  { title: 'two of six are down, of which nothing is known to be fenced', cluster: { nodes: [dead('n1'), dead('n2'), ...others.slice(1)] }, guard: undefined },
  { title: 'all of them are down', cluster: { nodes: ['n1', 'n2', 'n3'].map(dead) }, guard: 'TooManyUnhealthy' },
  { title: 'nodes that are not selected do not count', cluster: { nodes: [aDeadNode(), aWellNode('n2'), aNode({ name: 'x', ready: 'Unknown' }), aNode({ name: 'y', ready: 'Unknown' })] }, guard: undefined },
  { title: 'Ready=False counts as down', cluster: { nodes: [aDeadNode(), aDeadNode({ name: 'n2', ready: 'False' }), aWellNode('n3')] }, guard: 'TooManyUnhealthy' },
  { title: 'another fence is under way', cluster: { fences: [aFence(aStatus('Verifying'), { spec: { nodeName: 'n2' } })] }, guard: 'MaxConcurrent' },
  { title: 'another fence is under way and two may be', cluster: { fences: [aFence(aStatus('Verifying'), { spec: { nodeName: 'n2' } })] }, config: { guards: { maxConcurrent: 2 } }, guard: undefined },
  { title: 'another fence has released everything', cluster: { fences: [aFence(aStatus('Returning'), { spec: { nodeName: 'n2' } })] }, guard: undefined },
  { title: 'mode is observe', config: { mode: 'observe' }, guard: 'ObserveOnly' },
];

describe('a node past its threshold', () => {
  test.each(rows)('$title', ({ cluster = {}, config, guard }) => {
    const held = aFence(aStatus('Held', { reason: 'Checking' }), { spec: { machineID: config?.fencing?.inventory?.['n1'] ?? 'n1' } });
    const decision = decideOn(aSnapshot({ ...cluster, fences: [held, ...(cluster.fences ?? [])] }), aConfiguration(config));
    expect(inWords(decision)).toBe(guard === undefined ? 'isolate → Isolating(ThresholdPassed)' : `advance → Held(${guard})`);
  });

  test.each(rows.filter(({ guard }) => guard !== undefined))('is written down once, not in every pass: $title', ({ cluster = {}, config, guard }) => {
    const held = aFence(aStatus('Held', { reason: guard ?? '' }));
    expect(decideOn(aSnapshot({ ...cluster, fences: [held, ...(cluster.fences ?? [])] }), aConfiguration(config)).kind).toBe('wait');
  });

  test.each(rows.filter(({ guard }) => guard !== undefined && guard !== 'MaxConcurrent'))('no command is sent when it is isolated already: $title', ({ cluster = {}, config }) => {
    const isolating = aFence(aStatus('Isolating'));
    const decision = decideOn(aSnapshot({ ...cluster, fences: [isolating, ...(cluster.fences ?? [])] }), aConfiguration(config));
    expect(['wait', 'withdraw']).toContain(decision.kind);
  });
});

describe('how many selected nodes may be down', () => {
  const percent = (share: number) => ({ maxConcurrent: 1, maxUnhealthy: { kind: 'percent', percent: share }, startupGrace: 0 as never, controlPlane: 'never' }) as const;

  test.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 2],
    [7, 2],
    [8, 3],
    [10, 4],
    [100, 40],
  ])('40%% of %i is %i', (nodes, allowed) => {
    expect(allowedUnhealthy(percent(40), nodes)).toBe(allowed);
  });

  test.each([
    [0, 10, 1],
    [33, 3, 1],
    [34, 3, 1],
    [67, 3, 2],
    [100, 3, 3],
  ])('%i%% of %i is %i', (share, nodes, allowed) => {
    expect(allowedUnhealthy(percent(share), nodes)).toBe(allowed);
  });

  test('a count is taken as it is, zero included', () => {
    expect(allowedUnhealthy({ ...percent(40), maxUnhealthy: { kind: 'count', nodes: 0 } }, 10)).toBe(0);
    expect(allowedUnhealthy({ ...percent(40), maxUnhealthy: { kind: 'count', nodes: 3 } }, 2)).toBe(3);
  });
});
