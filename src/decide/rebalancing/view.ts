import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { selects } from '../../model/labels.ts';
import type { Instant } from '../../model/time.ts';
import type { Namespaces } from './args.ts';
import { type ClusterIndex, isActive } from './cluster-index.ts';
import { Evictor, type EvictorSettings, type Refusal } from './evictor.ts';
import { NodeChoice, type Shapes } from './node-choice.ts';
import { NodeFit } from './node-fit.ts';
import { matchesNode } from './node-selection.ts';
import type { StrategyView, Wanted } from './strategy.ts';
import { toleratesHardTaints } from './taints.ts';

/** What all strategies of a cycle have in common. */
export interface Cycle {
  readonly index: ClusterIndex;
  readonly shapes: Shapes;
  readonly nodes: readonly NodeRecord[];
  readonly now: Instant;
}

/** One strategy's view through one profile's filters. It counts what the filters refuse. */
export class FilteredView implements StrategyView {
  readonly now: Instant;
  readonly nodes: readonly NodeRecord[];
  readonly refused = new Map<Refusal, number>();
  readonly #index: ClusterIndex;
  readonly #evictor: Evictor;
  readonly #acceptable: NodeChoice;

  constructor(cycle: Cycle, settings: EvictorSettings) {
    this.now = cycle.now;
    this.nodes = cycle.nodes;
    this.#index = cycle.index;
    const fitNodes = cycle.index.nodes.filter((node) => isReady(node) && settings.nodeSelector !== undefined && selects(settings.nodeSelector, node.labels));
    this.#evictor = new Evictor(settings, cycle.index, cycle.now, new NodeFit(cycle.index, fitNodes, cycle.shapes));
    this.#acceptable = new NodeChoice(cycle.nodes, cycle.shapes, (pod, node) => toleratesHardTaints(pod, node) && matchesNode(pod, node) !== 'no');
  }

  candidates(node: NodeRecord, wanted: Wanted): readonly PodRecord[] {
    return this.#index.allPodsOn(node.name).filter((pod) => {
      if (wanted.phases === 'active' && !isActive(pod)) return false;
      if (!inNamespaces(pod, wanted.namespaces) || (wanted.labels !== undefined && !selects(wanted.labels, pod.labels))) return false;
      return this.#mayGo(pod) && (wanted.where?.(pod) ?? true);
    });
  }

  acceptableNodes(pod: PodRecord): readonly NodeRecord[] {
    return this.#acceptable.for(pod);
  }

  #mayGo(pod: PodRecord): boolean {
    const refusal = this.#evictor.filter(pod) ?? this.#evictor.preEvictionFilter(pod);
    if (refusal === undefined) return true;
    this.refused.set(refusal, (this.refused.get(refusal) ?? 0) + 1);
    return false;
  }
}

/** A node without any Ready condition counts as ready; cordons, taints and pressure do not matter here. */
export const isReady = ({ ready }: NodeRecord): boolean => ready === undefined || ready === 'True';

function inNamespaces({ namespace }: PodRecord, namespaces: Namespaces | undefined): boolean {
  const include = namespaces?.include ?? [];
  return (include.length === 0 || include.includes(namespace)) && !(namespaces?.exclude ?? []).includes(namespace);
}
