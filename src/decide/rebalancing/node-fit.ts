import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { type Amount, amount, nothing, parseQuantity, toMilliValue, toValue, wholes } from '../../model/quantity.ts';
import { AntiAffinityPartners, type AntiAffinityTerm, antiAffinityTerms } from './anti-affinity.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { NodeChoice, type Shapes } from './node-choice.ts';
import { antiAffinityObstacle, describeObstacles, placementObstacle, shortageObstacle, type Obstacle, type Shortage } from './misfit.ts';
import { matchesNode } from './node-selection.ts';
import { effectiveRequests, type Requests } from './requests.ts';
import type { Fit } from './strategy.ts';
import { toleratesHardTaints } from './taints.ts';

/**
 * Whether a pod would find a place. Cordons, the pod's own wishes, taints, its own anti-affinity on that very node and
 * room are looked at; topology spread, volumes, ports and pod affinity are not. It looks at the cluster as it stands:
 * ten pods may all be told that they fit into the same free slot.
 */
export class NodeFit implements Fit {
  readonly #index: ClusterIndex;
  readonly #shapes: Shapes;
  readonly #nodes: readonly NodeRecord[];
  readonly #choice: NodeChoice;
  readonly #partners: AntiAffinityPartners;
  /** Per kind of pod two nodes that take it: enough to answer for every pod of the kind, wherever it runs itself. */
  readonly #takers = new Map<string, Takers>();
  /** Per kind of pod what keeps it off each node; filled only for people who ask. */
  readonly #obstacles = new Map<string, { readonly freed: number; readonly found: readonly Obstacle[] }>();

  constructor(index: ClusterIndex, nodes: readonly NodeRecord[], shapes: Shapes) {
    this.#index = index;
    this.#shapes = shapes;
    this.#nodes = nodes;
    this.#choice = new NodeChoice(nodes, shapes, (pod, node) => !node.unschedulable && matchesNode(pod, node) === 'yes' && toleratesHardTaints(pod, node));
    this.#partners = new AntiAffinityPartners(index);
  }

  /** True when some node other than its own would take the pod. */
  fitsAnyOther(pod: PodRecord): boolean {
    if (this.#takersOf(pod).some(({ name }) => name !== pod.node)) return true;
    // What holds for a kind leaves out that a pod never conflicts with its own name, which another namespace may have, too.
    const meansOthers = antiAffinityTerms(pod).some(({ namespaces }) => namespaces.some((name) => name !== pod.namespace));
    return meansOthers && this.#choice.each(pod).some((node) => node.name !== pod.node && this.#hasPlace(pod, node));
  }

  /** True when one of the nodes would take the pod, or it runs on one of them and still suits it. */
  fitsAny(pod: PodRecord): boolean {
    const own = this.#index.node(pod.node);
    return (own !== undefined && this.fits(pod, own)) || this.fitsAnyOther(pod);
  }

  /** True when the node would take the pod; its own room is not asked of the node that it already runs on. */
  fits(pod: PodRecord, node: NodeRecord): boolean {
    return this.#choice.accepts(pod, node) && this.#hasPlace(pod, node);
  }

  /** Why no other node takes the pod, the nearest ones first: for people who ask. */
  whyNot(pod: PodRecord): string {
    const obstacles = this.#obstaclesOf(pod);
    return describeObstacles(obstacles.filter(({ node }) => node !== pod.node));
  }

  #obstaclesOf(pod: PodRecord): readonly Obstacle[] {
    const find = (): readonly Obstacle[] => this.#nodes.flatMap((node) => this.#obstacle(pod, node) ?? []);
    if (antiAffinityTerms(pod).length > 0) return find();
    const kind = this.#kindOf(pod);
    const before = this.#obstacles.get(kind);
    const freed = this.#index.freed.length;
    if (before?.freed === freed) return before.found;
    const found = find();
    this.#obstacles.set(kind, { freed, found });
    return found;
  }

  #obstacle(pod: PodRecord, node: NodeRecord): Obstacle | undefined {
    const placement = placementObstacle(pod, node);
    if (placement !== undefined) return { node: node.name, ...placement };
    const term = this.#conflict(pod, node);
    if (term !== undefined) return { node: node.name, ...antiAffinityObstacle(term.topologyKey) };
    const shortage = findShortage(this.#index, node, effectiveRequests(pod));
    return shortage === undefined ? undefined : { node: node.name, ...shortageObstacle(shortage) };
  }

