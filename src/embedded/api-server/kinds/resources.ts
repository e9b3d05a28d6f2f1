import { type Resource, resources } from '../../../kube/paths.ts';

const core = (plural: string): Resource => ({ group: '', version: 'v1', plural, namespaced: true });
const storage = (plural: string): Resource => ({ group: 'storage.k8s.io', version: 'v1', plural, namespaced: false });
const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });

/** Where the built-in kinds live: those that the product reads, and the others of a small cluster. */
export const builtInResources = {
  nodes: resources.nodes,
  pods: resources.pods,
  namespaces: resources.namespaces,
  events: resources.events,
  persistentvolumes: resources.persistentvolumes,
  persistentvolumeclaims: resources.persistentvolumeclaims,
  leases: resources.leases,
  csinodes: resources.csinodes,
  volumeattachments: resources.volumeattachments,
  poddisruptionbudgets: resources.poddisruptionbudgets,
  priorityclasses: resources.priorityclasses,
  services: core('services'),
  serviceaccounts: core('serviceaccounts'),
  configmaps: core('configmaps'),
  storageclasses: storage('storageclasses'),
  csidrivers: storage('csidrivers'),
  statefulsets: apps('statefulsets'),
  deployments: apps('deployments'),
  replicasets: apps('replicasets'),
  daemonsets: apps('daemonsets'),
  controllerrevisions: apps('controllerrevisions'),
  jobs: { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true },
  customresourcedefinitions: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions', namespaced: false },
} as const satisfies Record<string, Resource>;
