import type { PodRecord } from './cluster.ts';
import type { NodeFence, NodeFenceSpec, NodeFenceStatus } from './nodefence.ts';

/**
 * Every change that the record of a fence can go through, each with its Event, metric and log line in `report/traces.ts`.
 * A step without an entry there does not compile.
 */
export type Step =
  | 'Detected'
  | 'Held'
  | 'Isolating'
  | 'CommandStarted'
  | 'CommandClaimed'
  | 'CommandFailed'
  | 'CommandTimedOut'
  | 'CommandUnknown'
  | 'AlreadyOff'
  | 'Proved'
  | 'ReleaseStarted'
  | 'OutOfServiceAdded'
  | 'OutOfServiceRemoved'
  | 'PodReleased'
  | 'Released'
  | 'LifeSeen'
  | 'ReleaseStuck'
  | 'PowerOnStarted'
  | 'PowerOnEnded'
  | 'PowerOnFailed'
  | 'NodeDeleting'
  | 'NodeDeleted'
  | 'NodeReregistered'
  | 'OnProbation'
  | 'Relapsed'
  | 'Succeeded'
  | 'Recovered'
  | 'Escalated'
  | 'Aborted'
  | 'NeedsHuman';

export type StatusChange = Partial<Omit<NodeFenceStatus, 'timeline' | 'leaderEpoch' | 'conditions'>>;

/** A write of the record and nothing else. */
export interface Advance {
  readonly step: Step;
  readonly change: StatusChange;
  /** A whole sentence: node, what, because. It goes to the Event, the log and the timeline. */
  readonly note: string;
  /** A closed list of words for metrics: the guard that held, the outcome, the kind of evidence. */
  readonly cause: string;
}

export type Decision =
  | { readonly kind: 'wait'; readonly node: string; readonly because: string }
  | { readonly kind: 'open'; readonly node: string; readonly spec: NodeFenceSpec; readonly note: string }
  | { readonly kind: 'advance'; readonly fence: NodeFence; readonly advance: Advance; readonly releaseSlot: boolean }
  /** Takes a slot, records Isolating, puts our NoSchedule taint on. */
  | { readonly kind: 'isolate'; readonly fence: NodeFence; readonly slots: number; readonly advance: Advance }
  /** Puts our own taint on with this effect; with `advance` the record follows. */
  | { readonly kind: 'taint'; readonly fence: NodeFence; readonly effect: 'NoSchedule' | 'NoExecute'; readonly needs: 'silence' | 'off' | 'nothing'; readonly advance: Advance | undefined }
  /** Makes sure of the slot once more, then sends the one command of this attempt. */
  | { readonly kind: 'command'; readonly fence: NodeFence; readonly action: 'reboot' | 'off'; readonly slots: number }
  | { readonly kind: 'powerOn'; readonly fence: NodeFence }
  | { readonly kind: 'readPower'; readonly fence: NodeFence }
  | { readonly kind: 'outOfService'; readonly fence: NodeFence; readonly note: string }
  | { readonly kind: 'liftOutOfService'; readonly node: string; readonly nodeUID: string; readonly fence: NodeFence | undefined; readonly because: string }
  /** Deletes the Node object of a machine that is proved off and holds nothing any more. */
  | { readonly kind: 'deleteNode'; readonly fence: NodeFence; readonly advance: Advance }
  /** Gives a Node object that the same machine registered anew its listed labels and taints back, under our taint. */
  | { readonly kind: 'restore'; readonly fence: NodeFence; readonly nodeUID: string; readonly advance: Advance }
  | { readonly kind: 'forceDelete'; readonly fence: NodeFence; readonly pods: readonly PodRecord[] }
  /** Removes our taints, gives the slot back and records the end (or, for Held, the retreat). */
  | { readonly kind: 'withdraw'; readonly fence: NodeFence; readonly advance: Advance }
  /** Opens the next attempt, then closes this one. */
  | { readonly kind: 'escalate'; readonly fence: NodeFence; readonly spec: NodeFenceSpec; readonly advance: Advance }
  /** Our isolation taint on a node without an open fence. */
  | { readonly kind: 'untaint'; readonly node: string; readonly nodeUID: string; readonly because: string }
  | { readonly kind: 'forget'; readonly fence: NodeFence };

/** What became of a decision. Expected outcomes are values, not errors. */
export type Outcome =
  | { readonly kind: 'done'; readonly records: readonly ActionRecord[] }
  /** The world had changed when we looked again; nothing was done, the next pass decides anew. */
  | { readonly kind: 'skipped'; readonly because: string };

/** One change that happened, for the Event, the metric and the log line. */
export interface ActionRecord {
  readonly step: Step;
  readonly node: string;
  readonly nodeUID: string;
  readonly fence: string | undefined;
  readonly fenceUID: string | undefined;
  readonly note: string;
  readonly cause: string;
  readonly method: string;
  readonly pod?: { readonly namespace: string; readonly name: string; readonly uid: string; readonly ownerKind: string };
}
