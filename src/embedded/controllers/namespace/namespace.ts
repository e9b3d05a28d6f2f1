import { type Resource, resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { type Duration, seconds } from '../../../model/time.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { attempt } from '../attempt.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { follow } from '../follow.ts';
import type { Condition } from '../node-and-pod.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { type Left, conditionsFor } from './conditions.ts';

export interface NamespaceObject extends KubeObject {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

/** Empties namespaces that were deleted, says in conditions what is left in them, and lets them go when nothing is. */
export const namespaceController: RunController = async (parts, signal) => {
  const queue: WorkQueue = workQueue('namespace', parts, (name) => empty(parts, name, queue));
  follow<NamespaceObject>(parts.store, resources.namespaces, signal, ({ type, object }) => {
    if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) queue.add(object.metadata.name);
  });
  await queue.run(signal);
};

/** What a real controller takes for finalizers: it looks again after half of it and a second, in whole seconds. */
const estimateForFinalizers = 15;

/** Pods go first; the rest is not touched while one is left, and nothing is said of what is left then either. */
function empty(parts: ControllerParts, name: string, queue: WorkQueue): void {
  const { store } = parts;
  if (store.get<NamespaceObject>(resources.namespaces, { name })?.metadata.deletionTimestamp === undefined) return;
  const pods = removeAll(parts, resources.pods, name);
  const others = [...store.kinds()].filter(({ resource }) => resource.namespaced && resource.plural !== resources.pods.plural);
  const left = pods.length > 0 ? [] : others.flatMap(({ resource }) => removeAll(parts, resource, name).map((object) => ({ resource, finalizers: object.metadata.finalizers ?? [] })));
  sayWhatIsLeft(parts, name, left);
  if (pods.length > 0) queue.after(name, lookAgain(Math.max(...pods.map(({ spec }) => Number(spec?.['terminationGracePeriodSeconds'] ?? 0)))));
  else if (left.length > 0) queue.after(name, lookAgain(estimateForFinalizers));
  else store.finalizeNamespace(name);
}

const lookAgain = (estimate: number): Duration => seconds(Math.floor(estimate / 2) + 1);

/** Deletes everything of a kind that was not deleted yet; gives what is still there. */
function removeAll({ store, complain }: ControllerParts, resource: Resource, namespace: string): readonly KubeObject[] {
  for (const { metadata } of [...store.list(resource, namespace)].filter((each) => each.metadata.deletionTimestamp === undefined)) {
    attempt(`namespace ${namespace}`, complain, () => store.remove(resource, { namespace, name: metadata.name }, { propagationPolicy: 'Background' }));
  }
  return [...store.list(resource, namespace)];
}

function sayWhatIsLeft({ store, clock }: Pick<ControllerParts, 'store' | 'clock'>, name: string, left: readonly Left[]): void {
  const namespace = store.get<NamespaceObject>(resources.namespaces, { name });
  if (namespace === undefined) return;
  const before = namespace.status?.conditions ?? [];
  const conditions = conditionsFor(left, before, rfc3339(clock.now().wall));
  const isNews = namespace.status?.phase !== 'Terminating' || JSON.stringify(conditions) !== JSON.stringify(before);
  if (isNews) store.updateStatus(resources.namespaces, { ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } });
}
