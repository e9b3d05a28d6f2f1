import type { FenceMethod, FencingSettings, Labels } from './configuration.ts';
import type { Taint } from './cluster.ts';
import { milliseconds } from './time.ts';

/** One attempt to take one incarnation of a node out of service: write-ahead record, audit trail, a person's request. */
export interface NodeFence {
  readonly apiVersion: 'evenkeel.dev/v1alpha1';
  readonly kind: 'NodeFence';
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: NodeFenceSpec;
  /** Absent until the controller has taken the record up. */
  readonly status?: NodeFenceStatus;
}

export interface NodeFenceSpec {
  readonly nodeName: string;
  readonly nodeUID: string;
  readonly bootID: string;
  /** What FENCE_ID will be: from the administrator's inventory, or the node's name. */
  readonly machineID: string;
  readonly attempt: number;
  readonly reason: string;
  /** `controller`, or the user who asked. */
  readonly requestedBy: string;
  readonly method?: string;
  readonly confirmedOff?: { readonly by: string; readonly at: string; readonly expires: string };
  readonly cancelled?: boolean;
}

export const openPhases = ['Held', 'Isolating', 'Fencing', 'Verifying', 'Fenced', 'Releasing', 'Returning', 'Probation', 'NeedsHuman'] as const;
export const closedPhases = ['Succeeded', 'Recovered', 'Aborted'] as const;
export type Phase = (typeof openPhases)[number] | (typeof closedPhases)[number];

export const isClosed = (phase: Phase): boolean => (closedPhases as readonly string[]).includes(phase);

/** What is known of the machine's power, weakest first. Only `off` permits anything that cannot be taken back. */
export type EvidenceClass = 'none' | 'claimed' | 'rebooted' | 'off';

export interface NodeFenceStatus {
  readonly phase: Phase;
  /** Why this phase, in one UpperCamelCase word from a closed list: what `kubectl get nodefences` shows. */
  readonly reason: string;
  readonly message?: string;
  readonly conditions: readonly FenceCondition[];
  readonly evidence: { readonly class: EvidenceClass; readonly items: readonly EvidenceItem[] };
  /** Index into `policy.plan`. */
  readonly level: number;
  /** `leaseTransitions` of the leader that wrote this. */
  readonly leaderEpoch: number;
  /** The settings this attempt began with; a later change of the configuration does not reach it. */
  readonly policy: FencePolicy;
  /** What the node was when the record was taken up. A kubelet writes these: they are compared, never trusted to choose. */
  readonly identity: { readonly systemUUID: string; readonly machineID: string; readonly leaseRenewTime: string };
  /** What comes back on the same machine; `drivers` are the CSI drivers that were registered on the node. */
  readonly before: { readonly labels: Labels; readonly taints: readonly Taint[]; readonly drivers?: readonly string[] };
  /** When the Node object was seen to be gone after the release; RFC 3339. */
  readonly nodeDeleted?: string;
  /** UID of the Node object that the same machine registered anew. */
  readonly returnedUID?: string;
  readonly command?: FenceCommand;
  readonly powerOn?: FenceCommand;
  readonly displaced: readonly DisplacedPod[];
  readonly timeline: readonly TimelineEntry[];
  readonly lastError?: string;
}

export interface FencePolicy {
  readonly methods: readonly FenceMethod[];
  /** The levels in order: what each attempt on this incarnation of the node will send. */
  readonly plan: readonly PlannedCommand[];
  readonly release: FencingSettings['release'];
  readonly return: FencingSettings['return'];
}

export interface PlannedCommand {
  /** Name of the method. */
  readonly method: string;
  readonly action: 'reboot' | 'off';
  /** Whether its script can be asked for the machine's power. */
  readonly verifies: boolean;
}

export interface FenceCondition {
  readonly type: 'Fenced' | 'VolumesReleased' | 'NodeReturned' | 'Succeeded';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export interface EvidenceItem {
  /** RFC 3339. */
  readonly at: string;
  /** Who says so: `script openstack status`, `node bootID`, a person. */
  readonly source: string;
  readonly says: string;
}

/**
 * A power command, written before it is sent. `intended` without a later word means that nobody knows whether it ran:
 * a successor waits out `deadline` and asks `status`, and never sends it again under the same attempt.
 */
export interface FenceCommand {
  readonly action: 'reboot' | 'off' | 'on';
  readonly method: string;
  /** Identity of the process that sends it. */
  readonly by: string;
  readonly epoch: number;
  /** RFC 3339, and how long after it the command may still be running, in milliseconds. */
  readonly at: string;
  readonly limit: number;
  readonly outcome: 'intended' | 'claimed' | 'failed' | 'timedOut' | 'unknown';
  readonly note?: string;
  readonly tries?: number;
}

export interface DisplacedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly owner?: string;
  readonly volumes: readonly string[];
}

export interface TimelineEntry {
  readonly time: string;
  readonly step: string;
  readonly outcome: string;
  readonly note?: string;
}

/** What is known of a record that has not been taken up: nothing. */
export const emptyStatus: NodeFenceStatus = {
  phase: 'Held',
  reason: '',
  conditions: [],
  evidence: { class: 'none', items: [] },
  level: 0,
  leaderEpoch: 0,
  policy: { methods: [], plan: [], release: { deleteStuckPods: false, outOfService: false, deleteNodeAfter: 'never' }, return: { powerOn: false, probation: milliseconds(0), restore: { labels: [], taints: [] } } },
  identity: { systemUUID: '', machineID: '', leaseRenewTime: '' },
  before: { labels: {}, taints: [] },
  displaced: [],
  timeline: [],
};

const slotPhases: readonly Phase[] = ['Isolating', 'Fencing', 'Verifying', 'Fenced', 'Releasing'];

/** A fence in one of these phases holds one of `maxConcurrent` slots, unless all that is left is to wait for somebody else. */
export const holdsSlot = ({ status }: NodeFence): boolean => status !== undefined && slotPhases.includes(status.phase) && status.reason !== 'ReleaseStuck';

/** UID of the Node object that this fence is about: the one it began with, or the one that the same machine registered since. */
export const nodeUIDOf = ({ spec, status }: NodeFence): string => status?.returnedUID ?? spec.nodeUID;

/** Labels, taints and names that users see (spec/api.md). */
export const fencingTaint = 'evenkeel.dev/fencing';
export const outOfServiceTaint = 'node.kubernetes.io/out-of-service';
/** Our value of the out-of-service taint: a taint of that key with another value belongs to somebody else. */
export const outOfServiceValue = 'evenkeel';
export const holdLabel = 'evenkeel.dev/hold';
export const fenceScriptLabel = 'evenkeel.dev/fence-script';
