import { type Fields, field, wholeNumber } from '../../../kube/records/fields.ts';
import { parseQuantity } from '../../../model/quantity.ts';
import type { Cause } from '../refusal.ts';
import { invalid } from './causes.ts';
import { wrongPercentage } from './syntax.ts';

const negative = 'must be greater than or equal to 0';

/** The named fields of an object must not be negative where they are set. */
export function checkNotNegative(object: Fields, names: readonly string[], path: string): Cause[] {
  return names.flatMap((name) => {
    const value = wholeNumber(object, name) ?? 0;
    return value < 0 ? [invalid(`${path}.${name}`, value, negative)] : [];
  });
}

const integers = new Set(['pods', 'services', 'secrets', 'configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas']);

/** An amount of a resource: not negative, and whole where the resource is counted. */
export function checkAmount(resource: string, quantity: unknown, path: string): Cause[] {
  const amount = parseQuantity(String(quantity)) ?? 0n;
  const whole = integers.has(resource) || (resource.includes('/') && !resource.startsWith('kubernetes.io/')) || resource.startsWith('attachable-volumes-');
  return [
    ...(amount < 0n ? [invalid(path, quantity, negative)] : []),
    ...(whole && amount % 1_000_000_000n !== 0n ? [invalid(path, quantity, 'must be an integer')] : []),
  ];
}

/** A count or a percentage of at most 100. */
export function checkCountOrPercentage(value: unknown, path: string): Cause[] {
  if (typeof value === 'number') return value < 0 ? [invalid(path, value, negative)] : [];
  if (typeof value !== 'string') return [];
  const wrong = wrongPercentage(value);
  if (wrong.length > 0) return wrong.map((problem) => invalid(path, value, problem));
  return countOf(value) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

/** The number in a count or a percentage. */
export const countOf = (value: unknown): number => (typeof value === 'number' ? value : Number(/^([0-9]+)%$/u.exec(String(value))?.[1] ?? 0));

/** True when the counter in a status went back: it never may. */
export const wentBack = (status: Fields, before: Fields, name: string): boolean => field(before, name) !== undefined && (wholeNumber(status, name) ?? 0) < (wholeNumber(before, name) ?? 0);
