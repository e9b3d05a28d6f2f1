import type { AntiAffinityTerm } from '../../src/decide/rebalancing/anti-affinity.ts';
import { LabelIndex } from '../../src/decide/rebalancing/label-index.ts';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import type { LabelSelector } from '../../src/model/configuration.ts';
import { selects } from '../../src/model/labels.ts';

/** What keeps a pod from staying: how many pods it does not want near it, and in which place. */
export interface Conflict {
  readonly pods: number;
  readonly place: string;
}

/** How many of the pods that a term means are in each place. */
interface Census {
  readonly namespaces: readonly string[];
  readonly pods: Map<string, number>;
}

/**
 * The pods that may be in each other's way. Each distinct term is counted once, by node or domain; after that a question
 * costs a look into the count, and an eviction lowers the counts that its pod is in.
 */
export class Partners {
  readonly #nodes: ReadonlyMap<string, NodeRecord>;
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #known = new Map<string, Census>();
  /** The counts that a pod is in, with its place there. */
  readonly #countedIn = new Map<PodRecord, { readonly census: Census; readonly place: string }[]>();

  constructor(nodes: readonly NodeRecord[], pods: Iterable<PodRecord>) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#namespaces = new Map([...Map.groupBy(pods, ({ namespace }) => namespace)].map(([name, own]) => [name, new Namespace(own)]));
  }

  /** The conflict that this term of the pod has as things stand, if any. */
  conflict(pod: PodRecord, term: AntiAffinityTerm): Conflict | undefined {
    const { selector, topologyKey } = term;
    if (selector === undefined) return undefined;
    const { namespaces, pods } = this.#census(pod, term, selector);
    const place = this.#place(pod, topologyKey);
    // Pods of the candidate's own name never count, be it the candidate or a namesake from elsewhere.
    const namesakes = namespaces.filter((namespace) => {
      const namesake = this.#namespaces.get(namespace)?.find(pod.name);
      return namesake !== undefined && selects(selector, namesake.labels) && this.#place(namesake, topologyKey) === place;
    });
    const others = (pods.get(place) ?? 0) - namesakes.length;
    return others > 0 ? { pods: others, place } : undefined;
  }

  /** Takes an evicted pod out. */
  remove(pod: PodRecord): void {
    this.#namespaces.get(pod.namespace)?.remove(pod);
    for (const { census, place } of this.#countedIn.get(pod) ?? []) census.pods.set(place, (census.pods.get(place) ?? 0) - 1);
    this.#countedIn.delete(pod);
  }

  #census(pod: PodRecord, term: AntiAffinityTerm, selector: LabelSelector): Census {
    const own = term.namespaces.length === 0 ? pod.namespace : '';
    const key = `${own} ${term.topologyKey} ${term.key}`;
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const census: Census = { namespaces: own === '' ? [...new Set(term.namespaces)] : [own], pods: new Map() };
    for (const namespace of census.namespaces) for (const meant of this.#namespaces.get(namespace)?.selected(selector) ?? []) this.#count(census, meant, term.topologyKey);
    this.#known.set(key, census);
    return census;
  }

  #count(census: Census, pod: PodRecord, topologyKey: string): void {
    const place = this.#place(pod, topologyKey);
    census.pods.set(place, (census.pods.get(place) ?? 0) + 1);
    const counted = this.#countedIn.get(pod) ?? [];
    counted.push({ census, place });
    this.#countedIn.set(pod, counted);
  }

  /** The domain; on a node without the label, the node itself: there only pods on that very node meet. */
  #place({ node }: PodRecord, topologyKey: string): string {
    const labels = this.#nodes.get(node)?.labels ?? {};
    return Object.hasOwn(labels, topologyKey) ? `${topologyKey}=${labels[topologyKey]}` : node;
  }
}

/** The pods of one namespace, to be found by name and by labels. */
class Namespace {
  readonly #byName: Map<string, PodRecord>;
  readonly #byLabel: LabelIndex;

  constructor(pods: readonly PodRecord[]) {
    this.#byName = new Map(pods.map((pod) => [pod.name, pod]));
    this.#byLabel = new LabelIndex(pods);
  }

  find = (name: string): PodRecord | undefined => this.#byName.get(name);

  selected = (selector: LabelSelector): PodRecord[] => this.#byLabel.selected(selector).filter(({ name }) => this.#byName.has(name));

  remove = ({ name }: PodRecord): boolean => this.#byName.delete(name);
}
