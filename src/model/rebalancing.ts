import type { Amount } from './quantity.ts';
import type { BudgetRecord, ClaimRecord, NamespaceRecord, NodeRecord, PodRecord } from './cluster.ts';

/*
 * What a rebalance run says of itself. `run/rebalance.ts` hands each entry to a `Recorder`; `report/` makes the Event,
 * the metric and the log line of it.
 */

/** Everything a rebalance cycle reads of the cluster, in any order: the index sorts. */
export interface ClusterFacts {
  readonly nodes: readonly NodeRecord[];
  readonly pods: readonly PodRecord[];
  readonly budgets: readonly BudgetRecord[];
  readonly namespaces: readonly NamespaceRecord[];
  readonly claims: readonly ClaimRecord[];
  /** Measured usage, when the policy names a source of it. */
  readonly usage?: MeasuredUsage;
}

/** What metrics-server and Prometheus say. A source that is not enabled is absent; one that failed says why. */
export interface MeasuredUsage {
  readonly kubernetes?: KubernetesUsage | SourceProblem;
  /** By query: each sample's `instance` (a node's name) and value. */
  readonly prometheus?: ReadonlyMap<string, ReadonlyMap<string, number> | SourceProblem>;
}

export interface KubernetesUsage {
  /** Node name → resource (`cpu`, `memory`) → amount. */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<string, Amount>>;
  /** `namespace/name` → resource → sum over its containers; a resource that some container lacks is left out. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Amount>>;
}

export interface SourceProblem {
  readonly problem: string;
}

/** One pod as other objects name it. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** An eviction that a strategy wants and every filter and limit allows. */
export interface Eviction {
  readonly pod: PodName;
  readonly node: string;
  readonly profile: string;
  /** The plugin's name as the policy writes it. */
  readonly strategy: string;
  /** A whole sentence: which pod, where, why. */
  readonly because: string;
}

/** What the API server made of one eviction. Only `evicted` counts against the limits. */
export type EvictionAnswer =
  | { readonly kind: 'evicted' }
  /** 429: a disruption budget, or the server's own flow control, says not now. */
  | { readonly kind: 'blocked'; readonly because: string }
  /** The pod had ended or been replaced by the time we asked. */
  | { readonly kind: 'gone'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

/** A limit of the policy, named as the policy's field is. */
export type Limit = 'maxNoOfPodsToEvictTotal' | 'maxNoOfPodsToEvictPerNode' | 'maxNoOfPodsToEvictPerNamespace';

/** Why an eviction that a strategy wanted was not tried: a limit, or the pod was already evicted in this cycle. */
export type NotTried =
  | { readonly kind: 'limited'; readonly limit: Limit; readonly because: string }
  | { readonly kind: 'repeated'; readonly because: string }
  | { readonly kind: 'skipped'; readonly because: string };

export type RebalanceEntry =
  | { readonly kind: 'eviction'; readonly eviction: Eviction; readonly answer: EvictionAnswer; readonly dryRun: boolean }
  | { readonly kind: 'limited'; readonly eviction: Eviction; readonly limit: Limit; readonly because: string; readonly dryRun: boolean }
  /** Nothing was looked at, or the rest was left out: an open fence, too few nodes, another run, a signal. */
  | { readonly kind: 'stopped'; readonly cause: StopCause; readonly because: string; readonly dryRun: boolean }
  | { readonly kind: 'warning'; readonly because: string }
  | { readonly kind: 'finished'; readonly summary: CycleSummary; readonly dryRun: boolean };

/** A closed list, for metric labels. */
export type StopCause = 'openFence' | 'tooFewNodes' | 'leaseHeldElsewhere' | 'leaseLost' | 'signal' | 'paused' | 'blind';

export interface CycleSummary {
  readonly nodes: number;
  readonly pods: number;
  readonly totals: Tally;
  readonly strategies: readonly StrategySummary[];
  readonly stopped: { readonly cause: StopCause; readonly because: string } | undefined;
}

export interface StrategySummary {
  readonly profile: string;
  readonly strategy: string;
  readonly tally: Tally;
  /** How many pods the filters refused, by cause; a pod is counted once for each time a strategy looked at it. */
  readonly refused: Readonly<Record<string, number>>;
  /** Why the strategy had nothing to do, or nothing more, in its own words. */
  readonly ended?: string;
  /** Why the strategy could not work in this cycle; the others go on. */
  readonly failed?: string;
}

export interface Tally {
  readonly evicted: number;
  readonly blocked: number;
  readonly gone: number;
  readonly failed: number;
  readonly limited: number;
}
