import type { AttachmentRecord, NodeRecord, PersistentVolumeRecord, PodRecord } from './cluster.ts';
import type { NodeFence } from './nodefence.ts';
import type { Instant, Tick } from './time.ts';

/** A read-only view of the cluster, valid for one synchronous `decide`: the index behind it goes on changing afterwards. */
export interface Snapshot {
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  readonly fences: ReadonlyMap<string, NodeFence>;
  heartbeat(node: string): Heartbeat | undefined;
  podsOn(node: string): Iterable<PodRecord>;
  attachmentsOn(node: string): Iterable<AttachmentRecord>;
  /** The volume that a claim has; `undefined` while it has none. */
  volumeOf(namespace: string, claim: string): PersistentVolumeRecord | undefined;
  /** CSI drivers that are registered on the node now. */
  driversOn(node: string): readonly string[];
  /** What separate `status` runs said about the machine of this fence, oldest first; this process's own, in memory. */
  powerReadings(fence: string): readonly PowerReading[];
  /** True while this process has a script running for this fence. */
  scriptRunning(fence: string): boolean;
  /** When this process first saw the fence in the phase that it is in, held for this reason, or its latest command to power on. */
  phaseSince(fence: string): Tick | undefined;
  /** What a script can do, by name; `undefined` when it may not be used or is not there (the reason is in `problem`). */
  script(name: string): ScriptAbility;
  /** When any node's Lease was last seen to move; `undefined` until the first. */
  readonly lastLeaseMove: Tick | undefined;
  readonly self: Self;
}

/** What this process saw of one node, on its own monotonic clock. */
export interface Heartbeat {
  /** `spec.renewTime` of the node's Lease, as written. */
  readonly renewTime: string | undefined;
  /** Since when the Lease has not moved. */
  readonly leaseStillSince: Tick;
  /** Since when Ready has been Unknown without a break; `undefined` while it is not. */
  readonly unknownSince: Tick | undefined;
  /** Since when Ready has not been True without a break. */
  readonly notReadySince: Tick | undefined;
  /** Since when Ready has been True without a break. */
  readonly readySince: Tick | undefined;
}

export interface PowerReading {
  readonly tick: Tick;
  readonly at: Instant;
  readonly power: 'on' | 'off' | 'unknown';
  readonly because: string;
}

export type ScriptAbility =
  | { readonly kind: 'usable'; readonly actions: readonly string[] }
  | { readonly kind: 'unusable'; readonly problem: string };

export interface Self {
  readonly identity: string;
  /** The node this process runs on, when it is told. */
  readonly node: string | undefined;
  readonly epoch: number;
  readonly leadingSince: Tick;
  /** The API server lets us delete Node objects (manifests/components/delete-node). */
  readonly mayDeleteNodes: boolean;
  /** Present while a person has paused evenkeel: nothing new is begun. */
  readonly paused?: Paused;
}

/** Who said stop, and why: for people, never compared. */
export interface Paused {
  readonly by: string;
  readonly reason: string;
}
