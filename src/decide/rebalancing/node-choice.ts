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
  readonly #known = new Map<string, Choice>();
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
    const choice = this.#choiceOf(pod);
    while (this.#askNext(pod, choice));
    return choice.accepted;
  }

  /** The same one by one: nodes are asked only as far as the caller goes, and never twice. */
  *each(pod: PodRecord): Generator<NodeRecord> {
    const choice = this.#choiceOf(pod);
    for (let at = 0; ; at += 1) {
      while (at >= choice.accepted.length && this.#askNext(pod, choice));
      const node = choice.accepted[at];
      if (node === undefined) return;
      yield node;
    }
  }

  #choiceOf(pod: PodRecord): Choice {
    const shape = this.#shapes.of(pod);
    const before = this.#known.get(shape);
    if (before !== undefined) return before;
    const choice = { accepted: [], asked: 0 };
    this.#known.set(shape, choice);
    return choice;
  }

  /** False when every node has been asked. */
  #askNext(pod: PodRecord, choice: Choice): boolean {
    const node = this.#nodes[choice.asked];
    if (node === undefined) return false;
    choice.asked += 1;
    if (this.#accepts(pod, node)) choice.accepted.push(node);
    return true;
  }
}

/** How far the nodes have been asked for one kind of pod. */
interface Choice {
  readonly accepted: NodeRecord[];
  asked: number;
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
