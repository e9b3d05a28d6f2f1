import type { PodRecord } from '../../../src/model/cluster.ts';
import type { View } from './ground.ts';
import { percentagesOf } from './low-node-utilization.ts';
import { type Thresholds, trackedResources } from './usage.ts';
import { nothingToMove, Utilization } from './utilization.ts';
import type { Witness } from './witness.ts';

interface Args {
  readonly thresholds?: Thresholds;
  readonly numberOfNodes?: number;
  readonly evictionModes?: readonly string[];
  readonly evictableNamespaces?: { readonly exclude?: readonly string[] };
}

/** Empties under-utilised nodes onto those that are in use. */
export function highNodeUtilization(view: View, args: object): Witness {
  const { thresholds = {}, numberOfNodes = 0, evictionModes = [], evictableNamespaces } = args as Args;
  const resources = Object.keys(thresholds);
  const under = view.nodes.filter((node) => {
    const percentages = percentagesOf(view, node, resources);
    return Object.entries(thresholds).every(([resource, low]) => (percentages.get(resource) ?? 0) <= low);
  });
  const schedulable = view.nodes.filter((node) => !under.includes(node) && !node.unschedulable);
  if (under.length <= numberOfNodes || under.length === view.nodes.length || schedulable.length === 0) return nothingToMove;
  const names = (pod: PodRecord): boolean => [...pod.containers, ...pod.initContainers].some(({ requests }) => resources.some((resource) => Object.hasOwn(requests, resource)));
  return new Utilization(view, {
    tracked: trackedResources(thresholds),
    sources: under,
    destinations: schedulable,
    order: 1,
    limitOf: () => undefined,
    untilCap: false,
    mostPerNode: undefined,
    excludedNamespaces: evictableNamespaces?.exclude ?? [],
    wants: evictionModes.includes('OnlyThresholdingResources') ? names : () => true,
  });
}
