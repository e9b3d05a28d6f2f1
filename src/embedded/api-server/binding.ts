import { resources } from '../../kube/paths.ts';
import { adopt, equal, isMap, mapOf } from './json.ts';
import type { KubeObject } from './object.ts';
import { Refusal } from './refusal.ts';
import { checkUID, find } from './write-update.ts';
import type { Registry } from './registry.ts';
import type { Write } from './write-create.ts';

/** A pod that is given to a node. */
export interface Assignment extends Write {
  readonly name: string;
  readonly node: string;
  readonly uid?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Sets `spec.nodeName` and the condition PodScheduled, once: a pod that is bound or going is refused with 409. */
export function assignPod(registry: Registry, wanted: Assignment): void {
  const shelf = registry.must(resources.pods);
  const pod = find(shelf, wanted);
  checkUID(shelf, wanted.uid, pod);
  refuseBound(pod);
  if (wanted.dryRun) return;
  const { annotations, labels } = pod.metadata;
  registry.put(shelf, {
    ...pod,
    metadata: adopt({ ...pod.metadata, ...merged('annotations', annotations, wanted.annotations), ...merged('labels', labels, wanted.labels) }, true),
    spec: { ...pod.spec, nodeName: wanted.node },
    status: withCondition(pod, registry.now(), { type: 'PodScheduled', status: 'True' }),
  });
}

function refuseBound({ metadata, spec }: KubeObject): void {
  const node = mapOf(spec)['nodeName'];
  const refuse = (why: string): never => {
    throw new Refusal(409, 'Conflict', `Operation cannot be fulfilled on pods/binding "${metadata.name}": ${why}`, { name: metadata.name, kind: 'pods/binding' });
  };
  if (metadata.deletionTimestamp !== undefined) refuse(`pod ${metadata.name} is being deleted, cannot be assigned to a host`);
  if (typeof node === 'string' && node !== '') refuse(`pod ${metadata.name} is already assigned to node ${JSON.stringify(node)}`);
  if (Array.isArray(mapOf(spec)['schedulingGates'])) refuse(`pod ${metadata.name} has non-empty .spec.schedulingGates`);
}

function merged(field: string, current: Readonly<Record<string, string>> | undefined, more: Readonly<Record<string, string>> | undefined): object {
  return more === undefined || Object.keys(more).length === 0 ? {} : { [field]: { ...current, ...more } };
}

/** The pod's status with this condition in it; the time of its last change stays when the status of the condition does. */
export function withCondition(pod: KubeObject, now: string, condition: { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }): Readonly<Record<string, unknown>> {
  const conditions: readonly unknown[] = Array.isArray(pod.status?.['conditions']) ? pod.status['conditions'] : [];
  const index = conditions.findIndex((each) => mapOf(each)['type'] === condition.type);
  const before = conditions[index];
  const since = isMap(before) && before['status'] === condition.status ? before['lastTransitionTime'] : now;
  const next = { ...condition, lastTransitionTime: since ?? now };
  if (equal(before, next)) return pod.status ?? {};
  return { ...pod.status, conditions: index === -1 ? [...conditions, next] : conditions.with(index, next) };
}
