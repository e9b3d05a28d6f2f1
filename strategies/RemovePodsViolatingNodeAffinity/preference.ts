import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { admitsNode, field } from '../../src/model/node-selector.ts';

/** A node and how much a pod would like it: the sum of the weights of its preferred terms that the node matches. */
export interface WeighedNode {
  readonly node: string;
  readonly weight: number;
}

interface Term {
  readonly weight: number;
  /** A node selector that has this term alone. */
  readonly selector: object;
}

/**
 * What pods prefer among some nodes. Replicas have their preferred terms in common, so the best node is looked for once
 * for each distinct list of terms and not for each pod.
 */
export class Preferences {
  readonly #nodes: readonly NodeRecord[];
  readonly #best = new Map<string, WeighedNode>();

  constructor(nodes: readonly NodeRecord[]) {
    this.#nodes = nodes;
  }

  /** The best weight of all nodes, with the first node that has it. */
  best(pod: PodRecord): WeighedNode {
    const { key, terms } = read(pod);
    const before = this.#best.get(key);
    if (before !== undefined) return before;
    const weighed = this.#nodes.map((node): WeighedNode => ({ node: node.name, weight: weigh(terms, node) }));
    const best = weighed.reduce((most, each) => (each.weight > most.weight ? each : most), { node: '', weight: -Infinity });
    this.#best.set(key, best);
    return best;
  }

  weight = (pod: PodRecord, node: NodeRecord): number => weigh(read(pod).terms, node);
}

export const prefersNodes = (pod: PodRecord): boolean => read(pod).terms.length > 0;

/** A term that is empty or cannot be read matches nothing. */
const weigh = (terms: readonly Term[], node: NodeRecord): number => terms.reduce((sum, { weight, selector }) => sum + (admitsNode(selector, node) === 'yes' ? weight : 0), 0);

interface Preferred {
  /** Equal for equal lists of terms. */
  readonly key: string;
  readonly terms: readonly Term[];
}

const none: Preferred = { key: '', terms: [] };
const known = new WeakMap<object, Preferred>();

function read(pod: PodRecord): Preferred {
  const raw = field(field(pod.affinity, 'nodeAffinity'), 'preferredDuringSchedulingIgnoredDuringExecution');
  if (!Array.isArray(raw) || raw.length === 0) return none;
  const before = known.get(raw);
  if (before !== undefined) return before;
  const preferred = { key: JSON.stringify(raw), terms: raw.map(readTerm) };
  known.set(raw, preferred);
  return preferred;
}

function readTerm(raw: unknown): Term {
  const weight = field(raw, 'weight');
  return { weight: typeof weight === 'number' ? weight : 0, selector: { nodeSelectorTerms: [field(raw, 'preference')] } };
}
