import { type ReplicaSet, sizeOf } from '../replicaset/objects.ts';
import { type Rollout, slack, wantedOf } from './objects.ts';
import { scaleTo } from './scale.ts';

/** One step of a rolling update: grow the new ReplicaSet if there is room, else shrink old ones as far as enough pods are available. */
export function rollOn(rollout: Rollout & { readonly current: ReplicaSet }): void {
  if (!growNew(rollout)) shrinkOld(rollout);
}

function growNew(rollout: Rollout & { readonly current: ReplicaSet }): boolean {
  const { deployment, current, old } = rollout;
  const wanted = wantedOf(deployment);
  const size = sizeOf(current);
  if (size === wanted) return false;
  if (size > wanted) return scaleTo(rollout, current, wanted);
  const room = wanted + slack(deployment).surge - total([current, ...old]);
  return room > 0 && scaleTo(rollout, current, size + Math.min(room, wanted - size));
}

/**
 * Pods of old ReplicaSets that are not available go first: they add nothing to what is missing. Then so many of the
 * others that enough pods stay available.
 */
function shrinkOld(rollout: Rollout & { readonly current: ReplicaSet }): void {
  const { deployment, current, old } = rollout;
  const least = wantedOf(deployment) - slack(deployment).unavailable;
  const unavailableNew = sizeOf(current) - available(current);
  let unhealthy = total([current, ...old]) - least - unavailableNew;
  if (total(old) === 0 || unhealthy <= 0) return;
  let surplus = [current, ...old].reduce((sum, set) => sum + available(set), 0) - least;
  for (const set of old) {
    const broken = Math.max(0, Math.min(unhealthy, sizeOf(set) - available(set)));
    const healthy = Math.max(0, Math.min(surplus, sizeOf(set) - broken));
    unhealthy -= broken;
    surplus -= healthy;
    if (broken + healthy > 0) scaleTo(rollout, set, sizeOf(set) - broken - healthy);
  }
}

const total = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, set) => sum + sizeOf(set), 0);
const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
