import { podFromTemplate } from '../workload/pod-from-template.ts';
import type { Volume } from '../workload/objects.ts';
import type { Revision } from '../workload/revisions.ts';
import { claimName } from './claims.ts';
import { type StatefulSet, firstOrdinal, isRollingUpdate, revisionLabel } from './objects.ts';

/** The pod of one ordinal: stable name, host name and claims. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: Revision): object {
  const name = `${set.metadata.name}-${ordinal}`;
  const { template } = revision.data.spec;
  const claims = set.spec.volumeClaimTemplates ?? [];
  const claimed = claims.map((claim): Volume => ({ name: claim.metadata.name, persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) } }));
  const others = (template.spec.volumes ?? []).filter((volume) => !claims.some(({ metadata }) => metadata.name === volume.name));
  const volumes = [...claimed, ...others];
  return podFromTemplate(set, template, {
    name,
    labels: { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal), [revisionLabel]: revision.metadata.name },
    spec: {
      hostname: name,
      ...(set.spec.serviceName === undefined || set.spec.serviceName === '' ? {} : { subdomain: set.spec.serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  });
}

/** Below the partition, pods keep the revision that the set had before the update began. */
export function revisionFor(set: StatefulSet, ordinal: number, current: Revision, update: Revision): Revision {
  const start = firstOrdinal(set);
  const { rollingUpdate } = set.spec.updateStrategy ?? {};
  const kept = rollingUpdate === undefined ? (isRollingUpdate(set) ? (set.status?.currentReplicas ?? 0) : 0) : (rollingUpdate.partition ?? 0);
  return ordinal < start + kept ? current : update;
}
