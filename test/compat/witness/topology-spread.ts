import type { PodRecord } from '../../../src/model/cluster.ts';
import type { Scope, View } from './ground.ts';
import { isExplained, lossOf } from './topology-choice.ts';
import { constraintsOf } from './topology-constraints.ts';
import { type SizeClass, takenBy } from './topology-domains.ts';
import { title, type Witness } from './witness.ts';

interface Args extends Scope {
  readonly constraints?: readonly string[];
  readonly topologyBalanceNodeFit?: boolean;
}

/** What every constraint takes, by namespace. */
export function spreadOf(view: View, args: Args): Map<string, SizeClass[][]> {
  const { constraints = [], topologyBalanceNodeFit = true } = args;
  const actions = constraints.length === 0 ? ['DoNotSchedule'] : constraints;
  const byNamespace = Map.groupBy(view.pods(args, 'active').filter(view.evictable), ({ namespace }) => namespace);
  return new Map([...byNamespace].map(([namespace, pods]) => [namespace, constraintsOf(pods, actions).map((constraint) => takenBy(view, constraint, pods, topologyBalanceNodeFit))]));
}

/** The evictions come in any order, so most is only known at the end. */
export function topologySpread(view: View, args: object): Witness {
  return new TopologySpread(view, spreadOf(view, args));
}

class TopologySpread implements Witness {
  readonly #view: View;
  readonly #spread: ReadonlyMap<string, readonly SizeClass[][]>;
  readonly #evicted = new Set<PodRecord>();
  readonly #possible: ReadonlySet<PodRecord>;

  constructor(view: View, spread: ReadonlyMap<string, readonly SizeClass[][]>) {
    this.#view = view;
    this.#spread = spread;
    this.#possible = new Set([...spread.values()].flat(2).flatMap(possiblyTaken));
  }

  next(pod: PodRecord): string | undefined {
    if (this.#evicted.has(pod)) return `${title(pod)} goes twice`;
    if (!this.#possible.has(pod) || !this.#view.mayGo(pod)) return `${title(pod)} must stay: no constraint takes it`;
    const forbidden = this.#view.forbids(pod);
    if (forbidden !== undefined) return `${title(pod)} must stay: ${forbidden}`;
    this.#evicted.add(pod);
    return undefined;
  }

  stop(): string | undefined {
    const wouldGo = (pod: PodRecord): boolean => this.#view.mayGo(pod) && this.#view.forbids(pod) === undefined;
    for (const [namespace, constraints] of this.#spread) {
      const evicted = new Set([...this.#evicted].filter((pod) => pod.namespace === namespace));
      if (!isExplained(constraints, { evicted, wouldGo })) return `no way to balance ${namespace} takes just the ${evicted.size} pods that went`;
    }
    return undefined;
  }
}

function possiblyTaken({ domains, taken }: SizeClass): PodRecord[] {
  return domains.flatMap((domain) => {
    const { certain, tied } = lossOf(domain, Math.max(...taken));
    return [...certain, ...tied].filter(({ isSelected }) => isSelected).map(({ pod }) => pod);
  });
}
