import { resources } from '../../../src/kube/paths.ts';
import type { Random } from '../generate/random.ts';
import { type Change, type Specimen, conditionOf, longAgo, metadataFields, usual } from './specimen.ts';

const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoSchedule' };
const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: longAgo };
const ours = { key: 'evenkeel.dev/fencing', value: 'attempt-1', effect: 'NoExecute', timeAdded: longAgo };

const heartbeat = (status: string): Change => ({ ...conditionOf('Ready', status, status === 'True' ? 'KubeletReady' : 'NodeStatusUnknown'), lastHeartbeatTime: longAgo });

export const nodes: Specimen = {
  ...usual,
  resource: resources.nodes,
  kind: 'Node',
  status: true,
  fieldSelectors: ['metadata.name={{tag}}-a', 'spec.unschedulable=true', 'spec.unschedulable=false', 'spec.unschedulable!=true'],
  body: (random) => ({
    spec: {
      ...(random.chance(0.3) ? { taints: [random.pick([outOfService, ours])] } : {}),
      ...(random.chance(0.2) ? { unschedulable: true } : {}),
      podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'], providerID: 'cloud://machine-1',
    },
    ...(random.chance(0.4) ? { status: firstStatus } : {}),
  }),
  faults: {
    'taint effect': { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    'taint without effect': { spec: { taints: [{ key: 'a' }] } },
    'taint without key': { spec: { taints: [{ effect: 'NoSchedule' }] } },
    'taint key': { spec: { taints: [{ key: 'not a key', effect: 'NoSchedule' }] } },
    'taint value': { spec: { taints: [{ key: 'a', value: 'not a value', effect: 'NoSchedule' }] } },
    'taint twice': { spec: { taints: [outOfService, { ...outOfService, value: 'other' }] } },
    name: { metadata: { name: 'Not_A_Name' } },
    label: { metadata: { labels: { color: 'not a value' } } },
    'label key': { metadata: { labels: { 'not a key': 'x' } } },
    finalizer: { metadata: { finalizers: ['unqualified!'] } },
    'owner without uid': { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'x', uid: '' }] } },
  },
  changes: (random) => random.pick<(random: Random) => Change>([
    () => ({ spec: { taints: random.shuffled([outOfService, unreachable, ours]).slice(0, random.below(4)) } }),
    () => ({ spec: { unschedulable: random.chance(0.5) } }),
    () => ({ spec: { taints: null } }),
  ])(random),
  refused: {
    'taint effect': { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    'taint twice': { spec: { taints: [ours, ours] } },
    'taint without key': { spec: { taints: [{ effect: 'NoExecute' }] } },
    label: { metadata: { labels: { color: 'not a value' } } },
    providerID: { spec: { providerID: 'cloud://machine-2' } },
    podCIDR: { spec: { podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] } },
  },
  statusChanges: (random) => random.pick<() => Change>([
    () => ({ status: { conditions: [heartbeat(random.pick(['True', 'False', 'Unknown'])), conditionOf('MemoryPressure', 'False', 'KubeletHasSufficientMemory')] } }),
    () => ({ status: { volumesInUse: random.shuffled(['kubernetes.io/csi/disk.evenkeel.dev^disk-0', 'kubernetes.io/csi/disk.evenkeel.dev^disk-1']).slice(0, random.below(3)) } }),
    () => ({ status: { volumesAttached: [{ name: 'kubernetes.io/csi/disk.evenkeel.dev^disk-0', devicePath: '' }] } }),
    () => ({ status: firstStatus }),
    () => ({ status: { addresses: [{ type: 'InternalIP', address: '10.0.0.9' }] } }),
  ])(),
  refusedStatus: { 'negative capacity': { status: { capacity: { cpu: '-1' } } } },
  declared: [
    ...metadataFields, 'spec.taints', 'spec.unschedulable', 'spec.podCIDR', 'spec.providerID', 'status.conditions', 'status.nodeInfo', 'status.capacity', 'status.allocatable', 'status.addresses', 'status.volumesInUse',
    'status.volumesAttached',
  ],
};

const firstStatus = {
  nodeInfo: {
    bootID: 'boot-1', systemUUID: 'system-1', machineID: 'machine-1', kernelVersion: '6.1.0', osImage: 'an image', containerRuntimeVersion: 'containerd://2', operatingSystem: 'linux', architecture: 'amd64',
    kubeletVersion: 'v1.36.3', kubeProxyVersion: '',
  },
  capacity: { cpu: '4', memory: '8Gi', pods: '110' },
  allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
  addresses: [{ type: 'InternalIP', address: '10.0.0.1' }, { type: 'Hostname', address: 'machine' }],
};
