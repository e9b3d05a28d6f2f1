import { LabelIndex, labelOf } from './label-index.ts';
import { type NamespaceLabels, type PodFacts, type Term, matchesTerm } from './pod-facts.ts';

/** Why a pod that is placed cares about one that is not. */
export type TermKind = 'apart' | 'near' | 'preferred';

/** A term that placed pods have, and on which nodes how many of them. */
export interface PlacedTerm {
  readonly kind: TermKind;
  readonly term: Term;
  /** Of a preferred term; its sign says affinity or anti-affinity. */
  readonly weight: number;
  readonly byNode: Map<string, number>;
}

/** Affinity terms of all pods that are placed. Pods of one workload have the same terms, so there are few different ones. */
export class TermIndex {
  readonly #terms = new Map<string, PlacedTerm>();
  readonly #index = new LabelIndex<PlacedTerm>();

  add(pod: PodFacts, node: string): void {
    this.#count(pod, node, 1);
  }

  remove(pod: PodFacts, node: string): void {
    this.#count(pod, node, -1);
  }

  /** Terms of placed pods that select this pod. */
  *matching(pod: PodFacts, labelsOf: NamespaceLabels): Iterable<PlacedTerm> {
    for (const placed of this.#index.concerning(pod.namespace, pod.labels)) {
      if (matchesTerm(placed.term, pod, labelsOf)) yield placed;
    }
  }

  #count(pod: PodFacts, node: string, sign: 1 | -1): void {
    for (const term of pod.apart) this.#countTerm({ kind: 'apart', term, weight: 0 }, node, sign);
    for (const term of pod.near) this.#countTerm({ kind: 'near', term, weight: 0 }, node, sign);
    for (const term of pod.preferred) this.#countTerm({ kind: 'preferred', term, weight: term.weight }, node, sign);
  }

  #countTerm({ kind, term, weight }: Omit<PlacedTerm, 'byNode'>, node: string, sign: 1 | -1): void {
    const key = `${kind} ${weight} ${term.key}`;
    const placed = this.#terms.get(key) ?? { kind, term, weight, byNode: new Map<string, number>() };
    const count = (placed.byNode.get(node) ?? 0) + sign;
    if (count === 0) placed.byNode.delete(node);
    else placed.byNode.set(node, count);
    if (placed.byNode.size === 0) this.#drop(key, placed);
    else this.#keep(key, placed);
  }

  #keep(key: string, placed: PlacedTerm): void {
    if (this.#terms.has(key)) return;
    this.#terms.set(key, placed);
    this.#index.add(concernOf(placed), placed);
  }

  #drop(key: string, placed: PlacedTerm): void {
    this.#terms.delete(key);
    this.#index.remove(concernOf(placed), placed);
  }
}

const concernOf = ({ term }: PlacedTerm) => ({ namespaces: term.namespaces, label: labelOf(term.raw.labelSelector) });
