import type { Resource } from '../../../kube/paths.ts';

const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });

/** Kinds that only the workload controllers, the scheduler and people care about. */
export const workloads = {
  statefulsets: apps('statefulsets'),
  deployments: apps('deployments'),
  replicasets: apps('replicasets'),
  daemonsets: apps('daemonsets'),
  controllerrevisions: apps('controllerrevisions'),
  jobs: { group: 'batch', version: 'v1', plural: 'jobs', namespaced: true },
  storageclasses: { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses', namespaced: false },
} as const satisfies Record<string, Resource>;
