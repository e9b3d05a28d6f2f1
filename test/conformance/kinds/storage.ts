import { type Resource, resources } from '../../../src/kube/paths.ts';
import { type Change, type Specimen, longAgo, metadataFields, usual } from './specimen.ts';

const storageclassesResource: Resource = { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses', namespaced: false };
const driver = 'disk.evenkeel.dev';

export const persistentvolumes: Specimen = {
  ...usual,
  resource: resources.persistentvolumes,
  kind: 'PersistentVolume',
  status: true,
  fieldSelectors: ['metadata.name={{tag}}-a'],
  body: (random) => ({
    spec: {
      capacity: { storage: '1Gi' }, accessModes: [random.pick(['ReadWriteOnce', 'ReadOnlyMany'])], storageClassName: 'disk', csi: { driver, volumeHandle: 'disk-0' },
      ...(random.chance(0.5) ? { persistentVolumeReclaimPolicy: 'Retain' } : {}),
    },
  }),
  faults: {
    'no access mode': { spec: { accessModes: [] } },
    'access mode': { spec: { accessModes: ['Sometimes'] } },
    'no capacity': { spec: { capacity: null } },
    'no source': { spec: { csi: null } },
    'no driver': { spec: { csi: { driver: '' } } },
    'no handle': { spec: { csi: { volumeHandle: '' } } },
    'reclaim policy': { spec: { persistentVolumeReclaimPolicy: 'Forget' } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<() => Change>([
    () => ({ spec: { persistentVolumeReclaimPolicy: random.pick(['Retain', 'Delete']) } }),
    () => ({ spec: { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: '{{tag}}', name: 'a' } } }),
  ])(),
  refused: { source: { spec: { csi: { volumeHandle: 'disk-1' } } }, 'reclaim policy': { spec: { persistentVolumeReclaimPolicy: 'Forget' } }, mode: { spec: { volumeMode: 'Block' } } },
  statusChanges: (random) => ({ status: { phase: random.pick(['Available', 'Bound', 'Released']) } }),
  declared: [...metadataFields, 'spec.capacity', 'spec.accessModes', 'spec.storageClassName', 'spec.csi', 'spec.persistentVolumeReclaimPolicy', 'spec.claimRef', 'spec.volumeMode', 'status.phase'],
};

export const persistentvolumeclaims: Specimen = {
  ...usual,
  resource: resources.persistentvolumeclaims,
  kind: 'PersistentVolumeClaim',
  status: true,
  body: (random) => ({ spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: random.pick(['1Gi', '2Gi']) } }, ...(random.chance(0.4) ? { volumeName: '{{tag}}-a' } : {}) } }),
  faults: {
    'no access mode': { spec: { accessModes: [] } },
    'access mode': { spec: { accessModes: ['Sometimes'] } },
    'no size': { spec: { resources: null } },
    'negative size': { spec: { resources: { requests: { storage: '-1Gi' } } } },
    'class name': { spec: { storageClassName: 'Not_A_Name' } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => ({ metadata: { annotations: { 'volume.kubernetes.io/selected-node': random.pick(['worker-1', 'worker-2']) } } }),
  refused: { 'access mode': { spec: { accessModes: ['ReadOnlyMany'] } }, 'smaller size': { spec: { resources: { requests: { storage: '1Mi' } } } }, class: { spec: { storageClassName: 'other' } } },
  statusChanges: (random) => ({ status: { phase: random.pick(['Pending', 'Bound', 'Lost']), capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] } }),
  declared: [...metadataFields, 'spec.accessModes', 'spec.storageClassName', 'spec.resources', 'spec.volumeName', 'spec.volumeMode', 'status.phase', 'status.capacity', 'status.accessModes'],
};

