import type { Cycle, PluginName, Rejection } from './plugin.ts';

export type Reasons =
  /** A reason that no node could change. */
  | { readonly impossible: string }
  | { readonly rejections: readonly Rejection[]; readonly excluded: number; readonly excludedBy: readonly PluginName[] };

/**
 * `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. no new claims to deallocate, preemption: …`, as Kubernetes writes it.
 * Preemption is not modelled: the message says what it would have said if no pod on the nodes had a lower priority.
 */
export function unschedulableMessage({ state, pod }: Cycle, reasons: Reasons): string {
  const total = state.nodes().length;
  const head = `0/${total} nodes are available:`;
  // v1.36 itself stumbles here: the plugin for dynamic resources does not find what it would have noted had it been asked.
  if ('impossible' in reasons) return `${head} ${reasons.impossible}. not found`;
  const why = `${head} ${histogram(counted(reasons))}. ${claims}, preemption:`;
  if (pod.pod.spec.preemptionPolicy === 'Never') return `${why} not eligible due to preemptionPolicy=Never.`;
  const resolvable = reasons.rejections.filter(({ final }) => !final).length;
  const preemption = histogram(new Map([['No preemption victims found for incoming pod', resolvable], ['Preemption is not helpful for scheduling', total - resolvable]]));
  return `${why} ${head} ${preemption}.`;
}

/** What the plugin for dynamic resources says of a pod that asks for none. */
const claims = 'no new claims to deallocate';

function counted({ rejections, excluded, excludedBy }: Exclude<Reasons, { readonly impossible: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const reason of rejections.flatMap((rejection) => rejection.reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (excluded > 0) counts.set(`node(s) didn't satisfy plugin(s) [${[...excludedBy].sort().join(' ')}]`, excluded);
  return counts;
}

/** Sorted as text, not as numbers: `10 …` comes before `2 …`. */
const histogram = (counts: ReadonlyMap<string, number>): string =>
  [...counts].filter(([, count]) => count > 0).map(([reason, count]) => `${count} ${reason}`).sort().join(', ');
