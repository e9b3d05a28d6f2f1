import { type Duration, seconds } from '../../../model/time.ts';
import type { Taint, Toleration } from '../node-and-pod.ts';
import { tolerates } from '../taints.ts';

/**
 * How long a pod may stay on a node with these NoExecute taints: not at all when it does not tolerate one of them, for ever
 * (undefined) when the tolerations that it uses have no limit, else for the shortest limit among them. Of several tolerations
 * for one taint the first is used.
 */
export function toleratedFor(taints: readonly Taint[], tolerations: readonly Toleration[]): Duration | undefined {
  const used = taints.map((taint) => tolerations.find((toleration) => tolerates(toleration, taint)));
  if (used.includes(undefined)) return seconds(0);
  const limits = used.flatMap((toleration) => toleration?.tolerationSeconds ?? []);
  return limits.length === 0 ? undefined : seconds(Math.max(0, Math.min(...limits)));
}
