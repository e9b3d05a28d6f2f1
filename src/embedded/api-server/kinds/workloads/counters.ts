import { type Fields, fields, wholeNumber } from '../../../../kube/records/fields.ts';
import type { KubeObject } from '../../object.ts';
import type { Cause } from '../../refusal.ts';
import { invalid } from '../causes.ts';
import { checkNotNegative, wentBack } from '../numbers.ts';

export interface Counters {
  /** Never negative. */
  readonly names: readonly string[];
  /** Never more than another one: counter, limit, and the limit as the complaint names it. */
  readonly limits: readonly (readonly [string, string, string])[];
}

/** The counters in the status of something that makes pods. `collisionCount` never goes back. */
export function checkCounters(object: KubeObject, current: KubeObject | undefined, { names, limits }: Counters): Cause[] {
  const [status, before] = [fields(object.status), fields(current?.status)];
  if (status === before) return [];
  return [
    ...checkNotNegative(status, [...names, 'observedGeneration', 'collisionCount'], 'status'),
    ...limits.flatMap(([name, limit, words]) => (count(status, name) > count(status, limit) ? [invalid(`status.${name}`, count(status, name), `cannot be greater than ${words}`)] : [])),
    ...(wentBack(status, before, 'collisionCount') ? [invalid('status.collisionCount', count(status, 'collisionCount'), 'cannot be decremented')] : []),
  ];
}

const count = (status: Fields, name: string): number => wholeNumber(status, name) ?? 0;
