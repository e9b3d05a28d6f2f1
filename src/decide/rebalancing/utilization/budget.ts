import { type Amount, formatAmount, nothing } from '../../../model/quantity.ts';
import { add, type Requests, subtract } from '../requests.ts';
import { roomOf } from './classification.ts';
import type { Limits, NodeUsage } from './node-usage.ts';

/** The room that the destinations have together. All sources share it, and nothing that they spend comes back. */
export class Budget {
  readonly #left = new Map<string, Amount>();

  constructor(destinations: readonly NodeUsage[], high: Limits) {
    for (const destination of destinations) add(this.#left, roomOf(destination, high));
  }

  /** The first tracked resource with no room left. It ends everything, even when no pod asks for it: the reference does so. */
  get spent(): string | undefined {
    for (const [resource, left] of this.#left) if (left <= nothing) return resource;
    return undefined;
  }

  /** The last pod may overdraw it. */
  spend(usage: Requests): void {
    subtract(this.#left, usage);
  }

  toString(): string {
    return [...this.#left].map(([resource, left]) => `${resource} ${formatAmount(resource, left)}`).join(', ');
  }
}
