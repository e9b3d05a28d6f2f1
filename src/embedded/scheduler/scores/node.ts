import { matchesTerm, tolerates } from '../../controllers/workload/node-match.ts';
import type { Score } from '../plugin.ts';
import { labelsOf } from '../state/node-state.ts';

/** Fewer taints with PreferNoSchedule that the pod does not tolerate are better. */
export const preferredTaints: Score = {
  weight: 3,
  points({ pod: { pod } }, nodes) {
    const tolerations = (pod.spec.tolerations ?? []).filter(({ effect = '' }) => effect === '' || effect === 'PreferNoSchedule');
    const counts = nodes.map(({ node }) => (node?.spec?.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerations.some((each) => tolerates(each, taint))).length);
    const most = Math.max(...counts);
    return most === 0 ? undefined : counts.map((count) => 100 - Math.trunc((100 * count) / most));
  },
};

/** The weights of the preferred node affinity terms that match. */
export const preferredNodes: Score = {
  weight: 2,
  points({ pod: { pod } }, nodes) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    const sums = nodes.map((state) => preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, labelsOf(state), state.name) ? weight : 0), 0));
    const most = Math.max(...sums);
    return most === 0 ? undefined : sums.map((sum) => Math.trunc((100 * sum) / most));
  },
};
