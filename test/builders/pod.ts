import type { ContainerRecord, ContainerStatus, OwnerReference, PodDetails, PodRecord } from '../../src/model/cluster.ts';

/** A Running, Ready pod of a ReplicaSet without volumes, priority or wishes: evictable by default. */
export function aPod(given: Partial<PodRecord> = {}): PodRecord {
  const name = given.name ?? 'web-1';
  const namespace = given.namespace ?? 'shop';
  return {
    namespace,
    name,
    uid: `uid-${namespace}-${name}`,
    resourceVersion: '1',
    labels: {},
    annotations: {},
    owners: [anOwner()],
    finalizers: [],
    node: 'n1',
    phase: 'Running',
    deletionTimestamp: undefined,
    createdAt: undefined,
    startTime: undefined,
    ready: true,
    priority: undefined,
    qosClass: undefined,
    tolerations: [],
    nodeSelector: undefined,
    affinity: undefined,
    topologySpreadConstraints: [],
    containers: [aContainer()],
    initContainers: [],
    podRequests: undefined,
    overhead: undefined,
    volumes: [],
    hasResourceClaims: false,
    ...given,
  };
}

/** One image and no requests. */
export const aContainer = (given: Partial<ContainerRecord> = {}): ContainerRecord => ({ image: 'app:v1', requests: {}, limits: {}, restartable: false, restarts: 0, ...given });

/** What a pod's status says beyond its phase: nothing but what is given. */
export const details = (given: Partial<PodDetails> = {}): Pick<PodRecord, 'details'> => ({
  details: { reason: '', conditions: [], containers: [], initContainers: [], ephemeralContainers: [], ...given },
});

/** The status of a container that runs and was never restarted. */
export const aContainerStatus = (given: Partial<ContainerStatus> = {}): ContainerStatus => ({ restarts: 0, waiting: undefined, terminated: undefined, ...given });

/** A ReplicaSet named `web`. */
export const anOwner = (given: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name: 'web',
  uid: `uid-of-${given.kind ?? 'ReplicaSet'}-${given.name ?? 'web'}`,
  controller: true,
  ...given,
});

/** `count` pods with names of their own on one node. */
export const pods = (count: number, node: string, given: Partial<PodRecord> = {}): PodRecord[] =>
  Array.from({ length: count }, (_, at) => aPod({ ...given, node, name: `${given.name ?? 'web'}-${node}-${at + 1}` }));
