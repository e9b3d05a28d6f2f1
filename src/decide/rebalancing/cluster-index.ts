import type { BudgetRecord, ClaimRecord, NamespaceRecord, NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { Amount } from '../../model/quantity.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import type { ClusterFacts, MeasuredUsage } from '../../model/rebalancing.ts';
import { LabelIndex } from './label-index.ts';
import { byName, byNamespaceAndName } from './order.ts';
import { add, effectiveRequests, subtract, type Requests } from './requests.ts';

/**
 * One cycle's view of the cluster, arranged so that no question costs a walk over all pods. It changes only by
 * `settle`, so that later strategies see what earlier ones did.
 */
export class ClusterIndex {
  /** Every node, in the order of names. */
  readonly nodes: readonly NodeRecord[];
  readonly podCount: number;
  readonly usage: MeasuredUsage | undefined;
  /** Nodes on which room became free, in that order: answers given before may have changed there, and nowhere else. */
  readonly freed: string[] = [];
  readonly #nodesByName: ReadonlyMap<string, NodeRecord>;
  readonly #pods = new Map<string, PodRecord[]>();
  readonly #namespacePods = new Map<string, PodRecord[]>();
  readonly #labels = new Map<string, LabelIndex>();
  readonly #owned = new Map<string, number>();
  readonly #used = new Map<string, { readonly requests: Map<string, Amount>; pods: number }>();
  readonly #budgets: ReadonlyMap<string, readonly BudgetRecord[]>;
  readonly #namespaces: ReadonlyMap<string, NamespaceRecord>;
  readonly #claims: ReadonlyMap<string, ClaimRecord>;
  readonly #evicted = new Map<string, AfterEviction>();

  constructor(facts: ClusterFacts) {
    this.nodes = facts.nodes.toSorted(byName);
    this.podCount = facts.pods.length;
    this.usage = facts.usage;
    this.#nodesByName = new Map(this.nodes.map((node) => [node.name, node]));
    for (const pod of facts.pods) this.#take(pod);
    for (const pods of this.#pods.values()) pods.sort(byNamespaceAndName);
    this.#budgets = Map.groupBy(facts.budgets, ({ namespace }) => namespace);
    this.#namespaces = new Map(facts.namespaces.map((each) => [each.name, each]));
    this.#claims = new Map(facts.claims.map((each) => [`${each.namespace}/${each.name}`, each]));
  }

  #take(pod: PodRecord): void {
    if (pod.node !== '') append(this.#pods, pod.node, pod);
    append(this.#namespacePods, pod.namespace, pod);
    for (const owner of new Set(pod.owners.map(({ uid }) => uid))) this.#owned.set(owner, (this.#owned.get(owner) ?? 0) + 1);
  }

  node = (name: string): NodeRecord | undefined => this.#nodesByName.get(name);

  /** Every pod of a node, finished ones included, by namespace and name. */
  allPodsOn = (node: string): readonly PodRecord[] => this.#pods.get(node) ?? [];

  /** The pods of a node that are not finished; terminating ones are among them. */
  podsOn = (node: string): readonly PodRecord[] => this.allPodsOn(node).filter(isActive);

  /** Every pod of a namespace that is still in the cluster, bound or not. */
  podsIn = (namespace: string): readonly PodRecord[] => this.#namespacePods.get(namespace) ?? [];

  /** Those of them that a selector means. */
  podsSelected(namespace: string, selector: LabelSelector): PodRecord[] {
    const labels = this.#labels.get(namespace) ?? new LabelIndex(this.podsIn(namespace));
    this.#labels.set(namespace, labels);
    return labels.selected(selector);
  }

  /** How many pods carry an owner reference with this UID: on any node or none, in any phase. */
  ownedBy = (uid: string): number => this.#owned.get(uid) ?? 0;

  budgetsIn = (namespace: string): readonly BudgetRecord[] => this.#budgets.get(namespace) ?? [];
  namespace = (name: string): NamespaceRecord | undefined => this.#namespaces.get(name);
  claim = (namespace: string, name: string): ClaimRecord | undefined => this.#claims.get(`${namespace}/${name}`);

  /** Sum of the effective requests of the node's active pods, and their number. */
  used(node: string): { readonly requests: Requests; readonly pods: number } {
    const before = this.#used.get(node);
    if (before !== undefined) return before;
    const requests = new Map<string, Amount>();
    const pods = this.podsOn(node);
    for (const pod of pods) add(requests, effectiveRequests(pod));
    const sum = { requests, pods: pods.length };
    this.#used.set(node, sum);
    return sum;
  }

  isTerminating = (pod: PodRecord): boolean => pod.deletionTimestamp !== undefined || this.#evicted.get(pod.uid) === 'terminating';
  isGone = (pod: PodRecord): boolean => this.#evicted.get(pod.uid) === 'gone';
  wasEvicted = (pod: PodRecord): boolean => this.#evicted.has(pod.uid);

  /** Takes note of an eviction. A real one leaves the pod terminating; a dry run takes it away at once. */
  settle(pod: PodRecord, after: AfterEviction): void {
    this.#evicted.set(pod.uid, after);
    if (after !== 'gone') return; // It keeps its room, its owner's count and its anti-affinity until it has ended.
    this.freed.push(pod.node);
    this.#pods.set(pod.node, this.allPodsOn(pod.node).filter(({ uid }) => uid !== pod.uid));
    for (const owner of new Set(pod.owners.map(({ uid }) => uid))) this.#owned.set(owner, this.ownedBy(owner) - 1);
    const sum = this.#used.get(pod.node);
    if (sum === undefined || !isActive(pod)) return;
    subtract(sum.requests, effectiveRequests(pod));
    sum.pods -= 1;
  }
}

/** `unchanged` is the reference against an API server that only takes notes: for comparing the two. */
export type AfterEviction = 'terminating' | 'gone' | 'unchanged';

export const isActive = ({ phase }: PodRecord): boolean => phase !== 'Succeeded' && phase !== 'Failed';

function append(groups: Map<string, PodRecord[]>, key: string, pod: PodRecord): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [pod]);
  else group.push(pod);
}
