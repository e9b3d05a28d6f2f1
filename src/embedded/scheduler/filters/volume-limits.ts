import { resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Claim, PersistentVolume } from '../../controllers/workload/objects.ts';
import { type Cycle, type Filter, rejection } from '../plugin.ts';
import type { NodeState } from '../state/node-state.ts';

interface CsiNode extends KubeObject {
  readonly spec: { readonly drivers?: readonly { readonly name: string; readonly allocatable?: { readonly count?: number } }[] };
}

/** Each CSI driver can attach so many volumes to a node, as its CSINode says. Those of pods that are placed there count. */
export const nodeVolumeLimits: Filter = ({ pod, store }) => {
  const wanted = volumesOf(store, pod.namespace, pod.claims);
  if (wanted.size === 0) return undefined;
  return {
    name: 'NodeVolumeLimits',
    check(node) {
      const limits = limitsOf(store, node.name);
      if (limits.size === 0) return undefined;
      const there = placedVolumes(store, node);
      for (const [driver, limit] of limits) {
        const old = [...there].filter(([, of]) => of === driver).length;
        const fresh = [...wanted].filter(([volume, of]) => of === driver && !there.has(volume)).length;
        if (fresh > 0 && old + fresh > limit) return rejection('node(s) exceed max volume count', false);
      }
      return undefined;
    },
  };
};

function limitsOf(store: Cycle['store'], name: string): ReadonlyMap<string, number> {
  const drivers = store.get<CsiNode>(resources.csinodes, { name })?.spec.drivers ?? [];
  return new Map(drivers.flatMap((driver) => (driver.allocatable?.count === undefined ? [] : [[driver.name, driver.allocatable.count] as const])));
}

/** Volume → its driver, for the claims that are bound to CSI volumes, or for which one will be made. */
function volumesOf(store: Cycle['store'], namespace: string, claims: readonly string[]): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const name of claims) {
    const claim = store.get<Claim>(resources.persistentvolumeclaims, { namespace, name });
    const csi = claim?.spec.volumeName === undefined ? undefined : store.get<PersistentVolume>(resources.persistentvolumes, { name: claim.spec.volumeName })?.spec.csi;
    if (csi !== undefined) volumes.set(`${csi.driver}^${csi.volumeHandle}`, csi.driver);
  }
  return volumes;
}

function placedVolumes(store: Cycle['store'], { pods }: NodeState): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const pod of pods.values()) {
    if (pod.claims.length > 0) for (const [volume, driver] of volumesOf(store, pod.namespace, pod.claims)) volumes.set(volume, driver);
  }
  return volumes;
}
