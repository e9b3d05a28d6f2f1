import { type Concern, LabelIndex } from './label-index.ts';
import type { PodFacts } from './pod-facts.ts';

/** Which pods a counter counts. */
export interface Counted extends Concern {
  /** Equal for counters that count the same. */
  readonly key: string;
  matches(pod: PodFacts): boolean;
}

/** Number of matching pods by node; nodes without any are absent. */
export type NodeCounts = ReadonlyMap<string, number>;

interface Counter {
  readonly counted: Counted;
  readonly byNode: Map<string, number>;
}

/** So many counters are kept; beyond them the one that was asked for longest ago is forgotten, and made anew when needed. */
const kept = 2_000;

/**
 * Counts of pods that a selector selects, by node. The first question about a selector walks over all pods; from then on its
 * counter follows each pod that comes or goes, so that a decision costs a look at the nodes only.
 */
export class PodCounters {
  readonly #counters = new Map<string, Counter>();
  readonly #index = new LabelIndex<Counter>();
  readonly #all: () => Iterable<readonly [PodFacts, string]>;

  /** `all` gives every pod with its node. */
  constructor(all: () => Iterable<readonly [PodFacts, string]>) {
    this.#all = all;
  }

  counts(counted: Counted): NodeCounts {
    const known = this.#counters.get(counted.key);
    const counter = known ?? this.#make(counted);
    // The map keeps its order: whoever was asked last is last.
    this.#counters.delete(counted.key);
    this.#counters.set(counted.key, counter);
    return counter.byNode;
  }

  add(pod: PodFacts, node: string): void {
    this.#follow(pod, node, 1);
  }

  remove(pod: PodFacts, node: string): void {
    this.#follow(pod, node, -1);
  }

  /** When labels of namespaces change, nobody knows what still holds. */
  forgetAll(): void {
    this.#counters.clear();
    this.#index.clear();
  }

  #make(counted: Counted): Counter {
    const counter: Counter = { counted, byNode: new Map() };
    for (const [pod, node] of this.#all()) count(counter, pod, node, 1);
    this.#index.add(counted, counter);
    if (this.#counters.size >= kept) this.#forgetOldest();
    return counter;
  }

  #forgetOldest(): void {
    for (const [key, counter] of this.#counters) {
      this.#counters.delete(key);
      this.#index.remove(counter.counted, counter);
      return;
    }
  }

  #follow(pod: PodFacts, node: string, sign: 1 | -1): void {
    for (const counter of this.#index.concerning(pod.namespace, pod.labels)) count(counter, pod, node, sign);
  }
}

// eslint-disable-next-line max-params
function count({ counted, byNode }: Counter, pod: PodFacts, node: string, sign: 1 | -1): void {
  if (counted.namespaces?.includes(pod.namespace) === false || !counted.matches(pod)) return;
  const sum = (byNode.get(node) ?? 0) + sign;
  if (sum === 0) byNode.delete(node);
  else byNode.set(node, sum);
}
