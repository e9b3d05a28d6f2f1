import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { selects } from '../../model/labels.ts';
import type { MeasuredUsage } from '../../model/rebalancing.ts';
import type { Instant } from '../../model/time.ts';
import type { Namespaces } from './args.ts';
import { type ClusterIndex, isActive } from './cluster-index.ts';
import { Evictor, type EvictorSettings, type Refusal } from './evictor.ts';
import { NodeChoice, type Shapes } from './node-choice.ts';
import { NodeFit } from './node-fit.ts';
import { matchesNode } from './node-selection.ts';
import { type RefusalGround, whyRefused } from './refusal-reasons.ts';
import type { Requests } from './requests.ts';
import type { Explainer, Fit, Proposal, ProposalOutcome, StrategyView, Wanted } from './strategy.ts';
import { toleratesHardTaints } from './taints.ts';

/** What all strategies of a cycle have in common. */
export interface Cycle {
  readonly index: ClusterIndex;
  readonly shapes: Shapes;
  readonly nodes: readonly NodeRecord[];
  readonly now: Instant;
  readonly referenceDefects: boolean;
}

/** Takes down what the engine itself decides about pods, too. */
export interface EngineExplainer extends Explainer {
  /** A filter refused the pod. `because` gives the deciding figure, and costs something. Absent: `pod` is told. */
  refused?(pod: PodRecord, filter: Refusal, because: () => string): void;
  /** What became of a proposal. */
  outcome?(proposal: Proposal, outcome: ProposalOutcome): void;
}

/** One strategy's view through one profile's filters. It counts what the filters refuse. */
export class FilteredView implements StrategyView {
  readonly now: Instant;
  readonly nodes: readonly NodeRecord[];
  readonly refused = new Map<Refusal, number>();
  readonly explain: EngineExplainer | undefined;
  readonly #ground: RefusalGround;
  readonly #index: ClusterIndex;
  readonly #shapes: Shapes;
  readonly #evictor: Evictor;
  readonly #acceptable: NodeChoice;
  readonly #fits = new WeakMap<readonly NodeRecord[], NodeFit>();

  constructor(cycle: Cycle, settings: EvictorSettings, explain?: EngineExplainer) {
    this.now = cycle.now;
    this.nodes = cycle.nodes;
    this.explain = explain;
    this.#index = cycle.index;
    this.#shapes = cycle.shapes;
    const fitNodes = cycle.index.nodes.filter((node) => isReady(node) && settings.nodeSelector !== undefined && selects(settings.nodeSelector, node.labels));
    const fit = this.#fitOver(fitNodes);
    this.#evictor = new Evictor(settings, cycle, fit);
    this.#ground = { settings, index: cycle.index, now: cycle.now, referenceDefects: cycle.referenceDefects, misfit: (pod) => fit.whyNot(pod) };
    this.#acceptable = new NodeChoice(cycle.nodes, cycle.shapes, (pod, node) => toleratesHardTaints(pod, node) && matchesNode(pod, node) !== 'no');
  }

  get measured(): MeasuredUsage | undefined {
    return this.#index.usage;
  }

  candidates(node: NodeRecord, wanted: Wanted): readonly PodRecord[] {
    return this.#index.allPodsOn(node.name).filter((pod) => isWanted(pod, wanted) && this.isEvictable(pod) && this.mayGoNow(pod) && (wanted.where?.(pod) ?? true));
  }

  pods(node: NodeRecord, wanted: Wanted): readonly PodRecord[] {
    return this.#index.allPodsOn(node.name).filter((pod) => isWanted(pod, wanted) && (wanted.where?.(pod) ?? true));
  }

  isEvictable = (pod: PodRecord): boolean => this.#passes(pod, this.#evictor.filter(pod));

  mayGoNow = (pod: PodRecord): boolean => this.#passes(pod, this.#evictor.preEvictionFilter(pod));

  isTerminating = (pod: PodRecord): boolean => this.#index.isTerminating(pod);

  acceptableNodes(pod: PodRecord): readonly NodeRecord[] {
    return this.#acceptable.for(pod);
  }

  fit = (nodes: readonly NodeRecord[]): Fit => this.#fitOver(nodes);

  #fitOver(nodes: readonly NodeRecord[]): NodeFit {
    const before = this.#fits.get(nodes) ?? new NodeFit(this.#index, nodes, this.#shapes);
    this.#fits.set(nodes, before);
    return before;
  }

  used = (node: NodeRecord): { readonly requests: Requests; readonly pods: number } => this.#index.used(node.name);

  #passes(pod: PodRecord, refusal: Refusal | undefined): boolean {
    if (refusal === undefined) return true;
    this.refused.set(refusal, (this.refused.get(refusal) ?? 0) + 1);
    const because = (): string => whyRefused(refusal, pod, this.#ground);
    if (this.explain?.refused === undefined) this.explain?.pod(pod, because());
    else this.explain.refused(pod, refusal, because);
    return false;
  }
}

function isWanted(pod: PodRecord, { phases, namespaces, labels }: Wanted): boolean {
  return (phases === 'all' || (phases === 'active' ? isActive(pod) : pod.phase === phases)) && inNamespaces(pod, namespaces) && (labels === undefined || selects(labels, pod.labels));
}

/** A node without any Ready condition counts as ready; cordons, taints and pressure do not matter here. */
export const isReady = ({ ready }: NodeRecord): boolean => ready === undefined || ready === 'True';

function inNamespaces({ namespace }: PodRecord, namespaces: Namespaces | undefined): boolean {
  const include = namespaces?.include ?? [];
  return (include.length === 0 || include.includes(namespace)) && !(namespaces?.exclude ?? []).includes(namespace);
}
