import type { NodeRecord } from '../../model/cluster.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import type { NodeFence } from '../../model/nodefence.ts';
import type { Paused } from '../../model/snapshot.ts';
import type { Duration, Instant } from '../../model/time.ts';

/** What a person who asks "why?" can see, read live and once. */
export interface WhyFacts {
  readonly name: string;
  /** Absent: there is no Node object of this name. */
  readonly node?: NodeRecord;
  /** When the condition Ready took its present value, by the clock of the API server's side. */
  readonly readySince?: Instant;
  /** Every record of this node, closed ones too. */
  readonly fences: readonly NodeFence[];
  readonly leader: LeaderFact;
  readonly paused?: Paused;
  readonly settings: WhySettings;
  readonly now: Instant;
}

/** `unseen`: whoever asks may not read the Lease. */
export type LeaderFact = { readonly kind: 'leads'; readonly holder: string } | { readonly kind: 'nobody' } | { readonly kind: 'silent'; readonly holder: string; readonly for: Duration } | { readonly kind: 'unseen' };

export interface WhySettings {
  readonly nodeSelector: LabelSelector;
  readonly window: Duration;
  /** Where they come from: a file, or the defaults. */
  readonly from: string;
}

/** The answer: which rule, since when, and what would change it. */
export interface Verdict {
  readonly node: string;
  /** One word: the phase of the open fence, or why there is none. */
  readonly verdict: string;
  /** The guard or reason behind it, in the words of docs/events.md. */
  readonly rule: string;
  readonly since?: Instant;
  readonly because: string;
  readonly waitsFor: string;
  /** Commands or acts that would change it, the likeliest first. */
  readonly change: readonly string[];
  /** What else a person has to know: a pause, no leader, settings that were assumed. */
  readonly notes: readonly string[];
  readonly fence?: NodeFence;
}
