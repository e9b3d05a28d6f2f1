import { rankOf } from '../../../src/decide/rebalancing/eviction-order.ts';
import { toleratesTaints } from '../../../src/decide/rebalancing/taints.ts';
import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import { type Amount, amount, nothing } from '../../../src/model/quantity.ts';
import type { View } from './ground.ts';
import { compareKeys, type Key } from './keys.ts';
import { capOf, totalOf, type Usage, usageOfNode, usageOfPod } from './usage.ts';
import { title, type Witness } from './witness.ts';

/** What the two strategies that move load have different. */
export interface Moves {
  readonly tracked: readonly string[];
  readonly sources: readonly NodeRecord[];
  readonly destinations: readonly NodeRecord[];
  /** −1: the fullest source first; 1: the emptiest. */
  readonly order: 1 | -1;
  /** The high limit of a resource in percent; `undefined` is the full capacity. */
  readonly limitOf: (resource: string) => number | undefined;
  /** A source is left once it is no longer above its own caps. */
  readonly untilCap: boolean;
  readonly mostPerNode: number | undefined;
  readonly excludedNamespaces: readonly string[];
  readonly wants: (pod: PodRecord) => boolean;
}

interface Source {
  readonly node: NodeRecord;
  readonly total: bigint;
  readonly used: Map<string, Amount>;
  open: { readonly pod: PodRecord; readonly key: Key }[];
  evicted: number;
}

/** Sources by total, equal ones in any order; within one the pods by rank; the budgets are shared and only shrink. */
export class Utilization implements Witness {
  readonly #view: View;
  readonly #moves: Moves;
  readonly #budgets: Map<string, Amount>;
  #sources: Source[];
  #current: Source | undefined;

  constructor(view: View, moves: Moves) {
    this.#view = view;
    this.#moves = moves;
    const { tracked, destinations, limitOf } = moves;
    const room = destinations.map((node) => ({ node, used: usageOfNode(view, node, tracked) }));
    const roomFor = (resource: string): Amount => room.reduce((sum, { node, used }) => amount(sum + capOf(node, resource, limitOf(resource)) - (used.get(resource) ?? nothing)), nothing);
    this.#budgets = new Map(tracked.map((resource) => [resource, roomFor(resource)]));
    this.#sources = moves.sources.map((node) => this.#sourceOf(node));
  }

  next(pod: PodRecord): string | undefined {
    const source = this.#sources.find(({ node }) => node.name === pod.node);
    if (source === undefined) return `${pod.node} is no source, or its turn is over`;
    const turn = source.open.find((each) => each.pod === pod);
    if (turn === undefined) return `${title(pod)} is no candidate, or its turn is over`;
    const stays = this.#ends(source) ?? this.#view.forbids(pod);
    if (stays !== undefined) return `${title(pod)} must stay: ${stays}`;
    const passed = this.#sources.filter((other) => other !== source && (other === this.#current || this.#isBefore(other, source)));
    const due = passed.map((other) => this.#due(other, other.open)).find((each) => each !== undefined) ?? this.#due(source, source.open.filter(({ key }) => compareKeys(key, turn.key) < 0));
    if (due !== undefined) return `${title(due)} must go before ${title(pod)}`;
    this.#sources = this.#sources.filter((other) => !passed.includes(other));
    this.#current = source;
    source.open = source.open.filter((each) => each !== turn && compareKeys(each.key, turn.key) >= 0);
    source.evicted += 1;
    this.#subtract(source, usageOfPod(pod, this.#moves.tracked));
    return undefined;
  }

  stop(): string | undefined {
    const due = this.#sources.map((source) => this.#due(source, source.open)).find((each) => each !== undefined);
    return due === undefined ? undefined : `${title(due)} must go as well`;
  }

  #sourceOf(node: NodeRecord): Source {
    const { tracked, destinations, excludedNamespaces, wants } = this.#moves;
    const used = usageOfNode(this.#view, node, tracked);
    const mayLand = (pod: PodRecord): boolean => destinations.some((there) => pod.tolerations.length >= there.taints.length && toleratesTaints(pod, there, () => true));
    const open = this.#view.index
      .podsOn(node.name)
      .filter((pod) => this.#view.evictable(pod) && wants(pod) && mayLand(pod) && !excludedNamespaces.includes(pod.namespace) && this.#view.mayGo(pod))
      .map((pod) => ({ pod, key: rankOf(pod) }));
    return { node, total: totalOf(used), used: new Map(used), open, evicted: 0 };
  }

  #isBefore = (left: Source, right: Source): boolean => (this.#moves.order === 1 ? left.total < right.total : left.total > right.total);

  #due(source: Source, turns: Source['open']): PodRecord | undefined {
    return this.#ends(source) === undefined ? turns.find(({ pod }) => this.#view.forbids(pod) === undefined)?.pod : undefined;
  }

  /** Why nothing more leaves this source. Nothing that could take it back ever grows again. */
  #ends({ node, used, evicted }: Source): string | undefined {
    const { tracked, limitOf, untilCap, mostPerNode } = this.#moves;
    if (mostPerNode !== undefined && evicted >= mostPerNode) return `${mostPerNode} went from ${node.name} already`;
    const spent = [...this.#budgets].find(([, left]) => left <= 0n);
    if (spent !== undefined) return `there is no room left for ${spent[0]}`;
    if (untilCap && tracked.every((resource) => (used.get(resource) ?? nothing) <= capOf(node, resource, limitOf(resource)))) return `${node.name} is no longer above its limits`;
    return undefined;
  }

  #subtract({ used }: Source, usage: Usage): void {
    for (const left of [used, this.#budgets]) for (const [resource, less] of usage) left.set(resource, amount((left.get(resource) ?? nothing) - less));
  }
}

/** For strategies that find nothing to move. */
export const nothingToMove: Witness = { next: (pod) => `${title(pod)} must stay: there is nothing to balance`, stop: () => undefined };
