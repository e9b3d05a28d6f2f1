import { rfc3339 } from '../../kube/timestamps.ts';
import type { Instant } from '../../model/time.ts';
import type { Machine } from './machine.ts';
import type { Condition, NodeObject } from './objects.ts';

export interface NodeDescription {
  /** Labels that the kubelet itself sets (`--node-labels`): all that a fresh Node has. */
  readonly labels: Readonly<Record<string, string>>;
  /** Kubernetes quantities. */
  readonly capacity: Readonly<Record<string, string>>;
  /** InternalIP. */
  readonly address: string;
  /** First two numbers of the addresses that its pods get. */
  readonly podNetwork: string;
  /** How many volumes of our driver may be attached. */
  readonly volumeLimit: number;
}

export interface NodeStatus {
  readonly conditions: readonly Condition[];
  readonly nodeInfo: Readonly<Record<string, string>>;
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  readonly volumesInUse: readonly string[];
}

export const nodeLabels = (name: string, { labels }: NodeDescription): Record<string, string> => ({
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  ...labels,
});

export interface StatusFacts {
  readonly live: NonNullable<NodeObject['status']>;
  readonly inUse: readonly string[];
  readonly at: Instant;
}

/** What the kubelet says of its node. Conditions that others own stay; ours keep their transition time while they stay the same. */
export function nodeStatus(machine: Machine, description: NodeDescription, { live, inUse, at }: StatusFacts): NodeStatus {
  const { bootID, systemUUID, machineID, name } = machine;
  return {
    conditions: conditions(live.conditions ?? [], at),
    nodeInfo: {
      bootID, systemUUID, machineID,
      kernelVersion: '6.1.0', osImage: 'evenkeel machine', containerRuntimeVersion: 'evenkeel://1', operatingSystem: 'linux', architecture: 'amd64',
      kubeletVersion: 'v1.36.3', kubeProxyVersion: '',
    },
    capacity: description.capacity,
    allocatable: description.capacity,
    addresses: [{ type: 'InternalIP', address: description.address }, { type: 'Hostname', address: name }],
    volumesInUse: [...inUse].sort(),
  };
}

/** True when the Node says all of it already, times aside. */
export function alreadySays(live: NonNullable<NodeObject['status']>, wanted: NodeStatus): boolean {
  const bare = (list: readonly Condition[] = []): string => JSON.stringify(list.map(({ type, status }) => `${type}=${status}`).sort());
  const words = (from: Readonly<Record<string, string>> = {}): string => JSON.stringify(Object.entries(from).map((pair) => pair.join('=')).sort());
  return bare(live.conditions) === bare(wanted.conditions)
    && words({ kubeProxyVersion: '', ...pick(live.nodeInfo ?? {}, wanted.nodeInfo) }) === words(wanted.nodeInfo)
    && words(live.allocatable) === words(wanted.allocatable)
    && JSON.stringify([...(live.volumesInUse ?? [])].sort()) === JSON.stringify(wanted.volumesInUse);
}

/** A later API server may add fields of its own. */
const pick = (from: Readonly<Record<string, string>>, like: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => Object.hasOwn(like, key)));

const healthy: readonly Condition[] = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];

function conditions(live: readonly Condition[], at: Instant): Condition[] {
  const foreign = live.filter(({ type }) => !healthy.some((own) => own.type === type));
  const own = healthy.map((wanted) => {
    const before = live.find(({ type }) => type === wanted.type);
    const lastTransitionTime = before?.status === wanted.status ? (before.lastTransitionTime ?? rfc3339(at)) : rfc3339(at);
    return { ...wanted, lastHeartbeatTime: rfc3339(at), lastTransitionTime };
  });
  return [...foreign, ...own];
}
