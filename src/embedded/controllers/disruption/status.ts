import { type Instant, between, parseRfc3339 } from '../../../model/time.ts';
import { type Condition, type PodObject, isReady } from '../node-and-pod.ts';
import type { Timings } from '../timings.ts';
import type { BudgetObject, BudgetStatus } from './objects.ts';

/** Pods whose eviction was granted and whose deletion does not show yet. */
export interface Disrupted {
  readonly pods: Readonly<Record<string, string>>;
  /** Pods that should have been deleted by now: they count again. */
  readonly notDeleted: readonly PodObject[];
  /** When the first of those that still count as disrupted is to be looked at again. */
  readonly until: Instant | undefined;
}

export function disruptedOf({ status }: BudgetObject, pods: readonly PodObject[], { now, timings }: { readonly now: Instant; readonly timings: Timings }): Disrupted {
  const named = status?.disruptedPods ?? {};
  const granted = pods.flatMap((pod) => {
    const at = pod.metadata.deletionTimestamp === undefined ? parseRfc3339(named[pod.metadata.name]) : undefined;
    return at === undefined ? [] : [{ pod, ends: (at + timings.disruptedPodTimeout) as Instant }];
  });
  const running = granted.filter(({ ends }) => between(now, ends) > 0);
  return {
    pods: Object.fromEntries(running.map(({ pod: { metadata: { name } } }) => [name, named[name] ?? ''])),
    notDeleted: granted.filter(({ ends }) => between(now, ends) <= 0).map(({ pod }) => pod),
    until: running.map(({ ends }) => ends).sort((left, right) => left - right)[0],
  };
}

export interface Count {
  readonly expected: number;
  readonly healthy: number;
  readonly disrupted: Readonly<Record<string, string>>;
}

/** The status that a budget should have. A budget that is about no pods allows nothing. */
export function statusFor(budget: BudgetObject, pods: readonly PodObject[], { expected, healthy, disrupted }: Count, at: string): BudgetStatus {
  const current = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined && isReady(pod)).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, current - healthy);
  const { generation } = budget.metadata;
  const condition = allowed > 0 ? { status: 'True', reason: 'SufficientPods' } : { status: 'False', reason: 'InsufficientPods' };
  return {
    currentHealthy: current, desiredHealthy: healthy, expectedPods: expected, disruptionsAllowed: allowed,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: conditionsWith(budget.status?.conditions ?? [], { ...condition, message: '' }, { at, generation }),
  };
}

/** When nothing can be said, nothing may be disrupted. */
export const failedStatus = ({ status }: BudgetObject, problem: string, at: string): BudgetStatus => ({
  ...status,
  disruptionsAllowed: 0,
  conditions: conditionsWith(status?.conditions ?? [], { status: 'False', reason: 'SyncFailed', message: problem }, { at, generation: status?.observedGeneration }),
});

type Verdict = { readonly status: string; readonly reason: string; readonly message: string };

function conditionsWith(before: readonly Condition[], verdict: Verdict, { at, generation }: { readonly at: string; readonly generation: number | undefined }): readonly Condition[] {
  const type = 'DisruptionAllowed';
  const old = before.find((each) => each.type === type);
  const lastTransitionTime = old?.status === verdict.status ? (old.lastTransitionTime ?? at) : at;
  const next: Condition = { type, ...verdict, lastTransitionTime, ...(generation === undefined ? {} : { observedGeneration: generation }) };
  return old === undefined ? [...before, next] : before.map((each) => (each === old ? next : each));
}
