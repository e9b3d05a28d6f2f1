import { resources } from '../../kube/paths.ts';
import { withCondition } from './conditions.ts';
import { adopt, mapOf } from './json.ts';
import type { KubeObject } from './object.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Write } from './write-create.ts';
import { checkUID, find } from './write-update.ts';

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
  checkUID(shelf, { name: wanted.name, sent: wanted.uid, found: pod.metadata.uid });
  refuseBound(pod);
  if (wanted.dryRun) return;
  const { annotations, labels } = pod.metadata;
  registry.put(shelf, {
    ...pod,
    metadata: adopt({ ...pod.metadata, ...merged('annotations', annotations, wanted.annotations), ...merged('labels', labels, wanted.labels) }, true),
    spec: { ...pod.spec, nodeName: wanted.node },
    status: withCondition(pod.status ?? {}, registry.now(), { type: 'PodScheduled', status: 'True' }),
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
