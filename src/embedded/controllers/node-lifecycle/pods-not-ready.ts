import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { attempt } from '../attempt.ts';
import type { ControllerParts } from '../controller.ts';
import type { RecordEvent } from '../events.ts';
import { type PodObject, conditionOf, keyOf, withCondition } from '../node-and-pod.ts';

/** Takes pods of a node that is not Ready out of service: their condition Ready becomes False. False when a write was refused. */
export function markPodsNotReady(parts: ControllerParts, record: RecordEvent, pods: readonly PodObject[]): boolean {
  return pods.map((pod) => attempt(`pod ${keyOf(pod)} is marked not ready`, parts.complain, () => mark(parts, record, pod))).every(Boolean);
}

function mark({ store, clock }: ControllerParts, record: RecordEvent, pod: PodObject): void {
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined) return;
  const marked = withCondition(pod, { ...ready, status: 'False' }, rfc3339(clock.now().wall));
  if (marked === pod) return;
  store.updateStatus(resources.pods, marked);
  record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
}
