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
  /** Per kind of pod the first two nodes with room: enough to answer for every pod, wherever it runs itself. */
  readonly #firstTwo = new Map<string, readonly string[]>();
  /** Per kind of pod what keeps it off each node; filled only for people who ask. */
  readonly #obstacles = new Map<string, readonly Obstacle[]>();
  #version: number;

  constructor(index: ClusterIndex, nodes: readonly NodeRecord[], shapes: Shapes) {
    this.#index = index;
    this.#shapes = shapes;
    this.#nodes = nodes;
    this.#choice = new NodeChoice(nodes, shapes, (pod, node) => !node.unschedulable && matchesNode(pod, node) === 'yes' && toleratesHardTaints(pod, node));
    this.#partners = new AntiAffinityPartners(index);
    this.#version = index.version;
  }

  /** True when some node other than its own would take the pod. */
  fitsAnyOther(pod: PodRecord): boolean {
    if (antiAffinityTerms(pod).length > 0) return this.#choice.each(pod).some((node) => node.name !== pod.node && this.#hasPlace(pod, node));
    return this.#nodesWithRoom(pod).some((name) => name !== pod.node);
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
    const hasTerms = antiAffinityTerms(pod).length > 0;
    const kind = hasTerms ? '' : this.#kindOf(pod);
    const known = hasTerms ? undefined : this.#obstacles.get(kind);
    const obstacles = known ?? this.#nodes.flatMap((node) => this.#obstacle(pod, node) ?? []);
    if (!hasTerms) this.#obstacles.set(kind, obstacles);
    return describeObstacles(obstacles.filter(({ node }) => node !== pod.node));
  }

  #obstacle(pod: PodRecord, node: NodeRecord): Obstacle | undefined {
    const placement = placementObstacle(pod, node);
    if (placement !== undefined) return { node: node.name, ...placement };
    const term = this.#conflict(pod, node);
    if (term !== undefined) return { node: node.name, ...antiAffinityObstacle(term.topologyKey) };
    const shortage = findShortage(this.#index, node, effectiveRequests(pod));
    return shortage === undefined ? undefined : { node: node.name, ...shortageObstacle(shortage) };
  }

  #kindOf(pod: PodRecord): string {
    if (this.#version !== this.#index.version) {
      this.#firstTwo.clear();
      this.#obstacles.clear();
    }
    this.#version = this.#index.version;
    return `${this.#shapes.of(pod)} ${[...effectiveRequests(pod)].map(([resource, wanted]) => `${resource}=${wanted}`).join()}`;
  }

  #nodesWithRoom(pod: PodRecord): readonly string[] {
    const requests = effectiveRequests(pod);
    const kind = this.#kindOf(pod);
    const before = this.#firstTwo.get(kind);
    if (before !== undefined) return before;
    const names: string[] = [];
    for (const node of this.#choice.each(pod)) {
      if (hasRoom(this.#index, node, requests)) names.push(node.name);
      if (names.length === 2) break;
    }
    this.#firstTwo.set(kind, names);
    return names;
  }

  #hasPlace(pod: PodRecord, node: NodeRecord): boolean {
    return this.#conflict(pod, node) === undefined && (node.name === pod.node || hasRoom(this.#index, node, effectiveRequests(pod)));
  }

  /** A term that cannot be read conflicts everywhere: nobody can tell with whom the pod must not run. */
  #conflict(pod: PodRecord, node: NodeRecord): AntiAffinityTerm | undefined {
    return antiAffinityTerms(pod).find((term) => term.problem !== undefined || Object.hasOwn(node.labels, term.topologyKey) && this.#partners.conflictsOn(node.name, pod, term));
  }
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