  #takersOf(pod: PodRecord): readonly NodeRecord[] {
    const kind = this.#kindOf(pod);
    const { freed } = this.#index;
    const before = this.#takers.get(kind);
    if (before === undefined) {
      const nodes = this.#choice.each(pod).filter((node) => this.#takesKind(pod, node)).take(2).toArray();
      this.#takers.set(kind, { nodes, freed: freed.length });
      return nodes;
    }
    // Nodes only ever gain room, so those that were found stay; of the others only these can have changed.
    for (; before.nodes.length < 2 && before.freed < freed.length; before.freed += 1) {
      const node = this.#index.node(freed[before.freed] ?? '');
      if (node !== undefined && !before.nodes.includes(node) && this.#choice.accepts(pod, node) && this.#takesKind(pod, node)) before.nodes.push(node);
    }
    return before.nodes;
  }

  /** Pods of one kind cannot be told apart, but for their names and the nodes that they run on. */
  #kindOf(pod: PodRecord): string {
    const terms = antiAffinityTerms(pod);
    const exclusion = terms.length === 0 ? '' : ` ${pod.namespace} ${terms.map(({ key, topologyKey }) => `${topologyKey} ${key}`).join()}`;
    return `${this.#shapes.of(pod)} ${[...effectiveRequests(pod)].map(([resource, wanted]) => `${resource}=${wanted}`).join()}${exclusion}`;
  }

  #takesKind(pod: PodRecord, node: NodeRecord): boolean {
    const conflict = antiAffinityTerms(pod).some((term) => term.problem !== undefined || (Object.hasOwn(node.labels, term.topologyKey) && this.#partners.conflictsForAllOn(node.name, pod, term)));
    return !conflict && hasRoom(this.#index, node, effectiveRequests(pod));
  }

  #hasPlace(pod: PodRecord, node: NodeRecord): boolean {
    return this.#conflict(pod, node) === undefined && (node.name === pod.node || hasRoom(this.#index, node, effectiveRequests(pod)));
  }

  /** A term that cannot be read conflicts everywhere: nobody can tell with whom the pod must not run. */
  #conflict(pod: PodRecord, node: NodeRecord): AntiAffinityTerm | undefined {
    return antiAffinityTerms(pod).find((term) => term.problem !== undefined || Object.hasOwn(node.labels, term.topologyKey) && this.#partners.conflictsOn(node.name, pod, term));
  }
}

/** What is known of a kind of pod, and how many of the freed nodes have been looked at since. */
interface Takers {
  readonly nodes: NodeRecord[];
  freed: number;
}

const hasRoom = (index: ClusterIndex, node: NodeRecord, requests: Requests): boolean => findShortage(index, node, requests) === undefined;

function findShortage(index: ClusterIndex, node: NodeRecord, requests: Requests): Shortage | undefined {
  const used = index.used(node.name);
  if (toValue(allocatable(node, 'pods') ?? nothing) - BigInt(used.pods) <= 0n) return { resource: 'pods', wanted: wholes(1), free: nothing };
  for (const [resource, wanted] of requests) {
    const view = resource === 'cpu' ? toMilliValue : thousandfoldValue;
    const offered = allocatable(node, resource) ?? (isDevice(resource) ? undefined : nothing);
    // Of a device that the node does not list, nothing is free, but never less than nothing: a request of 0 fits.
    const free = offered === undefined ? 0n : view(offered) - view(used.requests.get(resource) ?? nothing);
    if (toMilliValue(wanted) > free) return { resource, wanted, free: amount(free * 1_000_000n) };
  }
  return undefined;
}

/** CPU and memory are used up even on a node that does not say how much it has. */
const isDevice = (resource: string): boolean => resource !== 'cpu' && resource !== 'memory';

/** Everything but CPU is counted in whole units, rounded up, before it is compared in thousandths. */
const thousandfoldValue = (of: Amount): bigint => toValue(of) * 1_000n;

const offers = new WeakMap<object, ReadonlyMap<string, Amount>>();

/** What the node offers of a resource that it lists; an amount that cannot be read is none. */
function allocatable({ allocatable: raw }: NodeRecord, resource: string): Amount | undefined {
  let offer = offers.get(raw);
  if (offer === undefined) {
    offer = new Map(Object.entries(raw).map(([name, text]) => [name, parseQuantity(text) ?? nothing]));
    offers.set(raw, offer);
  }
  return offer.get(resource);
}
