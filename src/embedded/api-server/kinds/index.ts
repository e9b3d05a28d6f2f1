import type { Kind } from '../kind.ts';
import { definitions } from './custom/definition.ts';
import { disruptionBudgets } from './disruption-budget.ts';
import { events } from './event.ts';
import { leases } from './lease.ts';
import { namespaces } from './namespace.ts';
import { nodes } from './node/node.ts';
import { configMaps, serviceAccounts } from './plain.ts';
import { podsWith } from './pod/pod.ts';
import { priorityClasses } from './priority-class.ts';
import { services } from './service.ts';
import { csiDrivers, csiNodes } from './storage/csi.ts';
import { persistentVolumeClaims } from './storage/persistent-volume-claim.ts';
import { persistentVolumes } from './storage/persistent-volume.ts';
import { storageClasses } from './storage/storage-class.ts';
import { volumeAttachments } from './storage/volume-attachment.ts';
import { controllerRevisions } from './workloads/controller-revision.ts';
import { daemonSets } from './workloads/daemon-set.ts';
import { deployments } from './workloads/deployment.ts';
import { jobs } from './workloads/job.ts';
import { replicaSets } from './workloads/replica-set.ts';
import { statefulSets } from './workloads/stateful-set.ts';

export { customKind } from './custom/custom-kind.ts';
export { builtInResources } from './resources.ts';

export interface BuiltInOptions {
  /** How long pods stay on a node that is not ready or unreachable, in seconds: `--default-unreachable-toleration-seconds`, 300. */
  readonly tolerationSeconds?: number;
}

/** The kinds that Kubernetes itself brings, as far as they are modelled. */
export function builtInKinds({ tolerationSeconds = 300 }: BuiltInOptions = {}): readonly Kind[] {
  return [
    nodes, podsWith(tolerationSeconds), namespaces, events, services, serviceAccounts, configMaps,
    persistentVolumes, persistentVolumeClaims, storageClasses, csiNodes, csiDrivers, volumeAttachments,
    leases, statefulSets, deployments, replicaSets, daemonSets, controllerRevisions, jobs,
    disruptionBudgets, priorityClasses, definitions,
  ];
}
