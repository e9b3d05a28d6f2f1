import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import { formatAmount, type Amount } from '../../model/quantity.ts';
import { matchesNode } from './node-selection.ts';
import { toleratesHardTaints } from './taints.ts';

/** What keeps a pod off one node. `distance` tells how far away the node is from taking it: missing room is the least. */
export interface Obstacle {
  readonly node: string;
  readonly distance: number;
  readonly says: string;
}

/** A resource that a node has too little of. */
export interface Shortage {
  readonly resource: string;
  readonly wanted: Amount;
  readonly free: Amount;
}

/** What keeps the pod off by the node's own nature, whoever else runs there; in the order in which node fit asks. */
export function placementObstacle(pod: PodRecord, node: NodeRecord): Omit<Obstacle, 'node'> | undefined {
  if (node.unschedulable) return { distance: 4, says: 'cordoned' };
  const match = matchesNode(pod, node);
  if (match !== 'yes') return { distance: 3, says: match === 'no' ? "the pod's node selector or affinity excludes it" : "the pod's node affinity cannot be read" };
  if (toleratesHardTaints(pod, node)) return undefined;
  const taint = node.taints.find((each) => each.effect !== 'PreferNoSchedule' && !toleratesHardTaints(pod, { ...node, taints: [each] }));
  return { distance: 2, says: `taint ${taint?.key ?? ''}${taint?.value === undefined ? '' : `=${taint.value}`}:${taint?.effect ?? ''}` };
}

export const antiAffinityObstacle = (topologyKey: string): Omit<Obstacle, 'node'> => ({ distance: 1, says: `a pod that its anti-affinity (${topologyKey}) excludes runs there` });

export const shortageObstacle = ({ resource, wanted, free }: Shortage): Omit<Obstacle, 'node'> => ({
  distance: 0,
  says: resource === 'pods' ? 'no room for one more pod' : `${resource} ${formatAmount(resource, wanted)} wanted, ${formatAmount(resource, free)} free`,
});

const named = 3;

/** The nearest few with their reasons, the rest as a number. */
export function describeObstacles(obstacles: readonly Obstacle[]): string {
  if (obstacles.length === 0) return 'there is no other node';
  const nearest = obstacles.toSorted((left, right) => left.distance - right.distance);
  const parts = nearest.slice(0, named).map(({ node, says }) => `${node}: ${says}`);
  return [...parts, ...(obstacles.length > named ? [`${obstacles.length - named} more`] : [])].join('; ');
}
