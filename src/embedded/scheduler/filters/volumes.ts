import { resources } from '../../../kube/paths.ts';
import { classOf, freeFor, noProvisioner, promisedTo, selectedNode } from '../../controllers/volume-binding/claims-and-volumes.ts';
import { matchesTerm } from '../../controllers/workload/node-match.ts';
import type { Claim, PersistentVolume, StorageClass } from '../../controllers/workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type Cycle, type Filter, type Rejection, rejection } from '../plugin.ts';
import { type NodeState, labelsOf } from '../state/node-state.ts';
import { claimsOf } from './claims.ts';

/** Bound volumes reach the node; for the other claims there are volumes that do, or a provisioner that will make some. */
export const volumeBinding: Filter = (cycle) => {
  if (cycle.pod.claims.length === 0) return undefined;
  const claims = claimsOf(cycle);
  if ('impossible' in claims) return { name: 'VolumeBinding', impossible: claims.impossible };
  const bound = claims.bound.map(({ spec }) => cycle.store.get<PersistentVolume>(resources.persistentvolumes, { name: spec.volumeName ?? '' }));
  const plan = volumePlan(cycle, claims.waiting);
  return {
    name: 'VolumeBinding',
    check(node) {
      const reasons: string[] = [];
      if (bound.some((volume) => volume !== undefined && !reaches(volume, node))) reasons.push("node(s) didn't match PersistentVolume's node affinity");
      if (plan(node) === undefined) reasons.push("node(s) didn't find available persistent volumes to bind");
      if (bound.includes(undefined)) reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
      return reasons.length === 0 ? undefined : ({ reasons, final: true } satisfies Rejection);
    },
  };
};

/** What is to be done for one claim when its pod goes to a node. */
export type ClaimPlan = { readonly claim: Claim; readonly volume: PersistentVolume } | { readonly claim: Claim; readonly provisioner: string };

/** Works out for a node which volume each claim would get; undefined when one gets none. Each volume is given once. */
export function volumePlan({ store, volumesOf }: Cycle, waiting: readonly Claim[]): (node: NodeState) => readonly ClaimPlan[] | undefined {
  // Claims with few volumes to choose from come last in Kubernetes, too: the smallest claim chooses first there, the first here.
  const wishes = waiting.map((claim) => {
    const volumes = [...volumesOf(classOf(claim))];
    const promised = promisedTo(volumes, claim);
    return { claim, choice: promised === undefined ? freeFor(volumes, claim) : [promised], provisioner: provisionerOf(store, claim) };
  });
  return (node) => {
    const taken = new Set<PersistentVolume>();
    const plan: ClaimPlan[] = [];
    for (const { claim, choice, provisioner } of wishes) {
      const chosen = claim.metadata.annotations?.[selectedNode];
      if (chosen !== undefined && chosen !== node.name) return undefined;
      const volume = choice.find((each) => !taken.has(each) && reaches(each, node));
      if (volume !== undefined) {
        taken.add(volume);
        plan.push({ claim, volume });
      } else if (provisioner === undefined) return undefined;
      else plan.push({ claim, provisioner });
    }
    return plan;
  };
}

function provisionerOf(store: Cycle['store'], claim: Claim): string | undefined {
  const provisioner = store.get<StorageClass>(builtInResources.storageclasses, { name: classOf(claim) })?.provisioner;
  return provisioner === noProvisioner ? undefined : provisioner;
}

function reaches({ spec }: PersistentVolume, state: NodeState): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, labelsOf(state), state.name));
}

const zoneLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region'];

/** Bound volumes that say a zone or region in their labels are only for nodes there; several are joined with `__`. */
export const volumeZone: Filter = ({ pod, store }) => {
  const rules = pod.claims.flatMap((name) => {
    const claim = store.get<Claim>(resources.persistentvolumeclaims, { namespace: pod.namespace, name });
    const volume = claim?.spec.volumeName === undefined ? undefined : store.get<PersistentVolume>(resources.persistentvolumes, { name: claim.spec.volumeName });
    const labels = volume?.metadata.labels ?? {};
    return zoneLabels.flatMap((key) => (labels[key] === undefined ? [] : [{ key, values: labels[key].split('__') }]));
  });
  if (rules.length === 0) return undefined;
  return {
    name: 'VolumeZone',
    check(node) {
      const labels = labelsOf(node);
      if (!zoneLabels.some((key) => labels[key] !== undefined)) return undefined;
      return rules.every(({ key, values }) => values.includes(labels[key] ?? '')) ? undefined : rejection('node(s) had no available volume zone', true);
    },
  };
};

/** A claim with ReadWriteOncePod has one pod in the whole cluster. */
export const volumeRestrictions: Filter = ({ pod, state, store }) => {
  const conflict = pod.claims.some((name) => {
    const claim = store.get<Claim>(resources.persistentvolumeclaims, { namespace: pod.namespace, name });
    return claim?.spec.accessModes?.includes('ReadWriteOncePod') === true && state.usersOf(pod.namespace, name) > 0;
  });
  if (!conflict) return undefined;
  const reason = 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
  return { name: 'VolumeRestrictions', check: () => rejection(reason, false) };
};
