import type { PodRecord } from '../../src/model/cluster.ts';
import { field } from '../../src/model/node-selector.ts';
import type { LabelIndex } from '../../src/decide/rebalancing/label-index.ts';
import type { Fit, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { givenAway } from './balance.ts';
import type { Constraint } from './constraint.ts';
import { type Domain, Domains } from './domains.ts';
import { explainDomains, explainStaying, skewOf } from './explanation.ts';
import type { Topologies } from './topology.ts';

export interface Selected {
  readonly pod: PodRecord;
  readonly because: string;
}

interface Surroundings {
  readonly view: StrategyView;
  readonly namespace: string;
  readonly topologies: Topologies;
  readonly index: LabelIndex;
  readonly mustFit: boolean;
}

/** The pods that have to go so that one constraint holds, the most dispensable ones of each domain first. */
export function overcrowding(constraint: Constraint, surroundings: Surroundings): Selected[] {
  const { view, topologies, index } = surroundings;
  const domains = new Domains(topologies.of(constraint), index.selected(constraint.selector));
  const { crowded, empty, smallest, largest } = domains;
  explainDomains(surroundings, constraint, domains);
  if (largest - smallest <= constraint.maxSkew) {
    explainStaying(surroundings, constraint, domains);
    return [];
  }
  const fit = view.fit(domains.nodesBelowAverage());
  const given = givenAway({ empty, crowded: crowded.map(({ pods }) => pods.length) }, domains.average, constraint.maxSkew);
  const chosen = new Set<PodRecord>();
  const leaving = crowded.map((domain, at) => {
    const count = given[at] ?? 0;
    if (count === 0) return [];
    const because = skewOf(domain, constraint, domains);
    const candidates = dispensable(domain, count, fit);
    for (const { pod } of candidates) chosen.add(pod);
    return candidates.flatMap((candidate) => (mayGo(surroundings, candidate) ? [{ pod: candidate.pod, because }] : []));
  });
  explainStaying(surroundings, constraint, domains, chosen);
  // The largest domain first: a limit may end the pass early.
  return leaving.toReversed().flat();
}

interface Candidate {
  readonly pod: PodRecord;
  /** It fits a node of a domain that is too small; asked once for each pod, never inside a comparison. */
  readonly movable: boolean;
}

/** The `count` pods that go first: those that can move, then those without a wish for nodes, then those of high priority. */
function dispensable({ pods }: Domain, count: number, fit: Fit): Candidate[] {
  const ranked = pods.map((pod) => {
    const movable = fit.fitsAnyOther(pod);
    return { pod, movable, ranks: [movable ? 1 : 0, prefersNodes(pod) ? 0 : 1, pod.priority === undefined ? 0 : 1, pod.priority ?? 0] };
  });
  return ranked.toSorted((left, right) => compare(left.ranks, right.ranks)).slice(-count).toReversed();
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((rank, index) => rank !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

const prefersNodes = ({ nodeSelector, affinity }: PodRecord): boolean => nodeSelector !== undefined || (field(affinity, 'nodeAffinity') ?? undefined) !== undefined;

/** A pod that fits nowhere stays, but counts as moved. */
function mayGo({ mustFit, view }: Surroundings, { pod, movable }: Candidate): boolean {
  if (!mustFit || movable) return true;
  view.explain?.pod(pod, 'it should leave its domain, but no node of the domains that are too small would take it');
  return false;
}
