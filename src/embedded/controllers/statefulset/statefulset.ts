import { resources } from '../../../kube/paths.ts';
import type { RunController } from '../controller.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Pod } from '../workload/objects.ts';
import { nameOf } from '../workload/owner.ts';
import { untilNextAvailable } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type Revisions, forgetRevisions, recordTemplate } from '../workload/revisions.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { type StatefulSet, ordinalOf, revisionOf } from './objects.ts';
import { syncReplicas } from './replicas.ts';
import { countReplicas, writeSetStatus } from './status.ts';

/**
 * The StatefulSet controller. Not modelled: `persistentVolumeClaimRetentionPolicy` (claims always stay), `maxUnavailable`
 * (behind a gate that is off in v1.36).
 */
export const runStatefulSets: RunController = (parts, signal) =>
  runOwner({ resource: builtInResources.statefulsets, kind: 'StatefulSet', children: resources.pods, component: 'statefulset-controller' }, parts, signal, { sync });

function sync(parts: OwnerParts, key: string): void {
  const { store, queue, clock } = parts;
  const set = store.get<StatefulSet>(builtInResources.statefulsets, nameOf(key));
  if (set === undefined) return;
  const isMember = (pod: Pod): boolean => ordinalOf(set, pod) !== undefined;
  const claimed = claimChildren<Pod>(store, set, { resource: resources.pods, selector: set.spec.selector, orphans: parts.orphans, mayAdopt: (pod) => ordinalOf(set, pod) !== undefined });
  const pods = claimed.filter(isMember);
  const revisions = recordTemplate(store, set, set.spec.template, (hash) => ({ 'controller.kubernetes.io/hash': hash }));
  const current = revisions.all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? revisions.update;
  const now = clock.now().wall;
  const counted = countReplicas(set, pods, { current: current.metadata.name, update: revisions.update.metadata.name }, now);
  let updated = 0;
  try {
    if (set.metadata.deletionTimestamp === undefined) updated = syncReplicas({ parts, set, pods, current, update: revisions.update, now });
  } finally {
    writeSetStatus(store, set, { ...counted, currentReplicas: Math.max(0, counted.currentReplicas - updated) });
  }
  forget(parts, set, pods, revisions);
  const wait = untilNextAvailable(pods, set.spec.minReadySeconds ?? 0, now);
  if (wait !== undefined) queue.after(key, wait);
}

function forget({ store }: OwnerParts, set: StatefulSet, pods: readonly Pod[], { all, update }: Revisions): void {
  const inUse = new Set([update.metadata.name, set.status?.currentRevision ?? '', ...pods.map((pod) => revisionOf(pod) ?? '')]);
  forgetRevisions(store, all, inUse, set.spec.revisionHistoryLimit ?? 10);
}
