import type { NodeRecord } from '../../../src/model/cluster.ts';
import type { View } from './ground.ts';
import { percentageOf, type Thresholds, trackedResources, usageOfNode } from './usage.ts';
import { nothingToMove, Utilization } from './utilization.ts';
import type { Witness } from './witness.ts';

interface Args {
  readonly thresholds?: Thresholds;
  readonly targetThresholds?: Thresholds;
  readonly useDeviationThresholds?: boolean;
  readonly numberOfNodes?: number;
  readonly evictableNamespaces?: { readonly exclude?: readonly string[] };
  readonly evictionLimits?: { readonly node?: number };
  readonly metricsUtilization?: { readonly source?: string; readonly metricsServer?: boolean };
}

/** From over-utilised to under-utilised nodes. */
export function lowNodeUtilization(view: View, args: object): Witness {
  const { thresholds = {}, numberOfNodes = 0, evictableNamespaces, evictionLimits, metricsUtilization } = args as Args;
  if (isMeasured(metricsUtilization)) throw new Error('The judge knows usage by requests only');
  const { under, over, high } = classify(view, args);
  if (under.length <= numberOfNodes || under.length === view.nodes.length) return nothingToMove;
  return new Utilization(view, {
    tracked: trackedResources(thresholds),
    sources: over,
    destinations: under,
    order: -1,
    limitOf: (resource) => high[resource],
    untilCap: true,
    mostPerNode: evictionLimits?.node,
    excludedNamespaces: evictableNamespaces?.exclude ?? [],
    wants: () => true,
  });
}

const isMeasured = ({ source = '', metricsServer = false }: Args['metricsUtilization'] & object = {}): boolean => source !== '' || metricsServer;

function classify(view: View, { thresholds = {}, targetThresholds = {}, useDeviationThresholds = false }: Args): { readonly under: NodeRecord[]; readonly over: NodeRecord[]; readonly high: Thresholds } {
  const percentages = new Map(view.nodes.map((node) => [node, percentagesOf(view, node, Object.keys(thresholds))]));
  const { low, high } = useDeviationThresholds ? aroundAverage([...percentages.values()], thresholds, targetThresholds) : { low: thresholds, high: targetThresholds };
  const share = (node: NodeRecord, resource: string): number => percentages.get(node)?.get(resource) ?? 0;
  const under = view.nodes.filter((node) => !node.unschedulable && Object.entries(low).every(([resource, most]) => share(node, resource) <= most));
  const over = view.nodes.filter((node) => !under.includes(node) && Object.entries(high).some(([resource, most]) => share(node, resource) > most));
  return { under, over, high };
}

export function percentagesOf(view: View, node: NodeRecord, resources: readonly string[]): ReadonlyMap<string, number> {
  const usage = usageOfNode(view, node, resources);
  return new Map(resources.flatMap((resource) => {
    const percentage = percentageOf(node, resource, usage);
    return percentage === undefined ? [] : [[resource, percentage] as const];
  }));
}

/** Thresholds as distances from the average of the nodes that have the resource. */
function aroundAverage(percentages: readonly ReadonlyMap<string, number>[], below: Thresholds, above: Thresholds): { readonly low: Thresholds; readonly high: Thresholds } {
  const average = (resource: string): number => {
    const known = percentages.flatMap((each) => each.get(resource) ?? []);
    return known.length === 0 ? 0 : known.reduce((sum, each) => sum + each, 0) / known.length;
  };
  const clamp = (percentage: number): number => Math.min(100, Math.max(0, percentage));
  const each = (thresholds: Thresholds, sign: 1 | -1): Thresholds => Object.fromEntries(Object.entries(thresholds).map(([resource, distance]) => [resource, clamp(average(resource) + sign * distance)]));
  return { low: each(below, -1), high: each(above, 1) };
}
