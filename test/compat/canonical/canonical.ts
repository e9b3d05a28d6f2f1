import type { PodRecord } from '../../../src/model/cluster.ts';
import type { Instant } from '../../../src/model/time.ts';
import type { Attempt, Case } from '../case.ts';
import { groundOf, type View, viewOf } from '../witness/ground.ts';
import { type Part, partsOf, type WrittenPolicy } from '../witness/policy.ts';
import { title } from '../witness/witness.ts';
import { forms } from './forms.ts';
import { countBy } from './sorting.ts';

/**
 * Whether two outcomes are the same as far as the rules determine one: what ties and chance decide is left out. False only
 * says that they differ somewhere; whether that is allowed is for the replay to say.
 */
export function canonicallyEqual(given: Case, ours: readonly Attempt[], { theirs, now }: { readonly theirs: readonly Attempt[]; readonly now: Instant }): boolean {
  const ground = groundOf(given, now);
  const pods = new Map(ground.index.nodes.flatMap(({ name }) => ground.index.allPodsOn(name)).map((pod) => [title(pod), pod]));
  return [...partsOf(given.policy)].every((part) => {
    const view = viewOf(ground, given, part.profile);
    const form = (evictions: readonly Attempt[]): string => formOf(view, part, { policy: given.policy, pods: podsOf(part, evictions, pods) });
    return form(ours) === form(theirs);
  });
}

function podsOf({ profile, strategy }: Part, evictions: readonly Attempt[], pods: ReadonlyMap<string, PodRecord>): (PodRecord | string)[] {
  return evictions.filter((each) => each.profile === (profile.name ?? '') && each.strategy === strategy).map((each) => pods.get(title(each)) ?? title(each));
}

function formOf(view: View, { strategy, args }: Part, { policy, pods }: { readonly policy: WrittenPolicy; readonly pods: readonly (PodRecord | string)[] }): string {
  const known = pods.filter((pod) => typeof pod !== 'string');
  const form = forms[strategy];
  if (form === undefined) throw new Error(`There is no canonical form for ${strategy}`);
  const determined = limitedForm(policy, known) ?? form({ view, args, pods: known });
  return JSON.stringify([pods.filter((pod) => typeof pod === 'string').toSorted(), determined]);
}

/** Once a limit was hit, which pods came before it is left to chance; their number in each of its domains is not. */
function limitedForm({ maxNoOfPodsToEvictPerNode: perNode, maxNoOfPodsToEvictPerNamespace: perNamespace, maxNoOfPodsToEvictTotal: total }: WrittenPolicy, pods: readonly PodRecord[]): unknown {
  const [nodes, namespaces] = [countBy(pods, ({ node }) => node), countBy(pods, ({ namespace }) => namespace)];
  const isHit = (counts: readonly [string, number][], limit: number | undefined): boolean => limit !== undefined && counts.some(([, count]) => count >= limit);
  if (total !== undefined && pods.length >= total) return ['total', pods.length];
  const [byNode, byNamespace] = [isHit(nodes, perNode), isHit(namespaces, perNamespace)];
  if (byNode && byNamespace) return ['per node and namespace', pods.length];
  if (byNode) return ['per node', nodes];
  return byNamespace ? ['per namespace', namespaces] : undefined;
}
