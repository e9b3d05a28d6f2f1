import type { Step } from '../model/decision.ts';

export type Severity = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical';

/** What a change leaves behind: the reason and type of its Kubernetes Event, and how loud its log line is. */
export interface Trace {
  readonly reason: string;
  readonly action: string;
  readonly type: 'Normal' | 'Warning';
  readonly severity: Severity;
  /** Counts the end of a fence in `evenkeel_fences_total`. */
  readonly ends?: 'succeeded' | 'recovered' | 'aborted' | 'needs-human' | 'not-proved';
}

/**
 * One row for each step of a fence: forgetting one does not compile. A reason, once released, keeps its meaning, since
 * alerts and routes are written against it (docs/events.md lists them; a test compares).
 */
export const traces = {
  Detected: { reason: 'NodeUnhealthyDetected', action: 'Fence', type: 'Warning', severity: 'warning' },
  Held: { reason: 'FencingHeld', action: 'Fence', type: 'Warning', severity: 'warning' },
  Isolating: { reason: 'NodeIsolated', action: 'Taint', type: 'Normal', severity: 'notice' },
  CommandStarted: { reason: 'FencingStarted', action: 'Fence', type: 'Warning', severity: 'error' },
  CommandClaimed: { reason: 'FencingClaimed', action: 'Fence', type: 'Normal', severity: 'notice' },
  CommandFailed: { reason: 'FencingFailed', action: 'Fence', type: 'Warning', severity: 'critical' },
  CommandTimedOut: { reason: 'FencingTimedOut', action: 'Fence', type: 'Warning', severity: 'critical' },
  CommandUnknown: { reason: 'FencingOutcomeUnknown', action: 'Fence', type: 'Warning', severity: 'warning' },
  AlreadyOff: { reason: 'NodeFoundOff', action: 'Fence', type: 'Normal', severity: 'notice' },
  Proved: { reason: 'FencingVerified', action: 'Fence', type: 'Warning', severity: 'warning' },
  ReleaseStarted: { reason: 'ReleaseStarted', action: 'Release', type: 'Normal', severity: 'notice' },
  OutOfServiceAdded: { reason: 'OutOfServiceTaintAdded', action: 'Taint', type: 'Normal', severity: 'notice' },
  OutOfServiceRemoved: { reason: 'OutOfServiceTaintRemoved', action: 'Untaint', type: 'Normal', severity: 'notice' },
  PodReleased: { reason: 'PodForceDeleted', action: 'ForceDeletePod', type: 'Warning', severity: 'warning' },
  Released: { reason: 'FencingSucceeded', action: 'Release', type: 'Warning', severity: 'warning' },
  LifeSeen: { reason: 'NodeShowsLife', action: 'Release', type: 'Warning', severity: 'warning' },
  ReleaseStuck: { reason: 'ReleaseStuck', action: 'Release', type: 'Warning', severity: 'error' },
  PowerOnStarted: { reason: 'PowerOnStarted', action: 'Unfence', type: 'Normal', severity: 'notice' },
  PowerOnEnded: { reason: 'PowerOnEnded', action: 'Unfence', type: 'Normal', severity: 'notice' },
  PowerOnFailed: { reason: 'PowerOnFailed', action: 'Unfence', type: 'Warning', severity: 'error' },
  NodeDeleting: { reason: 'NodeDeletionStarted', action: 'DeleteNode', type: 'Warning', severity: 'warning' },
  NodeDeleted: { reason: 'NodeDeleted', action: 'DeleteNode', type: 'Warning', severity: 'warning' },
  NodeReregistered: { reason: 'NodeReregistered', action: 'Unfence', type: 'Normal', severity: 'notice' },
  OnProbation: { reason: 'NodeOnProbation', action: 'Unfence', type: 'Normal', severity: 'notice' },
  Relapsed: { reason: 'NodeRelapsed', action: 'Unfence', type: 'Warning', severity: 'warning' },
  Succeeded: { reason: 'NodeRestored', action: 'Unfence', type: 'Normal', severity: 'notice', ends: 'succeeded' },
  Recovered: { reason: 'NodeRecovered', action: 'Unfence', type: 'Normal', severity: 'notice', ends: 'recovered' },
  Escalated: { reason: 'FencingNotProved', action: 'Fence', type: 'Warning', severity: 'error', ends: 'not-proved' },
  Aborted: { reason: 'FencingCancelled', action: 'Fence', type: 'Normal', severity: 'notice', ends: 'aborted' },
  NeedsHuman: { reason: 'FencingNeedsHuman', action: 'Fence', type: 'Warning', severity: 'critical', ends: 'needs-human' },
} as const satisfies Record<Step, Trace>;

/** Events that belong to no fence. */
export const otherTraces = {
  LeaderChanged: { reason: 'LeaderChanged', action: 'Lead', type: 'Normal', severity: 'notice' },
  Paused: { reason: 'Paused', action: 'Pause', type: 'Warning', severity: 'warning' },
  Resumed: { reason: 'Resumed', action: 'Resume', type: 'Normal', severity: 'notice' },
  RebalancePlanned: { reason: 'RebalancePlanned', action: 'Deschedule', type: 'Normal', severity: 'notice' },
  CycleCompleted: { reason: 'CycleCompleted', action: 'Deschedule', type: 'Normal', severity: 'notice' },
  PolicyRejected: { reason: 'PolicyRejected', action: 'Configure', type: 'Warning', severity: 'error' },
  ConfigRejected: { reason: 'ConfigRejected', action: 'Configure', type: 'Warning', severity: 'error' },
} as const satisfies Record<string, Trace>;

export type OtherTrace = keyof typeof otherTraces;
