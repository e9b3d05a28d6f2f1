import { decideFences } from '../../src/decide/fencing/decide.ts';
import type { AttachmentRecord, NodeRecord, PersistentVolumeRecord, PodRecord } from '../../src/model/cluster.ts';
import type { Configuration, FenceMethod, FencingSettings, Guards } from '../../src/model/configuration.ts';
import type { Decision } from '../../src/model/decision.ts';
import type { FenceCommand, NodeFence, NodeFenceSpec, NodeFenceStatus, Phase } from '../../src/model/nodefence.ts';
import { parseSelector } from '../../src/model/selector.ts';
import type { Heartbeat, PowerReading, ScriptAbility, Snapshot } from '../../src/model/snapshot.ts';
import { formatInstant, instant, minutes, type Now, seconds, type Tick, tick } from '../../src/model/time.ts';
import { aNode } from './node.ts';

/** The moment at which every builder assumes that it is asked. The process has run for an hour of its own clock. */
export const now: Now = { wall: instant(Date.UTC(2026, 0, 1, 12)), tick: tick(3_600_000) };

export const secondsAgo = (count: number): Tick => tick(now.tick - seconds(count));
export const rfc3339Ago = (count: number): string => formatInstant(instant(now.wall - seconds(count)));

/** `status` said so, so many seconds ago. */
export const aReading = (power: PowerReading['power'], ago: number): PowerReading => ({ tick: secondsAgo(ago), at: instant(now.wall - seconds(ago)), power, because: 'the script says so' });

export const selectorOf = (text: string): FencingSettings['nodeSelector'] => {
  const read = parseSelector(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.selector;
};

/** `action: auto`, proved by 3 readings over 5 s within 5 minutes. */
export const aMethod = (given: Partial<FenceMethod> = {}): FenceMethod => ({
  name: 'openstack',
  script: given.name ?? 'openstack',
  action: 'auto',
  timeout: minutes(3),
  evidence: { statusReads: 3, statusOver: seconds(5), within: minutes(5) },
  acceptClaimed: undefined,
  parameters: {},
  ...given,
});

export interface ConfigurationParts {
  readonly mode?: Configuration['mode'];
  readonly fencing?: Partial<FencingSettings>;
  readonly guards?: Partial<Guards>;
}

/** Enforcing, a threshold of 60 s, one fence at a time, up to 40 % unhealthy. */
export const aConfiguration = ({ mode = 'enforce', fencing = {}, guards = {} }: ConfigurationParts = {}): Configuration => ({
  clusterName: 'test',
  mode,
  server: { host: '127.0.0.1', port: 0 },
  leaderElection: { enabled: true, namespace: 'evenkeel-system', name: 'evenkeel', leaseDuration: seconds(15), renewDeadline: seconds(10), retryPeriod: seconds(2) },
  fencing: {
    nodeSelector: selectorOf('fencing=enabled'),
    triggers: [{ condition: 'Ready', status: 'Unknown', for: seconds(60) }],
    scripts: { directories: [], allowed: ['openstack'] },
    inventory: {},
    methods: [aMethod()],
    release: { deleteStuckPods: true, outOfService: true, deleteNodeAfter: 'never' },
    return: { powerOn: true, probation: minutes(2), restore: { labels: [], taints: [] } },
    guards: { maxConcurrent: 1, maxUnhealthy: { kind: 'percent', percent: 40 }, startupGrace: seconds(60), controlPlane: 'never', ...guards },
    history: { perNode: 5, keep: minutes(60) },
    ...fencing,
  },
  rebalancing: { schedule: undefined, timeZone: undefined, afterRecovery: false, policyFile: undefined },
  logging: { level: 'info', format: 'json' },
});

/** The selected node `n1`, whose Ready has been Unknown for five minutes. */
export const aDeadNode = (given: Partial<NodeRecord> = {}): NodeRecord => aNode({ labels: { fencing: 'enabled' }, ready: 'Unknown', ...given });

/** A selected node that is well. */
export const aWellNode = (name: string): NodeRecord => aNode({ name, labels: { fencing: 'enabled' } });

/** Silent for five minutes by both signs, the Lease last renewed at `lease-1`. */
export const aSilence = (given: Partial<Heartbeat> = {}): Heartbeat => ({ renewTime: 'lease-1', leaseStillSince: secondsAgo(300), unknownSince: secondsAgo(300), notReadySince: secondsAgo(300), readySince: undefined, ...given });

const aHeartbeat = (node: NodeRecord): Heartbeat =>
  node.ready === 'True'
    ? { renewTime: 'lease-9', leaseStillSince: secondsAgo(3), unknownSince: undefined, notReadySince: undefined, readySince: secondsAgo(1_000) }
    : aSilence(node.ready === 'Unknown' ? {} : { unknownSince: undefined });

export const fencing = 'evenkeel.dev/fencing';
export const isolated = { key: fencing, effect: 'NoSchedule' } as const;
export const evicting = { key: fencing, effect: 'NoExecute' } as const;
export const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'evenkeel', effect: 'NoSchedule' } as const;

export const aCommand = (given: Partial<FenceCommand> = {}): FenceCommand => ({ action: 'off', method: 'openstack', by: 'me', epoch: 3, at: rfc3339Ago(30), limit: minutes(3), outcome: 'claimed', ...given });

