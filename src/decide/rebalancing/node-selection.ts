import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { admitsNode, field, type NodeMatch } from '../../model/node-selector.ts';

/** Whether the pod itself asks for this node: its nodeSelector and its required node affinity. */
export function matchesNode(pod: PodRecord, node: NodeRecord): NodeMatch {
  for (const [key, value] of Object.entries(pod.nodeSelector ?? {})) if (node.labels[key] !== value) return 'no';
  const required = requiredNodeAffinity(pod);
  return typeof required === 'object' && required !== null ? admitsNode(required, node) : 'yes';
}

/** The required node affinity as written, for callers that compare pods by it. */
export function requiredNodeAffinity(pod: PodRecord): unknown {
  return field(field(pod.affinity, 'nodeAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution') ?? undefined;
}
