import { type ReplicaSet, sizeOf } from '../replicaset/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type Rollout, isRecreate, slack, wantedOf } from './objects.ts';
import { desiredReplicas, maxReplicas } from './replica-sets.ts';

/** Gives a ReplicaSet another size, and writes down on it for which size of the Deployment; true when the size changed. */
export function scaleTo({ parts: { store, record }, deployment }: Rollout, set: ReplicaSet, size: number): boolean {
  const wanted = String(wantedOf(deployment));
  const most = String(wantedOf(deployment) + slack(deployment).surge);
  const before = sizeOf(set);
  if (before === size && set.metadata.annotations?.[desiredReplicas] === wanted && set.metadata.annotations[maxReplicas] === most) return false;
  const annotations = { ...set.metadata.annotations, [desiredReplicas]: wanted, [maxReplicas]: most };
  store.update(builtInResources.replicasets, { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } });
  if (before === size) return false;
  record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${before < size ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${size}`);
  return true;
}

/** True when the Deployment's size was changed since its ReplicaSets were made for it. */
export const wasScaled = ({ deployment, current, old }: Rollout): boolean =>
  [...old, ...(current === undefined ? [] : [current])].some((set) => {
    const known = set.metadata.annotations?.[desiredReplicas];
    return sizeOf(set) > 0 && known !== undefined && Number(known) !== wantedOf(deployment);
  });

/**
 * Follows a change of the size, without going on with a rollout: one active ReplicaSet takes all; in the middle of a
 * rollout each gets its share, so that neither a good nor a bad template gains by it.
 */
export function scaleAll(rollout: Rollout): void {
  const { deployment, current, old } = rollout;
  const sets = [...old, ...(current === undefined ? [] : [current])];
  const active = sets.filter((set) => sizeOf(set) > 0);
  const only = active.length === 0 ? (current ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) {
    if (sizeOf(only) !== wantedOf(deployment)) scaleTo(rollout, only, wantedOf(deployment));
  } else if (current !== undefined && isSaturated(rollout, current)) {
    for (const set of active) if (set !== current) scaleTo(rollout, set, 0);
  } else if (!isRecreate(deployment)) {
    scaleProportionally(rollout, active);
  }
}

const isSaturated = ({ deployment }: Rollout, set: ReplicaSet): boolean =>
  sizeOf(set) === wantedOf(deployment)
  && set.metadata.annotations?.[desiredReplicas] === String(wantedOf(deployment))
  && (set.status?.availableReplicas ?? 0) === wantedOf(deployment);

function scaleProportionally(rollout: Rollout, active: readonly ReplicaSet[]): void {
  const { deployment } = rollout;
  const wanted = wantedOf(deployment);
  const allowed = wanted > 0 ? wanted + slack(deployment).surge : 0;
  const toAdd = allowed - active.reduce((sum, set) => sum + sizeOf(set), 0);
  // The newest of equal ones grows first, and shrinks last.
  const bySize = (toAdd > 0 ? active.toReversed() : [...active]).sort((left, right) => sizeOf(right) - sizeOf(left));
  let added = 0;
  const sizes = bySize.map((set) => {
    const share = toAdd === 0 ? 0 : clamp(fraction(rollout, set, allowed), toAdd - added);
    added += share;
    return sizeOf(set) + share;
  });
  for (const [index, set] of bySize.entries()) scaleTo(rollout, set, Math.max(0, (sizes[index] ?? 0) + (index === 0 ? toAdd - added : 0)));
}

const clamp = (share: number, left: number): number => (left > 0 ? Math.min(share, left) : Math.max(share, left));

function fraction({ deployment }: Rollout, set: ReplicaSet, allowed: number): number {
  if (wantedOf(deployment) === 0) return -sizeOf(set);
  const before = Number(set.metadata.annotations?.[maxReplicas] ?? 0) || (deployment.status?.replicas ?? 0);
  return before === 0 ? 0 : Math.round((sizeOf(set) * allowed) / before) - sizeOf(set);
}
