import { events, leases, namespaces, priorityclasses } from './cluster.ts';
import { nodes } from './nodes.ts';
import { pods } from './pods.ts';
import { nodefences, poddisruptionbudgets } from './policy.ts';
import type { Specimen } from './specimen.ts';
import { csinodes, persistentvolumeclaims, persistentvolumes, storageclasses, volumeattachments } from './storage.ts';
import { daemonsets, deployments, jobs, replicasets, statefulsets } from './workloads.ts';

/** Every kind that is compared, by its plural. */
export const specimens = {
  nodes, pods, namespaces, leases, events, persistentvolumes, persistentvolumeclaims, storageclasses, csinodes, volumeattachments, statefulsets, deployments, replicasets, daemonsets, jobs, poddisruptionbudgets,
  priorityclasses, nodefences,
} as const satisfies Record<string, Specimen>;

export type KindName = keyof typeof specimens;

export const kindNames = Object.keys(specimens) as KindName[];

export const specimenOf = (name: KindName): Specimen => specimens[name];
