import { resources } from '../../kube/paths.ts';
import { formatInstant } from '../../model/time.ts';
import { Refusal } from '../api-server/refusal.ts';
import type { ControllerParts } from '../controllers/controller.ts';
import type { Condition, Pod } from '../controllers/workload/objects.ts';
import { same } from '../controllers/workload/same.ts';
import type { SayOf } from './scheduler-events.ts';

/** The Event FailedScheduling and the condition PodScheduled=False, which people and autoscalers read. */
export function sayUnschedulable({ store, clock, complain }: ControllerParts, record: SayOf, pod: Pod, message: string): void {
  record(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message });
  const conditions = pod.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'PodScheduled');
  const condition = {
    type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastProbeTime: null,
    lastTransitionTime: before?.status === 'False' && before.lastTransitionTime !== undefined ? before.lastTransitionTime : formatInstant(clock.now().wall),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  } satisfies Condition & { observedGeneration?: number };
  if (same(before, condition)) return;
  const others = conditions.filter(({ type }) => type !== 'PodScheduled');
  try {
    store.updateStatus(resources.pods, { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(`scheduler: pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}: ${error.message}`);
  }
}
