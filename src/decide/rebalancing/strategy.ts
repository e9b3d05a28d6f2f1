import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { EvictionAnswer, NotTried } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import type { Namespaces, ReadArgs } from './args.ts';
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
  /** Yields pods in the order in which they should go, and learns what became of each before it names the next. */
  propose(view: StrategyView, args: Args): Proposals;
}

export type Proposals = Generator<Proposal, void, ProposalOutcome>;

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
  /** `active` leaves out Succeeded and Failed pods. */
  readonly phases: 'active' | 'all';
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
  /** The cycle's nodes that the pod tolerates and asks for. One whose affinity cannot be read counts as asked for. */
  acceptableNodes(pod: PodRecord): readonly NodeRecord[];
}
