import { type Api, answered } from '../../kube/api.ts';
import { type Resource, collectionPath, resources } from '../../kube/paths.ts';
import { driver } from './driver.ts';

/** An object to create, with the place it belongs to. */
export interface Provision {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly body: object;
}

/** Creates the objects in order; those that are there already are left as they are. */
export async function provision(api: Api, objects: readonly Provision[]): Promise<void> {
  for (const { resource, namespace, body } of objects) {
    try {
      await api.call({ verb: 'POST', path: collectionPath(resource, namespace), body });
    } catch (error) {
      if (!answered(error, 409)) throw error;
    }
  }
}

const storage = (plural: string): Resource => ({ group: 'storage.k8s.io', version: 'v1', plural, namespaced: false });
const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });
const services: Resource = { group: '', version: 'v1', plural: 'services', namespaced: true };

export const storageClass = 'disk';

/** The CSI driver, a StorageClass without provisioner, and block volumes `disk-0` … `disk-<count - 1>` that one machine can have at a time. */
export function blockStorage(count: number): readonly Provision[] {
  return [
    {
      resource: storage('csidrivers'),
      body: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: driver }, spec: { attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'] } },
    },
    {
      resource: storage('storageclasses'),
      body: {
        apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: storageClass },
        provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer',
      },
    },
    ...Array.from({ length: count }, (_, index) => persistentVolume(`disk-${index}`)),
  ];
}

/** The volume handle, and so the disk, has the name of the PersistentVolume. */
function persistentVolume(name: string): Provision {
  const spec = {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName: storageClass,
    csi: { driver, volumeHandle: name },
  };
  return { resource: resources.persistentvolumes, body: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec } };
}

export interface StatefulSetWish {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  /** Seconds that its pods stay on a node that is NotReady; Kubernetes' 300 when absent. */
  readonly tolerationSeconds?: number;
}

/** A namespace, a headless Service and a StatefulSet with one RWO volume per replica, spread over nodes: a small Elasticsearch. */
export function statefulSet({ namespace, name, replicas, tolerationSeconds }: StatefulSetWish): readonly Provision[] {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: {
      ...podSpec(tolerationSeconds),
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' }] } },
      containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    },
  };
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: storageClass, resources: { requests: { storage: '1Gi' } } } };
  return [
    namespaceNamed(namespace),
    { resource: services, namespace, body: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { clusterIP: 'None', selector: labels, ports: [{ port: 9200 }] } } },
    {
      resource: apps('statefulsets'),
      namespace,
      body: {
        apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name },
        spec: { serviceName: name, replicas, podManagementPolicy: 'Parallel', selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim] },
      },
    },
  ];
}

export interface DeploymentWish {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly tolerationSeconds?: number;
}

/** A namespace and a Deployment without volumes. */
export function deployment({ namespace, name, replicas, tolerationSeconds }: DeploymentWish): readonly Provision[] {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { ...podSpec(tolerationSeconds), containers: [container] } };
  return [
    namespaceNamed(namespace),
    { resource: apps('deployments'), namespace, body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } } },
  ];
}

const namespaceNamed = (name: string): Provision => ({ resource: resources.namespaces, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });

/** No image is ever pulled: the name stands for the program that appends to its volume. */
const container = { name: 'main', image: 'evenkeel.dev/writer:1', resources: { requests: { cpu: '100m', memory: '64Mi' } } };

/** Without a service account token: it would be one more volume, and nobody asks for it. */
function podSpec(tolerationSeconds: number | undefined): object {
  const tolerations = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }));
  return { automountServiceAccountToken: false, terminationGracePeriodSeconds: 30, ...(tolerationSeconds === undefined ? {} : { tolerations }) };
}
