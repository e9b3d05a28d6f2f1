import type { PodRecord } from '../../model/cluster.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import { readLabelSelector } from '../../model/selector.ts';
import { type ClusterIndex, isActive } from './cluster-index.ts';
import { field } from '../../model/node-selector.ts';

/** A required anti-affinity term, as far as the reference reads it: `namespaceSelector` and match-label keys are not. */
export interface AntiAffinityTerm {
  readonly key: string;
  readonly namespaces: readonly string[];
  readonly topologyKey: string;
  /** `undefined` matches nothing: the selector is absent or cannot be read. */
  readonly selector: LabelSelector | undefined;
  /** What is wrong with a selector that cannot be read. */
  readonly problem: string | undefined;
}

const readBefore = new WeakMap<object, readonly AntiAffinityTerm[]>();
const noTerms: readonly AntiAffinityTerm[] = [];

/** The pod's own required anti-affinity terms; a term without namespaces means those of the pod's own namespace. */
export function antiAffinityTerms(pod: PodRecord): readonly AntiAffinityTerm[] {
  const required = field(field(pod.affinity, 'podAntiAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution');
  if (!Array.isArray(required) || required.length === 0) return noTerms;
  const before = readBefore.get(required) ?? required.map(readTerm);
  readBefore.set(required, before);
  return before;
}

function readTerm(raw: unknown): AntiAffinityTerm {
  const wanted = field(raw, 'labelSelector');
  const read = wanted === undefined || wanted === null ? undefined : readLabelSelector(wanted);
  const namespaces = field(raw, 'namespaces');
  const names = Array.isArray(namespaces) ? namespaces.filter((name) => typeof name === 'string') : [];
  const topologyKey = field(raw, 'topologyKey');
  return {
    key: JSON.stringify([names.toSorted(), wanted ?? null]),
    namespaces: names,
    topologyKey: typeof topologyKey === 'string' ? topologyKey : '',
    selector: read !== undefined && 'selector' in read ? read.selector : undefined,
    problem: read !== undefined && 'problem' in read ? read.problem : undefined,
  };
}

/** Finds the pods that a term means, by node. Each distinct term is looked up once. */
export class AntiAffinityPartners {
  readonly #index: ClusterIndex;
  readonly #known = new Map<string, ReadonlyMap<string, readonly PodRecord[]>>();

  constructor(index: ClusterIndex) {
    this.#index = index;
  }

  /** True when a pod that the term means runs on this very node. Pods of the candidate's own name never count. */
  conflictsOn(node: string, pod: PodRecord, term: AntiAffinityTerm): boolean {
    return this.#on(node, pod, term).some((other) => other.name !== pod.name && !this.#index.isGone(other));
  }

  /** The same for whoever has this term in this namespace, whatever its name. */
  conflictsForAllOn(node: string, pod: PodRecord, term: AntiAffinityTerm): boolean {
    return this.#on(node, pod, term).some((other) => !this.#index.isGone(other));
  }

  #on(node: string, { namespace }: PodRecord, term: AntiAffinityTerm): readonly PodRecord[] {
    return this.#partners(term.namespaces.length === 0 ? [namespace] : term.namespaces, term).get(node) ?? [];
  }

  #partners(namespaces: readonly string[], term: AntiAffinityTerm): ReadonlyMap<string, readonly PodRecord[]> {
    const key = `${namespaces.join(',')} ${term.key}`;
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const { selector } = term;
    const meant = selector === undefined ? [] : [...new Set(namespaces)].flatMap((name) => this.#index.podsSelected(name, selector).filter(isActive));
    const byNode = Map.groupBy(meant, ({ node }) => node);
    this.#known.set(key, byNode);
    return byNode;
  }
}
