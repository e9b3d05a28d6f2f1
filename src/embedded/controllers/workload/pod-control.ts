import { resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { Refusal } from '../../api-server/refusal.ts';
import type { Pod, PodTemplate } from './objects.ts';
import { type PodExtras, podFromTemplate } from './pod-from-template.ts';
import type { OwnerParts } from './run-owner.ts';

type Hands = Pick<OwnerParts, 'store' | 'record'>;

/** Creates a pod and says so in an Event; a refusal becomes a warning and is thrown on. */
export function createPod({ store, record }: Hands, owner: KubeObject, template: PodTemplate, extras: PodExtras = {}): Pod {
  try {
    const pod = store.create(resources.pods, podFromTemplate(owner, template, extras)) as Pod;
    record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    return pod;
  } catch (error) {
    if (error instanceof Refusal) record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw error;
  }
}

/** Deletes a pod by its name, as Kubernetes' controllers do: without UID, with its own grace period. */
export function deletePod({ store, record }: Hands, owner: KubeObject, { metadata }: Pod): void {
  try {
    store.remove(resources.pods, { namespace: metadata.namespace ?? '', name: metadata.name });
    record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`);
  } catch (error) {
    if (error instanceof Refusal && error.code === 404) return;
    if (error instanceof Refusal) record(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
    throw error;
  }
}
