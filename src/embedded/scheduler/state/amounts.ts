import { parseQuantity, toMilliValue, toValue } from '../../../model/quantity.ts';
import type { Words } from '../../controllers/workload/objects.ts';

/**
 * Resource name → amount: milli-CPUs for cpu, whole units for all others. Numbers, because sums of them are compared
 * millions of times; they are exact up to 2^53, which is 8 PiB of memory.
 */
export type Amounts = ReadonlyMap<string, number>;

const read = new Map<string, number>();

export function amountOf(resource: string, quantity: string): number {
  const key = resource === 'cpu' ? `m${quantity}` : quantity;
  const known = read.get(key);
  if (known !== undefined) return known;
  const parsed = parseQuantity(quantity);
  const value = parsed === undefined ? 0 : Number(resource === 'cpu' ? toMilliValue(parsed) : toValue(parsed));
  // Clusters write few different quantities; one that writes many must not fill the memory.
  if (read.size > 10_000) read.clear();
  read.set(key, value);
  return value;
}

export const amountsOf = (quantities: Words = {}): Map<string, number> => new Map(Object.entries(quantities).map(([resource, quantity]) => [resource, amountOf(resource, quantity)]));

/** Adds `more`, times `sign`, to `sum`. */
export function addTo(sum: Map<string, number>, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [resource, amount] of more) sum.set(resource, (sum.get(resource) ?? 0) + sign * amount);
}

export function largest(left: Amounts, right: Amounts): Map<string, number> {
  const result = new Map(left);
  for (const [resource, amount] of right) result.set(resource, Math.max(result.get(resource) ?? 0, amount));
  return result;
}
