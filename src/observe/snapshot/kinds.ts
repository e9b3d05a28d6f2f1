import { type Resource, resources } from '../../kube/paths.ts';

/** The kinds that a rebalance run may read, by the names that objects carry. */
export const snapshotKinds: ReadonlyMap<string, { readonly resource: Resource; readonly essential: boolean }> = new Map([
  ['Node', { resource: resources.nodes, essential: true }],
  ['Pod', { resource: resources.pods, essential: true }],
  ['PodDisruptionBudget', { resource: resources.poddisruptionbudgets, essential: false }],
  ['Namespace', { resource: resources.namespaces, essential: false }],
  ['PersistentVolumeClaim', { resource: resources.persistentvolumeclaims, essential: false }],
  ['PriorityClass', { resource: resources.priorityclasses, essential: false }],
]);

export const snapshotVersion = 'evenkeel.dev/v1alpha1';
export const snapshotKind = 'ClusterSnapshot';

export const apiVersionOf = ({ group, version }: Resource): string => (group === '' ? version : `${group}/${version}`);
