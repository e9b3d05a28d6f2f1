import { formatInstant } from '../../../model/time.ts';
import type { Condition } from '../workload/objects.ts';
import type { DeploymentStatus, Rollout } from './objects.ts';

export const conditionOf = (status: DeploymentStatus | undefined, type: string): Condition | undefined => status?.conditions?.find((each) => each.type === type);

// eslint-disable-next-line max-params
export function newCondition({ parts }: Rollout, type: string, status: string, reason: string, message: string): Condition {
  const now = formatInstant(parts.clock.now().wall);
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** Nothing changes when status and reason are the same; the transition time only when the status is another. */
export function withCondition(status: DeploymentStatus, condition: Condition): DeploymentStatus {
  const before = conditionOf(status, condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return status;
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : condition.lastTransitionTime;
  const others = withoutCondition(status, condition.type).conditions ?? [];
  return { ...status, conditions: [...others, { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }] };
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  return { ...status, conditions: (status.conditions ?? []).filter((each) => each.type !== type) };
}
