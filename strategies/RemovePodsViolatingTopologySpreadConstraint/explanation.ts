import type { PodRecord } from '../../src/model/cluster.ts';
import type { StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { Constraint } from './constraint.ts';
import type { Domain, Domains } from './domains.ts';

interface Namespace {
  readonly view: StrategyView;
  readonly namespace: string;
}

/** How even the domains of one constraint are. */
export function explainDomains({ view, namespace }: Namespace, { topologyKey, maxSkew }: Constraint, { crowded, empty, average, smallest, largest }: Domains): void {
  if (view.explain === undefined) return;
  const shown = crowded.length <= 10 ? crowded : crowded.slice(-10);
  const sizes = [...shown.map(({ name, pods }) => `${name} ${pods.length}`), ...(crowded.length > shown.length ? [`${crowded.length - shown.length} smaller ones`] : []), ...(empty > 0 ? [`${empty} without any`] : [])].join(', ');
  view.explain.strategy(`${namespace}: the pods of a constraint over ${topologyKey} are in ${sizes}; average ${Math.round(average * 100) / 100}, skew ${largest - smallest}, maxSkew ${maxSkew}`);
}

/** How much larger one domain is than the smallest. */
export function skewOf({ name, pods }: Domain, { topologyKey, maxSkew }: Constraint, { counted, smallest, smallestName }: Domains): string {
  return `${topologyKey} ${name} has ${pods.length} of the ${counted} pods that a spread constraint counts and ${smallestName} has ${smallest}: a skew of ${pods.length - smallest} where maxSkew is ${maxSkew}`;
}

/** Why pods stay that one constraint counts and has not chosen. */
export function explainStaying({ view }: Namespace, constraint: Constraint, domains: Domains, chosen: ReadonlySet<PodRecord> = new Set()): void {
  if (view.explain === undefined) return;
  for (const domain of domains.crowded) {
    const { pods } = domain;
    const going = pods.filter((pod) => chosen.has(pod)).length;
    const sizes = skewOf(domain, constraint, domains);
    const because = going === 0 ? sizes : `${sizes}; ${going === 1 ? 'another one is' : `${going} others are`} chosen before it`;
    for (const pod of pods) if (!chosen.has(pod)) view.explain.pod(pod, because);
  }
}

/** Why pods stay that no constraint counts. */
export function explainUncounted({ view, namespace }: Namespace, pods: readonly PodRecord[], counted: ReadonlySet<PodRecord>): void {
  for (const pod of pods) if (!counted.has(pod)) view.explain?.pod(pod, `no spread constraint of namespace ${namespace} that the args consider counts it`);
}
