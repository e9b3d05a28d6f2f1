import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import type { Topology } from './topology.ts';

export interface Domain {
  /** Its place among the topology's domains. */
  readonly position: number;
  readonly name: string;
  readonly pods: readonly PodRecord[];
}

/** The domains of one constraint with the pods that it counts. Those without pods can be thousands, so they are only numbered. */
export class Domains {
  /** Those that have pods, the smallest first, by name among equals. A pod on a node that is not eligible makes a domain, too. */
  readonly crowded: readonly Domain[];
  /** How many have an eligible node and no pod. */
  readonly empty: number;
  /** How many pods there are in all of them. */
  readonly counted: number;
  /** NaN when there are no domains. */
  readonly average: number;
  /** Sizes of the smallest and the largest domain. */
  readonly smallest: number;
  readonly largest: number;
  readonly #topology: Topology;

  constructor(topology: Topology, pods: readonly PodRecord[]) {
    this.#topology = topology;
    this.crowded = crowdsOf(topology, pods);
    this.empty = topology.withEligible - this.crowded.filter(({ position }) => isEligible(topology, position)).length;
    this.counted = this.crowded.reduce((sum, domain) => sum + domain.pods.length, 0);
    this.average = this.counted / (this.empty + this.crowded.length);
    this.smallest = this.empty > 0 ? 0 : (this.crowded[0]?.pods.length ?? 0);
    this.largest = this.crowded.at(-1)?.pods.length ?? 0;
  }

  /** The name of the smallest domain. */
  get smallestName(): string {
    if (this.empty === 0) return this.crowded[0]?.name ?? '';
    const taken = new Set(this.crowded.map(({ position }) => position));
    return this.#topology.names.find((_, at) => !taken.has(at) && isEligible(this.#topology, at)) ?? '';
  }

  /** The eligible nodes of all domains below the average. Where domains are few, the same ones give the same array. */
  nodesBelowAverage(): readonly NodeRecord[] {
    const { names, eligible, unions } = this.#topology;
    const others = new Set(this.crowded.flatMap(({ pods, position }) => (pods.length < this.average ? [] : [position])));
    const key = names.length <= 20 ? [...others].toSorted((left, right) => left - right).join() : undefined;
    const before = key === undefined ? undefined : unions.get(key);
    if (before !== undefined) return before;
    const nodes: NodeRecord[] = [];
    for (const [at, some] of eligible.entries()) if (!others.has(at)) nodes.push(...some);
    if (key !== undefined) unions.set(key, nodes);
    return nodes;
  }
}

function crowdsOf({ names, domainOf }: Topology, pods: readonly PodRecord[]): Domain[] {
  const crowds = new Map<number, PodRecord[]>();
  for (const pod of pods) {
    const position = domainOf.get(pod.node);
    if (position === undefined) continue;
    const crowd = crowds.get(position);
    if (crowd === undefined) crowds.set(position, [pod]);
    else crowd.push(pod);
  }
  return [...crowds]
    .toSorted(([left, some], [right, others]) => some.length - others.length || left - right)
    .map(([position, crowd]) => ({ position, name: names[position] ?? '', pods: crowd }));
}

const isEligible = ({ eligible }: Topology, position: number): boolean => (eligible[position] ?? []).length > 0;
