import type { NodeRecord, PodRecord, Taint } from '../../../model/cluster.ts';
import { toleratesTaints } from '../taints.ts';

/**
 * Whether a pod tolerates at least one of the nodes: all their taints, PreferNoSchedule included, and only where it has
 * as many tolerations as the node has taints, however much each of them covers (spec §17, row 9). Nodes and pods have few distinct
 * lists of these, so each pair of lists is compared once.
 */
export function toleratesOneOf(nodes: readonly NodeRecord[]): (pod: PodRecord) => boolean {
  const distinct = [...new Map(nodes.map((node) => [JSON.stringify(node.taints.map(identity)), node])).values()];
  // Without taints even a pod without tolerations is welcome, and nothing has to be remembered.
  if (distinct.some(({ taints }) => taints.length === 0)) return () => true;
  const byList = new WeakMap<object, boolean>();
  const byText = new Map<string, boolean>();
  return (pod) => {
    const seen = byList.get(pod.tolerations);
    if (seen !== undefined) return seen;
    const text = JSON.stringify(pod.tolerations);
    const answer = byText.get(text) ?? distinct.some((node) => pod.tolerations.length >= node.taints.length && toleratesTaints(pod, node, everyTaint));
    byList.set(pod.tolerations, answer);
    byText.set(text, answer);
    return answer;
  };
}

const identity = ({ key, value, effect }: Taint): unknown[] => [key, value, effect];
const everyTaint = (): boolean => true;
