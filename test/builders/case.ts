import type { Attempt, Case } from '../compat/case.ts';
import type { Instant } from '../../src/model/time.ts';
import { instant } from '../../src/model/time.ts';

/** The time at which the cases of these builders are looked at. */
export const now: Instant = instant(Date.parse('2026-01-02T00:00:00Z'));

export const secondsAgo = (count: number): string => new Date(now - count * 1_000).toISOString();

export interface CaseParts {
  readonly nodes: readonly object[];
  readonly pods: readonly object[];
  readonly args?: object;
  readonly evictor?: object;
  /** Fields beside `profiles`. */
  readonly policy?: object;
  readonly namespaces?: readonly object[];
}

const extensionPoints: Readonly<Record<string, 'balance'>> = {
  RemoveDuplicates: 'balance',
  RemovePodsViolatingTopologySpreadConstraint: 'balance',
  LowNodeUtilization: 'balance',
  HighNodeUtilization: 'balance',
};

/** A policy with one profile and one plugin, and the cluster that it meets. */
export function aCase(plugin: string, { nodes, pods, args, evictor, policy, namespaces = [] }: CaseParts): Case {
  const pluginConfig = [...(evictor === undefined ? [] : [{ name: 'DefaultEvictor', args: evictor }]), args === undefined ? { name: plugin } : { name: plugin, args }];
  const profile = { name: 'default', pluginConfig, plugins: { [extensionPoints[plugin] ?? 'deschedule']: { enabled: [plugin] } } };
  return {
    id: `${plugin}/example`,
    plugin,
    options: [],
    policy: { apiVersion: 'descheduler/v1alpha2', kind: 'DeschedulerPolicy', profiles: [profile], ...policy },
    objects: { nodes, pods, namespaces, persistentvolumeclaims: [], poddisruptionbudgets: [], priorityclasses: [] },
  };
}

/** `a b c` as evictions by the plugin of the case. */
export function evictionsOf({ plugin, objects }: Case, names: string): Attempt[] {
  const known = new Map(objects.pods.map((pod) => [metadataOf(pod).name, metadataOf(pod).namespace]));
  return names.split(' ').filter((name) => name !== '').map((name) => ({ namespace: known.get(name) ?? 'shop', name, profile: 'default', strategy: plugin }));
}

const metadataOf = (object: object): { name: string; namespace: string } => (object as { metadata: { name: string; namespace: string } }).metadata;

interface NodeParts {
  readonly labels?: object;
  readonly spec?: object;
  readonly allocatable?: object;
  readonly ready?: string;
}

/** A Ready node with plenty of room. */
export const nodeObject = (name: string, { labels, spec = {}, allocatable, ready = 'True' }: NodeParts = {}): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec,
  status: { allocatable: { cpu: '64', memory: '256Gi', pods: '110', ...allocatable }, conditions: [{ type: 'Ready', status: ready }] },
});

export const nodeObjects = (...names: string[]): object[] => names.map((name) => nodeObject(name));

export interface PodParts {
  readonly namespace?: string;
  readonly labels?: object;
  readonly annotations?: object;
  /** The name of its ReplicaSet, or owner references. */
  readonly owner?: string | readonly object[];
  readonly metadata?: object;
  readonly requests?: object;
  readonly limits?: object;
  readonly image?: string;
  readonly spec?: object;
  readonly status?: object;
}

/** A Running pod of a ReplicaSet: evictable by default. */
export function podObject(name: string, nodeName: string, given: PodParts = {}): object {
  const { namespace = 'shop', labels = { app: 'web' }, annotations = {}, owner = 'web', metadata, requests, limits, image = 'app:v1', spec, status } = given;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: secondsAgo(7_200),
      labels,
      annotations,
      ownerReferences: typeof owner === 'string' ? [ownerObject('ReplicaSet', owner)] : owner,
      ...metadata,
    },
    spec: { nodeName, containers: [{ name: 'main', image, resources: { requests: requests ?? {}, limits: limits ?? {} } }], ...spec },
    status: { phase: 'Running', startTime: secondsAgo(7_200), ...status },
  };
}

export const ownerObject = (kind: string, name: string): object => ({ apiVersion: 'apps/v1', kind, name, uid: `uid-of-${kind}-${name}`, controller: true });

/** `a b c` on one node, all alike. */
export const podObjects = (names: string, node: string, given: PodParts = {}): object[] => names.split(' ').map((name) => podObject(name, node, given));
