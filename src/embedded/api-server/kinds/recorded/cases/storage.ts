import { builtInResources } from '../../resources.ts';
import { type Body, casesOf } from '../case.ts';

const driver = 'd.example.com';

const aVolume = (spec: object = {}): Body => ({
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: '' },
  spec: { capacity: { storage: '1024Mi' }, accessModes: ['ReadWriteOnce'], csi: { driver, volumeHandle: 'h' }, storageClassName: 'disk', ...spec },
});
const aClaim = (spec: object = {}): Body => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: '', namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const anAttachment = (spec: object = {}): Body => ({
  apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: '' }, spec: { attacher: driver, nodeName: 'n', source: { persistentVolumeName: 'pv' }, ...spec },
});
const storage = (kind: string, rest: object, name = ''): Body => ({ apiVersion: 'storage.k8s.io/v1', kind, metadata: { name }, ...rest });

export const storageCases = [
  ...casesOf(builtInResources.persistentvolumes, [
    [
      'a volume', aVolume(),
      ['object', { spec: { csi: { volumeHandle: 'x' } } }],
      ['object', { spec: { capacity: { storage: '2Gi' }, persistentVolumeReclaimPolicy: 'Delete' } }],
      ['object', { spec: { volumeMode: 'Block' } }],
      ['status', { status: { phase: 'Available' } }],
      ['object', { spec: { claimRef: { namespace: 'default', name: 'c', kind: 'PersistentVolumeClaim' } } }],
    ],
    ['a volume that is wrong', aVolume({
      capacity: { storage: '0', cpu: '1' }, accessModes: ['x', 'ReadWriteOncePod', 'ReadWriteOnce'], persistentVolumeReclaimPolicy: 'y', csi: { driver: '', volumeHandle: '' }, hostPath: { path: '/a' },
      storageClassName: 'A_', volumeMode: 'z', nodeAffinity: {},
    })],
    ['a volume of a driver that cannot be', aVolume({ csi: { driver: 'A b', volumeHandle: '' } })],
    ['a volume without anything', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: '' } }],
  ]),
  ...casesOf(builtInResources.persistentvolumeclaims, [
    [
      'a claim', aClaim({ storageClassName: 'disk' }),
      ['object', { spec: { volumeName: 'pv' } }],
      ['object', { spec: { volumeName: 'pv2' } }],
      ['object', { spec: { resources: { requests: { storage: '2Gi' } } } }],
      ['object', { spec: { accessModes: ['ReadWriteMany'] } }],
      ['status', { status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } } }],
    ],
    ['a claim that is wrong', aClaim({ accessModes: [], resources: {}, volumeMode: 'x', storageClassName: 'A_', selector: { matchExpressions: [{ key: 'a', operator: 'x' }] } })],
    ['a claim to nothing', aClaim({ accessModes: ['x'], resources: { requests: { storage: '0' } } })],
  ]),
  ...casesOf(builtInResources.storageclasses, [
    [
      'a class', storage('StorageClass', { provisioner: 'kubernetes.io/no-provisioner' }),
      ['object', { provisioner: 'x' }], ['object', { parameters: { a: 'b' } }], ['object', { allowVolumeExpansion: true }], ['object', { volumeBindingMode: 'WaitForFirstConsumer' }],
    ],
    ['a class that is wrong', storage('StorageClass', { reclaimPolicy: 'Recycle', volumeBindingMode: 'x', parameters: { '': 'a' } })],
    ['a class of a provisioner that cannot be', storage('StorageClass', { provisioner: 'a b' })],
  ]),
  ...casesOf(builtInResources.csinodes, [
    [
      'a node with a driver', storage('CSINode', { spec: { drivers: [{ name: driver, nodeID: 'n', topologyKeys: null, allocatable: { count: 16 } }] } }),
      ['object', { spec: { drivers: [{ name: driver, nodeID: 'other', topologyKeys: null }] } }],
      ['object', { spec: { drivers: [{ name: driver, nodeID: 'n', allocatable: { count: 8 } }] } }],
      ['object', { spec: { drivers: [] } }],
    ],
    ['a node with wrong drivers', storage('CSINode', {
      spec: { drivers: [{ name: 'A b', nodeID: '' }, { name: 'a', nodeID: 'x', topologyKeys: ['k', 'k', 'a b'], allocatable: { count: -1 } }, { name: 'a', nodeID: 'x'.repeat(257) }] },
    })],
  ]),
  ...casesOf(builtInResources.csidrivers, [
    [
      'a driver', storage('CSIDriver', { spec: { attachRequired: true } }, driver),
      ['object', { spec: { attachRequired: false } }], ['object', { spec: { podInfoOnMount: true } }], ['object', { spec: { volumeLifecycleModes: ['Ephemeral'] } }],
    ],
    ['a driver that is wrong', storage('CSIDriver', { spec: { fsGroupPolicy: 'x', volumeLifecycleModes: ['y'] } }, 'e.example.com')],
  ]),
  ...casesOf(builtInResources.volumeattachments, [
    [
      'an attachment', anAttachment(),
      ['object', { spec: { nodeName: 'm' } }],
      ['status', { metadata: { labels: { a: 'b' } }, status: { attached: true, attachmentMetadata: { a: 'b' } } }],
      ['status', { status: { attachError: { message: 'x', time: '2026-01-01T00:00:00.5Z' } } }],
      ['object', { metadata: { finalizers: ['external-attacher/x'] } }],
    ],
    ['an attachment of nothing to nowhere', anAttachment({ attacher: '', nodeName: 'A b', source: {} })],
    ['an attachment of a volume without a name', anAttachment({ source: { persistentVolumeName: '' } })],
    ['an attachment of a volume with a wrong name', anAttachment({ source: { persistentVolumeName: 'A b' } })],
  ]),
];
