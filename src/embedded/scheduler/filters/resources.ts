import type { Filter } from '../plugin.ts';

/** Enough of everything is free: pods, and each resource that the pod asks for. */
export const nodeResourcesFit: Filter = ({ pod }) => {
  const asked = [...pod.requests.amounts].filter(([resource, amount]) => amount > 0 && resource !== 'pods');
  return {
    name: 'NodeResourcesFit',
    check({ allocatable, requested, pods }) {
      // Most nodes fit: nothing is allocated until one does not.
      let reasons: string[] | undefined;
      let final = false;
      if (pods.size + 1 > (allocatable.get('pods') ?? 0)) (reasons ??= []).push('Too many pods');
      for (const [resource, amount] of asked) {
        const all = allocatable.get(resource) ?? 0;
        if (amount <= all - (requested.get(resource) ?? 0)) continue;
        (reasons ??= []).push(`Insufficient ${resource}`);
        final ||= amount > all;
      }
      return reasons === undefined ? undefined : { reasons, final };
    },
  };
};
