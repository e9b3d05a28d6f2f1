import type { NodeRecord } from '../../src/model/cluster.ts';
import { matchesNode } from '../../src/decide/rebalancing/node-selection.ts';
import { byText } from '../../src/decide/rebalancing/order.ts';
import { toleratesHardTaints } from '../../src/decide/rebalancing/taints.ts';
import type { Constraint } from './constraint.ts';

/** The cycle's nodes by one of their labels. */
interface Division {
  /** The label's values in their order. */
  readonly names: readonly string[];
  /** Node name → position of its domain. A node without the label is in none. */
  readonly domainOf: ReadonlyMap<string, number>;
}

/** A division, and which nodes of each domain a constraint asks for. */
export interface Topology extends Division {
  readonly eligible: readonly (readonly NodeRecord[])[];
  /** How many domains have an eligible node. */
  readonly withEligible: number;
  /** Eligible nodes of several domains together, kept for the next constraint that asks for the same ones. */
  readonly unions: Map<string, readonly NodeRecord[]>;
}

/** Constraints have few divisions and node wishes between them: each combination is worked out once. */
export class Topologies {
  readonly #nodes: readonly NodeRecord[];
  readonly #divisions = new Map<string, Division>();
  readonly #topologies = new Map<string, Topology>();

  constructor(nodes: readonly NodeRecord[]) {
    this.#nodes = nodes;
  }

  of(constraint: Constraint): Topology {
    const before = this.#topologies.get(constraint.placement);
    if (before !== undefined) return before;
    const division = this.#divide(constraint.topologyKey);
    const eligible: NodeRecord[][] = division.names.map(() => []);
    for (const node of this.#nodes) {
      const domain = division.domainOf.get(node.name);
      if (domain !== undefined && takesPart(node, constraint)) eligible[domain]?.push(node);
    }
    const topology = { ...division, eligible, withEligible: eligible.filter((nodes) => nodes.length > 0).length, unions: new Map() };
    this.#topologies.set(constraint.placement, topology);
    return topology;
  }

  #divide(key: string): Division {
    const before = this.#divisions.get(key);
    if (before !== undefined) return before;
    const labelled = this.#nodes.flatMap(({ name, labels }) => (Object.hasOwn(labels, key) ? [{ name, value: labels[key] ?? '' }] : []));
    const names = [...new Set(labelled.map(({ value }) => value))].toSorted(byText);
    const positions = new Map(names.map((name, at) => [name, at]));
    const division = { names, domainOf: new Map(labelled.map(({ name, value }) => [name, positions.get(value) ?? 0])) };
    this.#divisions.set(key, division);
    return division;
  }
}

/** An affinity that cannot be read asks for no node. */
const takesPart = (node: NodeRecord, { declaredBy, honoursAffinity, honoursTaints }: Constraint): boolean =>
  (!honoursAffinity || matchesNode(declaredBy, node) === 'yes') && (!honoursTaints || toleratesHardTaints(declaredBy, node));
