import { resources } from '../../../kube/paths.ts';
import { Refusal } from '../../api-server/refusal.ts';
import type { Claim } from '../workload/objects.ts';
import type { OwnerParts } from '../workload/run-owner.ts';
import type { ClaimTemplate, StatefulSet } from './objects.ts';

export const claimName = (set: StatefulSet, { metadata }: ClaimTemplate, ordinal: number): string => `${metadata.name}-${set.metadata.name}-${ordinal}`;

/**
 * Makes the claims of one ordinal that are missing. They stay when the pod, the replica or the set goes. A claim that is
 * being deleted refuses the pod: it would get an empty volume under the name of the old one.
 */
export function ensureClaims({ store, record }: OwnerParts, set: StatefulSet, ordinal: number): void {
  const namespace = set.metadata.namespace ?? '';
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    const existing = store.get<Claim>(resources.persistentvolumeclaims, { namespace, name });
    if (existing?.metadata.deletionTimestamp !== undefined) throw new Refusal(409, 'Conflict', `pvc ${name} is being deleted`);
    if (existing !== undefined) continue;
    store.create(resources.persistentvolumeclaims, claimFrom(set, template, ordinal));
    record(set, 'Normal', 'SuccessfulCreate', `Create Claim ${name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name} success`);
  }
}

function claimFrom(set: StatefulSet, template: ClaimTemplate, ordinal: number): object {
  const { annotations } = template.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: template.spec,
  };
}
