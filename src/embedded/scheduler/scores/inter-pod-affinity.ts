import { countsOf } from '../filters/inter-pod-affinity.ts';
import type { Cycle, Score } from '../plugin.ts';
import { labelsOf } from '../state/node-state.ts';
import { byTopology } from '../state/topology.ts';

/** Preferred affinity of this pod, and of the placed ones; a required affinity of a placed pod counts with weight 1, as by default. */
export const interPodAffinityScore: Score = {
  weight: 2,
  points(cycle, nodes) {
    const wishes = [...own(cycle), ...others(cycle)];
    if (wishes.length === 0) return undefined;
    const sums = nodes.map((node) => wishes.reduce((sum, { key, values, weight }) => sum + weight * (values.get(labelsOf(node)[key] ?? '') ?? 0), 0));
    const least = Math.min(...sums);
    const span = Math.max(...sums) - least;
    return span === 0 ? undefined : sums.map((sum) => Math.trunc((100 * (sum - least)) / span));
  },
};

interface Wish {
  readonly key: string;
  readonly values: ReadonlyMap<string, number>;
  readonly weight: number;
}

const own = (cycle: Cycle): Wish[] =>
  cycle.pod.preferred.map((term) => ({ key: term.topologyKey, values: byTopology(cycle.state, countsOf(cycle, [term]), term.topologyKey), weight: term.weight }));

const others = ({ pod, state }: Cycle): Wish[] =>
  [...state.terms.matching(pod, state.namespaceLabels)]
    .filter(({ kind }) => kind !== 'apart')
    .map(({ kind, term, byNode, weight }) => ({ key: term.topologyKey, values: byTopology(state, byNode, term.topologyKey), weight: kind === 'near' ? 1 : weight }));
