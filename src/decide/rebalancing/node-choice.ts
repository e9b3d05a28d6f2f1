import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { requiredNodeAffinity } from './node-selection.ts';

/**
 * Which of the given nodes a pod accepts, as far as that depends only on its node selector, its required node affinity
 * and its tolerations. The replicas of a workload have these in common, so each distinct combination is asked once:
 * 150,000 pods times 5,000 nodes would be 750 million questions.
 */
export class NodeChoice {
  readonly #nodes: readonly NodeRecord[];
  readonly #accepts: (pod: PodRecord, node: NodeRecord) => boolean;
  readonly #known = new Map<string, readonly NodeRecord[]>();
  readonly #members = new WeakMap<readonly NodeRecord[], ReadonlySet<NodeRecord>>();
  readonly #shapes: Shapes;

  constructor(nodes: readonly NodeRecord[], shapes: Shapes, accepts: (pod: PodRecord, node: NodeRecord) => boolean) {
    this.#nodes = nodes;
    this.#shapes = shapes;
    this.#accepts = accepts;
  }

  accepts(pod: PodRecord, node: NodeRecord): boolean {
    const nodes = this.for(pod);
    const known = this.#members.get(nodes) ?? new Set(nodes);
    this.#members.set(nodes, known);
    return known.has(node);
  }

  /** The accepted nodes in the order given; the same array for pods that cannot be told apart. */
  for(pod: PodRecord): readonly NodeRecord[] {
    const shape = this.#shapes.of(pod);
    const before = this.#known.get(shape);
    if (before !== undefined) return before;
    const nodes = this.#nodes.filter((node) => this.#accepts(pod, node));
    this.#known.set(shape, nodes);
    return nodes;
  }
}

/** Gives equal placement wishes equal names. */
export class Shapes {
  readonly #numbers = new Map<string, number>();
  readonly #seen = new WeakMap<object, number>();

  of(pod: PodRecord): string {
    return `${this.#number(pod.nodeSelector)},${this.#number(requiredNodeAffinity(pod))},${this.#number(pod.tolerations)}`;
  }

  #number(part: unknown): number {
    if (typeof part !== 'object' || part === null) return 0;
    const before = this.#seen.get(part);
    if (before !== undefined) return before;
    const text = JSON.stringify(part);
    const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
    this.#numbers.set(text, number);
    this.#seen.set(part, number);
    return number;
  }
}
