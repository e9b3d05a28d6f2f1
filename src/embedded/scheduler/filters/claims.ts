import { resources } from '../../../kube/paths.ts';
import { isBound, waitsForConsumer } from '../../controllers/volume-binding/claims-and-volumes.ts';
import type { Claim } from '../../controllers/workload/objects.ts';
import type { Cycle } from '../plugin.ts';

/** A pod's claims, by what is left to do for them. */
export interface PodClaims {
  readonly bound: readonly Claim[];
  /** Not bound, and the choice of the volume is the scheduler's. */
  readonly waiting: readonly Claim[];
}

/** The claims; or in Kubernetes' words why the pod cannot be scheduled anywhere before something happens to them. */
export function claimsOf({ pod, store }: Cycle): PodClaims | { readonly impossible: string } {
  const bound: Claim[] = [];
  const waiting: Claim[] = [];
  for (const name of pod.claims) {
    const claim = store.get<Claim>(resources.persistentvolumeclaims, { namespace: pod.namespace, name });
    const problem = problemWith(claim, name);
    if (claim === undefined || problem !== undefined) return { impossible: problem ?? '' };
    if (isBound(claim)) bound.push(claim);
    else if (waitsForConsumer(store, claim) && (claim.spec.volumeName ?? '') === '') waiting.push(claim);
    else return { impossible: 'pod has unbound immediate PersistentVolumeClaims' };
  }
  return { bound, waiting };
}

function problemWith(claim: Claim | undefined, name: string): string | undefined {
  if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
  if (claim.status?.phase === 'Lost') return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  return claim.metadata.deletionTimestamp === undefined ? undefined : `persistentvolumeclaim "${name}" is being deleted`;
}