export const storageclasses: Specimen = {
  ...usual,
  resource: storageclassesResource,
  kind: 'StorageClass',
  fieldSelectors: ['metadata.name={{tag}}-a'],
  body: (random) => ({ provisioner: 'kubernetes.io/no-provisioner', ...(random.chance(0.5) ? { volumeBindingMode: 'WaitForFirstConsumer' } : {}), ...(random.chance(0.3) ? { reclaimPolicy: 'Retain', parameters: { kind: 'fast' } } : {}) }),
  faults: {
    'no provisioner': { provisioner: '' },
    'binding mode': { volumeBindingMode: 'Sometimes' },
    'reclaim policy': { reclaimPolicy: 'Forget' },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => ({ allowVolumeExpansion: random.chance(0.5) }),
  refused: { provisioner: { provisioner: 'other.example' }, 'binding mode': { volumeBindingMode: 'Sometimes' }, parameters: { parameters: { kind: 'slow' } } },
  declared: [...metadataFields, 'provisioner', 'volumeBindingMode', 'reclaimPolicy', 'parameters', 'allowVolumeExpansion'],
};

const registered = { name: driver, nodeID: 'machine-1', topologyKeys: null, allocatable: { count: 16 } };

export const csinodes: Specimen = {
  ...usual,
  resource: resources.csinodes,
  kind: 'CSINode',
  needsVersion: true,
  fieldSelectors: ['metadata.name={{tag}}-a'],
  body: (random) => ({ spec: { drivers: random.chance(0.8) ? [registered] : [] } }),
  faults: {
    'driver without name': { spec: { drivers: [{ ...registered, name: '' }] } },
    'driver without node': { spec: { drivers: [{ ...registered, nodeID: '' }] } },
    'driver twice': { spec: { drivers: [registered, registered] } },
    'negative count': { spec: { drivers: [{ ...registered, allocatable: { count: -1 } }] } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => random.pick<() => Change>([
    () => ({ spec: { drivers: [] } }),
    () => ({ spec: { drivers: [registered] } }),
    () => ({ spec: { drivers: [registered, { name: 'other.example', nodeID: 'machine-1', topologyKeys: ['zone'] }] } }),
  ])(),
  refused: { 'driver without name': { spec: { drivers: [{ ...registered, name: '' }] } }, 'driver twice': { spec: { drivers: [registered, registered] } }, 'driver without node': { spec: { drivers: [{ ...registered, nodeID: '' }] } } },
  declared: [...metadataFields, 'spec.drivers'],
};

export const volumeattachments: Specimen = {
  ...usual,
  resource: resources.volumeattachments,
  kind: 'VolumeAttachment',
  status: true,
  needsVersion: true,
  fieldSelectors: ['metadata.name={{tag}}-a'],
  body: (random) => ({ spec: { attacher: driver, nodeName: random.pick(['worker-1', 'worker-2']), source: { persistentVolumeName: 'disk-0' } } }),
  faults: {
    'no attacher': { spec: { attacher: '' } },
    'no node': { spec: { nodeName: '' } },
    'no source': { spec: { source: { persistentVolumeName: null } } },
    'empty source': { spec: { source: { persistentVolumeName: '' } } },
    name: { metadata: { name: 'Not_A_Name' } },
  },
  changes: (random) => ({ metadata: { annotations: { 'csi.alpha.kubernetes.io/node-id': random.pick(['worker-1', 'worker-2']) } } }),
  refused: { node: { spec: { nodeName: 'worker-9' } }, source: { spec: { source: { persistentVolumeName: 'disk-9' } } }, attacher: { spec: { attacher: 'other.example' } } },
  statusChanges: (random) => random.pick<() => Change>([
    () => ({ status: { attached: true, attachError: null } }),
    () => ({ status: { attached: false, attachError: { time: longAgo, message: 'The disk is elsewhere' } } }),
    () => ({ status: { attached: random.chance(0.5), detachError: { time: longAgo, message: 'The disk does not let go' }, attachmentMetadata: { device: 'sda' } } }),
  ])(),
  declared: [...metadataFields, 'spec.attacher', 'spec.nodeName', 'spec.source', 'status.attached', 'status.attachError', 'status.detachError', 'status.attachmentMetadata'],
};
