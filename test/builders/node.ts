import type { NodeRecord, Taint } from '../../src/model/cluster.ts';

/** A Ready, schedulable, untainted node with plenty of room. */
export function aNode(given: Partial<NodeRecord> = {}): NodeRecord {
  const name = given.name ?? 'n1';
  return {
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    labels: { 'kubernetes.io/hostname': name },
    annotations: {},
    createdAt: undefined,
    deleting: false,
    unschedulable: false,
    taints: [],
    ready: 'True',
    bootID: `boot-${name}`,
    systemUUID: `system-${name}`,
    machineID: `machine-${name}`,
    allocatable: { cpu: '64', memory: '256Gi', pods: '110' },
    capacity: {},
    volumesAttached: [],
    ...given,
  };
}

/** A hard taint without a value. */
export const aTaint = (given: Partial<Taint> = {}): Taint => ({ key: 'dedicated', effect: 'NoSchedule', ...given });

/** Nodes with these names and nothing special. */
export const nodes = (...names: string[]): NodeRecord[] => names.map((name) => aNode({ name }));
