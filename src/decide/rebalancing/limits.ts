import type { PodRecord } from '../../model/cluster.ts';
import type { Limit } from '../../model/rebalancing.ts';
import type { RebalancePolicy } from './policy.ts';

/** Counts a cycle's evictions against the limits of the policy. Only successes count. */
export class Limits {
  readonly #limits: RebalancePolicy['limits'];
  readonly #perNode = new Map<string, number>();
  readonly #perNamespace = new Map<string, number>();
  #total = 0;

  constructor(limits: RebalancePolicy['limits']) {
    this.#limits = limits;
  }

  /** The first limit that one more eviction would pass, asked in this order: total, node, namespace. */
  reachedFor({ node, namespace }: PodRecord): { readonly limit: Limit; readonly because: string } | undefined {
    const { total, perNode, perNamespace } = this.#limits;
    if (total !== undefined && this.#total + 1 > total) return { limit: 'maxNoOfPodsToEvictTotal', because: `total eviction limit exceeded (${total})` };
    if (perNode !== undefined && node !== '' && (this.#perNode.get(node) ?? 0) + 1 > perNode) {
      return { limit: 'maxNoOfPodsToEvictPerNode', because: `node eviction limit exceeded (${perNode})` };
    }
    if (perNamespace !== undefined && (this.#perNamespace.get(namespace) ?? 0) + 1 > perNamespace) {
      return { limit: 'maxNoOfPodsToEvictPerNamespace', because: `namespace eviction limit exceeded (${perNamespace})` };
    }
    return undefined;
  }

  count({ node, namespace }: PodRecord): void {
    this.#total += 1;
    this.#perNode.set(node, (this.#perNode.get(node) ?? 0) + 1);
    this.#perNamespace.set(namespace, (this.#perNamespace.get(namespace) ?? 0) + 1);
  }
}
