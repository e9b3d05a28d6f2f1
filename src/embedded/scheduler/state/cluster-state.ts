import type { Node, Words } from '../../controllers/workload/objects.ts';
import { NodeState } from './node-state.ts';
import { PodCounters } from './pod-counters.ts';
import type { NamespaceLabels, PodFacts } from './pod-facts.ts';
import { TermIndex } from './term-index.ts';

/**
 * What the scheduler knows of the cluster: nodes with sums, counts of pods by selector, affinity terms, users of claims. It
 * follows each event, so that one decision costs a look at the nodes and none at the pods.
 */
export class ClusterState {
  readonly #nodes = new Map<string, NodeState>();
  readonly #placed = new Map<string, { readonly pod: PodFacts; readonly node: string }>();
  readonly #claimUsers = new Map<string, number>();
  readonly #namespaces = new Map<string, Words>();
  #ordered: readonly NodeState[] | undefined;
  readonly counters = new PodCounters(() => [...this.#placed.values()].map(({ pod, node }) => [pod, node] as const));
  readonly terms = new TermIndex();
  readonly namespaceLabels: NamespaceLabels = (name) => this.#namespaces.get(name) ?? {};

  setNode(node: Node): void {
    const state = this.#node(node.metadata.name);
    if (state.node === undefined || zoneOf(state.node) !== zoneOf(node)) this.#ordered = undefined;
    state.setNode(node);
  }

  removeNode(name: string): void {
    const state = this.#node(name);
    state.setNode(undefined);
    this.#ordered = undefined;
    if (state.pods.size === 0) this.#nodes.delete(name);
  }

  /** A pod is, or soon will be, on this node. One that was there already is replaced. */
  place(pod: PodFacts, node: string): void {
    this.displace(pod.uid);
    this.#placed.set(pod.uid, { pod, node });
    this.#node(node).add(pod);
    this.counters.add(pod, node);
    this.terms.add(pod, node);
    for (const claim of pod.claims) this.#countClaim(`${pod.namespace}/${claim}`, 1);
  }

  /** The pod is not there, or does not count any more. True when it was there. */
  displace(uid: string): boolean {
    const known = this.#placed.get(uid);
    if (known === undefined) return false;
    const { pod, node } = known;
    this.#placed.delete(uid);
    this.#node(node).remove(pod);
    this.counters.remove(pod, node);
    this.terms.remove(pod, node);
    for (const claim of pod.claims) this.#countClaim(`${pod.namespace}/${claim}`, -1);
    return true;
  }

  setNamespace(name: string, labels: Words | undefined): void {
    if (labels === undefined) this.#namespaces.delete(name);
    else this.#namespaces.set(name, labels);
    this.counters.forgetAll();
  }

  /** How many placed pods use this claim. */
  usersOf(namespace: string, claim: string): number {
    return this.#claimUsers.get(`${namespace}/${claim}`) ?? 0;
  }

  node(name: string): NodeState | undefined {
    const state = this.#nodes.get(name);
    return state?.node === undefined ? undefined : state;
  }

  /** All nodes, one zone after the other in turn, so that a search that stops early has seen all zones. */
  nodes(): readonly NodeState[] {
    this.#ordered ??= interleave([...this.#nodes.values()].filter(({ node }) => node !== undefined));
    return this.#ordered;
  }

  #node(name: string): NodeState {
    const known = this.#nodes.get(name) ?? new NodeState(name);
    this.#nodes.set(name, known);
    return known;
  }

  #countClaim(key: string, sign: 1 | -1): void {
    const count = (this.#claimUsers.get(key) ?? 0) + sign;
    if (count === 0) this.#claimUsers.delete(key);
    else this.#claimUsers.set(key, count);
  }
}

const zoneOf = ({ metadata: { labels = {} } }: Node): string => `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;

function interleave(nodes: readonly NodeState[]): readonly NodeState[] {
  const zones = new Map<string, NodeState[]>();
  for (const state of nodes) {
    const zone = state.node === undefined ? '' : zoneOf(state.node);
    zones.set(zone, [...(zones.get(zone) ?? []), state]);
  }
  const longest = Math.max(0, ...[...zones.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => [...zones.values()].flatMap((zone) => zone[index] ?? [])).flat();
}
