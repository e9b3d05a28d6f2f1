import { type Cycle, type Filter, rejection } from '../plugin.ts';
import { labelOf } from '../state/label-index.ts';
import { labelsOf } from '../state/node-state.ts';
import type { NodeCounts } from '../state/pod-counters.ts';
import { type PodFacts, type Term, matchesTerm } from '../state/pod-facts.ts';
import { byTopology } from '../state/topology.ts';

/** Required affinity and anti-affinity to other pods, of this pod and of those that are placed. */
export const interPodAffinity: Filter = (cycle) => {
  const { pod } = cycle;
  const taken = takenByOthers(cycle);
  if (pod.near.length === 0 && pod.apart.length === 0 && taken.length === 0) return undefined;
  const near = nearCounts(cycle);
  const alone = near.every(({ values }) => values.size === 0) && pod.near.every((term) => matchesTerm(term, pod, cycle.state.namespaceLabels));
  const apart = pod.apart.map((term): Values => ({ key: term.topologyKey, values: byTopology(cycle.state, countsOf(cycle, [term]), term.topologyKey) }));
  return {
    name: 'InterPodAffinity',
    check(node) {
      const labels = labelsOf(node);
      if (!near.every(({ key, values }) => labels[key] !== undefined && (alone || (values.get(labels[key]) ?? 0) > 0))) return rejection("node(s) didn't match pod affinity rules", true);
      if (apart.some((each) => has(each, labels))) return rejection("node(s) didn't match pod anti-affinity rules", false);
      return taken.some((each) => has(each, labels)) ? rejection("node(s) didn't satisfy existing pods anti-affinity rules", false) : undefined;
    },
  };
};

interface Values {
  readonly key: string;
  /** Value of the label → matching pods. */
  readonly values: ReadonlyMap<string, number>;
}

const has = ({ key, values }: Values, labels: Readonly<Record<string, string>>): boolean => labels[key] !== undefined && (values.get(labels[key]) ?? 0) > 0;

/** A placed pod counts for affinity only when it matches all terms. */
function nearCounts(cycle: Cycle): readonly Values[] {
  const { near } = cycle.pod;
  if (near.length === 0) return [];
  const counts = countsOf(cycle, near);
  return near.map(({ topologyKey }) => ({ key: topologyKey, values: byTopology(cycle.state, counts, topologyKey) }));
}

/** Where placed pods want nobody like this one. */
function takenByOthers({ pod, state }: Cycle): readonly Values[] {
  return [...state.terms.matching(pod, state.namespaceLabels)]
    .filter(({ kind }) => kind === 'apart')
    .map(({ term, byNode }) => ({ key: term.topologyKey, values: byTopology(state, byNode, term.topologyKey) }));
}

/** Placed pods that match all of the terms, by node. */
export function countsOf({ state }: Cycle, terms: readonly Term[]): NodeCounts {
  const [only] = terms;
  return state.counters.counts({
    key: `terms ${terms.map(({ key }) => key).join(' & ')}`,
    namespaces: terms.length === 1 ? only?.namespaces : undefined,
    label: labelOf(only?.raw.labelSelector),
    matches: (pod: PodFacts) => terms.every((term) => matchesTerm(term, pod, state.namespaceLabels)),
  });
}