/** A status of this phase with a plan of one level, `off` with a script that can be asked. */
export const aStatus = (phase: Phase, given: Partial<NodeFenceStatus> = {}): NodeFenceStatus => ({
  phase,
  reason: phase,
  conditions: [],
  evidence: { class: 'none', items: [] },
  level: 0,
  leaderEpoch: 3,
  policy: {
    methods: [aMethod()],
    plan: [{ method: 'openstack', action: 'off', verifies: true }],
    release: { deleteStuckPods: true, outOfService: true, deleteNodeAfter: 'never' },
    return: { powerOn: true, probation: minutes(2), restore: { labels: [], taints: [] } },
  },
  identity: { systemUUID: 'system-n1', machineID: 'machine-n1', leaseRenewTime: 'lease-1' },
  before: { labels: {}, taints: [] },
  displaced: [],
  timeline: [],
  ...given,
});

export interface FenceParts {
  readonly name?: string;
  readonly spec?: Partial<NodeFenceSpec>;
  readonly createdAgo?: number;
}

/** The first attempt on `n1`. Without a status it has not been taken up. */
export function aFence(status?: NodeFenceStatus, { name, spec = {}, createdAgo = 300 }: FenceParts = {}): NodeFence {
  const nodeName = spec.nodeName ?? 'n1';
  const attempt = spec.attempt ?? 1;
  const own = name ?? `${nodeName}-${attempt}`;
  return {
    apiVersion: 'evenkeel.dev/v1alpha1',
    kind: 'NodeFence',
    metadata: { name: own, uid: `uid-${own}`, resourceVersion: '7', creationTimestamp: rfc3339Ago(createdAgo) },
    spec: { nodeName, nodeUID: `uid-${nodeName}`, bootID: `boot-${nodeName}`, machineID: nodeName, attempt, reason: 'Ready has not been True for 1m', requestedBy: 'controller', ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

export interface SnapshotParts {
  readonly nodes?: readonly NodeRecord[];
  readonly fences?: readonly NodeFence[];
  readonly pods?: readonly PodRecord[];
  readonly attachments?: readonly AttachmentRecord[];
  readonly volumes?: readonly PersistentVolumeRecord[];
  readonly heartbeats?: Readonly<Record<string, Heartbeat>>;
  readonly readings?: Readonly<Record<string, readonly PowerReading[]>>;
  readonly running?: readonly string[];
  readonly phaseSince?: Tick;
  readonly scripts?: Readonly<Record<string, ScriptAbility>>;
  readonly lastLeaseMove?: Tick | undefined;
  readonly drivers?: readonly string[];
  readonly self?: Partial<Snapshot['self']>;
}

const everything: ScriptAbility = { kind: 'usable', actions: ['reboot', 'off', 'on', 'status', 'monitor'] };

/** One dead node of six, in a cluster where other Leases move, seen by a leader of ten minutes whose scripts can do everything. */
export function aSnapshot(given: SnapshotParts = {}): Snapshot {
  const nodes = new Map((given.nodes ?? [aDeadNode(), ...['n2', 'n3', 'n4', 'n5', 'n6'].map(aWellNode)]).map((node) => [node.name, node]));
  const { pods = [], attachments = [], heartbeats = {}, readings = {}, running = [], scripts = {}, self = {} } = given;
  return {
    nodes,
    fences: new Map((given.fences ?? []).map((fence) => [fence.metadata.name, fence])),
    heartbeat: (name) => {
      const node = nodes.get(name);
      return heartbeats[name] ?? (node === undefined ? undefined : aHeartbeat(node));
    },
    podsOn: (name) => pods.filter(({ node }) => node === name),
    volumeOf: (namespace, claim) => given.volumes?.find((volume) => volume.claim === `${namespace}/${claim}`),
    driversOn: () => given.drivers ?? [],
    attachmentsOn: (name) => attachments.filter(({ node }) => node === name),
    powerReadings: (fence) => readings[fence] ?? [],
    scriptRunning: (fence) => running.includes(fence),
    phaseSince: () => given.phaseSince ?? secondsAgo(20),
    script: (name) => scripts[name] ?? everything,
    lastLeaseMove: 'lastLeaseMove' in given ? given.lastLeaseMove : secondsAgo(3),
    self: { identity: 'me', node: 'n9', epoch: 3, leadingSince: secondsAgo(600), mayDeleteNodes: true, ...self },
  };
}

/** A volume attached to `n1`. */
export const anAttachment = (given: Partial<AttachmentRecord> = {}): AttachmentRecord => ({ name: 'csi-1', uid: 'uid-csi-1', resourceVersion: '1', node: 'n1', attacher: 'csi.example', persistentVolume: 'pv-1', attached: true, deleting: false, ...given });

/** What is decided about `n1`; a wait when nothing is. */
export function decideOn(snapshot: Snapshot, config: Configuration = aConfiguration(), name = 'n1'): Decision {
  const [first, ...more] = decideFences(snapshot, config, now).filter((decision) => ('node' in decision ? decision.node : decision.fence.spec.nodeName) === name);
  if (more.length > 0) throw new Error(`More than one decision about ${name}: ${[first, ...more].map((each) => each?.kind).join(', ')}`);
  return first ?? { kind: 'wait', node: name, because: 'nothing is decided' };
}

/** A decision in a few words: its kind, and what the record becomes. */
export function inWords(decision: Decision): string {
  const advance = 'advance' in decision ? decision.advance : undefined;
  const becomes = advance === undefined ? '' : ` → ${advance.change.phase ?? '-'}(${advance.change.reason ?? '-'})`;
  if (decision.kind === 'command') return `command ${decision.action}`;
  if (decision.kind === 'taint') return `taint ${decision.effect} needs ${decision.needs}${becomes}`;
  if (decision.kind === 'forceDelete') return `forceDelete ${decision.pods.map(({ name }) => name).join(', ')}`;
  if (decision.kind === 'open') return `open attempt ${decision.spec.attempt}`;
  if (decision.kind === 'escalate') return `escalate to attempt ${decision.spec.attempt}${becomes}`;
  return `${decision.kind}${becomes}`;
}
