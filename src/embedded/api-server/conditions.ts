import { equal, isMap, mapOf } from './json.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** A status with this condition in it; the same one when it says so already. `lastTransitionTime` moves only when the condition's status does. */
export function withCondition(status: Readonly<Record<string, unknown>>, now: string, condition: Condition): Readonly<Record<string, unknown>> {
  const conditions: readonly unknown[] = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const index = conditions.findIndex((each) => mapOf(each)['type'] === condition.type);
  const before = conditions[index];
  const since = isMap(before) && before['status'] === condition.status ? before['lastTransitionTime'] : now;
  const next = { ...condition, lastTransitionTime: since ?? now };
  if (equal(before, next)) return status;
  return { ...status, conditions: index === -1 ? [...conditions, next] : conditions.with(index, next) };
}
