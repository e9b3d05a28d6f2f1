import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { EvictionAnswer, MeasuredUsage, NotTried } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import type { ArgsProblem, Namespaces, ReadArgs } from './args.ts';
import type { Requests } from './requests.ts';
import type { LabelSelector } from '../../model/configuration.ts';

/**
 * One way to choose pods that should move. A strategy proposes; the engine filters, limits, orders across strategies and
 * evicts. A folder of `strategies/` holds one; its name is the plugin's name in `descheduler/v1alpha2` policies.
 */
export interface Strategy<Args> {
  readonly name: string;
  /** One sentence for `--help` and for the list in the documentation. */
  readonly summary: string;
  /** In a cycle every `deschedule` strategy of every profile runs before the first `balance` strategy. */
  readonly extensionPoint: 'deschedule' | 'balance';
  /** Reads and checks the plugin's `args`; defaults are applied here. */
  parseArgs(raw: unknown): ReadArgs<Args>;
  /** What is wrong with arguments only where the plugin is enabled; absent when nothing can be. */
  checkInUse?(args: Args): readonly ArgsProblem[];
  /** Yields pods in the order in which they should go, and learns what became of each before it names the next. */
  propose(view: StrategyView, args: Args): Proposals;
  /** What it reads besides nodes and pods; absent when nothing. */
  needs?(args: Args): Needs;
}

/** What must be fetched before a strategy with these arguments can work. */
export interface Needs {
  /** `PodRecord.details`: only strategies that look at reasons, conditions or exit codes pay for them. */
  readonly podDetails?: boolean;
  /** Usage as metrics-server measures it. */
  readonly kubernetesMetrics?: boolean;
  /** A query whose answer has one sample per node. */
  readonly prometheusQuery?: string;
}

/** Thrown by `propose` when the strategy cannot work in this cycle: a source of usage is down, say. The others go on. */
export class StrategyFailure extends Error {}

/** What it returns, if anything, is why it ends although pods are left: `no node is under-utilised`. */
export type Proposals = Generator<Proposal, string | void, ProposalOutcome>;

export interface Proposal {
  readonly pod: PodRecord;
  /** A whole sentence with the deciding figure: it goes to the Event, the eviction's annotation and the plan. */
  readonly because: string;
  /**
   * Proposals that a *node* limit ends together, usually those of one node: after it the engine passes over the rest of
   * the group. Absent: the next proposal is tried as if nothing had happened.
   */
  readonly group?: string;
  /** Proposals that the *total* limit ends together. Absent: it ends the strategy. */
  readonly pass?: string;
}

export type ProposalOutcome = EvictionAnswer | NotTried;

/** Which pods of a node a strategy wants to look at. */
export interface Wanted {
  readonly namespaces?: Namespaces | undefined;
  readonly labels?: LabelSelector | undefined;
  /** `active` leaves out Succeeded and Failed pods, `Failed` leaves out all others. */
  readonly phases: 'active' | 'all' | 'Failed';
  /** The strategy's own condition, asked last. */
  readonly where?: (pod: PodRecord) => boolean;
}

/** What a strategy may know. It is bound to one profile, so its filters are those of that profile's DefaultEvictor. */
export interface StrategyView {
  readonly now: Instant;
  /** The cycle's nodes, in the order of names: ready, and chosen by the policy's `nodeSelector`. */
  readonly nodes: readonly NodeRecord[];
  /** The pods of a node, by namespace and name, that are wanted *and* may be evicted now. */
  candidates(node: NodeRecord, wanted: Wanted): readonly PodRecord[];
  /** The pods of a node, by namespace and name, that are wanted, whether they may be evicted or not. */
  pods(node: NodeRecord, wanted: Wanted): readonly PodRecord[];
  /** DefaultEvictor's Filter: whether the pod is evictable at all. A refusal is counted. */
  isEvictable(pod: PodRecord): boolean;
  /** DefaultEvictor's PreEvictionFilter: whether it may go now. A refusal is counted. */
  mayGoNow(pod: PodRecord): boolean;
  /** Already on its way out, by its deletionTimestamp or by this cycle. */
  isTerminating(pod: PodRecord): boolean;
  /** The cycle's nodes that the pod tolerates and asks for. One whose affinity cannot be read counts as asked for. */
  acceptableNodes(pod: PodRecord): readonly NodeRecord[];
  /** Node fit over these nodes. The same array gives the same answerer, which remembers what it found. */
  fit(nodes: readonly NodeRecord[]): Fit;
  /** Sum of the effective requests of the node's active pods, and their number. It changes as evictions settle. */
  used(node: NodeRecord): { readonly requests: Requests; readonly pods: number };
  /** Measured usage, as far as the policy enables it. */
  readonly measured: MeasuredUsage | undefined;
  /** Where to say why, for `why pod` and plans. Absent when nobody asked: compute nothing for it then. */
  readonly explain: Explainer | undefined;
}

/** Whether a pod would find a place among some nodes, as the cluster stands (spec §5). */
export interface Fit {
  /** On the node: its own has room for it by definition. */
  fits(pod: PodRecord, node: NodeRecord): boolean;
  /** On any of the nodes, its own included when it is one of them. */
  fitsAny(pod: PodRecord): boolean;
  fitsAnyOther(pod: PodRecord): boolean;
}

/** Takes down what a strategy found, each with the deciding figure. */
export interface Explainer {
  /** Why the strategy wants this pod to stay: `its age of 100 s is not above maxPodLifeTimeSeconds (600)`. */
  pod(pod: PodRecord, because: string): void;
  /** Usage, thresholds, budget …, by names that `-o json` shows; and why no pod leaves the node, absent where pods may. */
  node(node: NodeRecord, figures: Readonly<Record<string, unknown>>, podsStay?: string): void;
  /** What decided about a whole group. The engine adds what the strategy returns. */
  strategy(because: string): void;
}
