import type { PodRecord } from '../../src/model/cluster.ts';
import { type Amount, nothing, wholes } from '../../src/model/quantity.ts';
import type { KubernetesUsage, SourceProblem } from '../../src/model/rebalancing.ts';
import { type Needs, StrategyFailure, type StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { capacityOf, type Limits, type NodeUsage, requestedBy, requestedUsage, trackedResources } from '../../src/decide/rebalancing/utilization/node-usage.ts';
import type { LowNodeUtilizationArgs } from './args.ts';
import { metricResource } from './args.ts';

/** Usage of the nodes at the start of the pass, and how to know what a pod takes with it. */
export interface Measurement {
  readonly nodes: readonly NodeUsage[];
  /** `undefined` when nobody knows. */
  readonly usageOf: (pod: PodRecord) => ReadonlyMap<string, Amount> | undefined;
  /** How many pods may leave a node before it is measured again; `undefined` when the usage of pods is known. */
  readonly blindly?: number;
}

export type Source = { readonly kind: 'requests' } | { readonly kind: 'kubernetes' } | { readonly kind: 'prometheus'; readonly query: string } | { readonly kind: 'none' };

export function sourceOf({ metricsUtilization }: LowNodeUtilizationArgs): Source {
  if (metricsUtilization === undefined) return { kind: 'requests' };
  const { source, metricsServer, prometheus } = metricsUtilization;
  if (metricsServer === true || source === 'KubernetesMetrics') return { kind: 'kubernetes' };
  return source === 'Prometheus' ? { kind: 'prometheus', query: prometheus?.query ?? '' } : { kind: 'none' };
}

export function needs(args: LowNodeUtilizationArgs): Needs {
  const source = sourceOf(args);
  if (source.kind === 'kubernetes') return { kubernetesMetrics: true };
  return source.kind === 'prometheus' ? { prometheusQuery: source.query } : {};
}

/** Throws a StrategyFailure when the chosen source does not say enough about every node of the cycle. */
export function measure(view: StrategyView, source: Source, limits: Limits): Measurement {
  const tracked = trackedResources(limits);
  switch (source.kind) {
    case 'requests':
      return { nodes: requestedUsage(view, tracked), usageOf: (pod) => requestedBy(pod, tracked) };
    case 'kubernetes':
      return measuredByKubernetes(view, usable(view.measured?.kubernetes, 'KubernetesMetrics'), tracked);
    case 'prometheus':
      return measuredByPrometheus(view, usable(view.measured?.prometheus?.get(source.query), 'Prometheus'));
    case 'none':
      throw new StrategyFailure('metricsUtilization names no source of usage that is known: set source to KubernetesMetrics or Prometheus');
    default:
      return source satisfies never;
  }
}

function usable<Usage extends object>(usage: Usage | SourceProblem | undefined, source: string): Usage {
  if (usage === undefined) throw new StrategyFailure(`metricsUtilization chooses ${source}, but no entry of metricsProviders enables it`);
  if ('problem' in usage) throw new StrategyFailure(`the usage from ${source} could not be had: ${usage.problem}`);
  return usage;
}

function measuredByKubernetes(view: StrategyView, usage: KubernetesUsage, tracked: readonly string[]): Measurement {
  const foreign = tracked.find((resource) => resource !== 'cpu' && resource !== 'memory' && resource !== 'pods');
  if (foreign !== undefined) throw new StrategyFailure(`metrics-server does not measure ${foreign}: thresholds can only name cpu, memory and pods`);
  const nodes = view.nodes.map((node): NodeUsage => {
    const used = withPods(usage.nodes.get(node.name), tracked, view.used(node).pods);
    if (used === undefined) throw new StrategyFailure(`metrics-server has no complete figures for node ${node.name}`);
    return { node, capacity: capacityOf(node), used };
  });
  return { nodes, usageOf: (pod) => withPods(usage.pods.get(`${pod.namespace}/${pod.name}`), tracked, 1) };
}

/** The measured amounts and the number of pods; `undefined` when one of them is missing. */
function withPods(measured: ReadonlyMap<string, Amount> | undefined, tracked: readonly string[], pods: number): Map<string, Amount> | undefined {
  const used = new Map<string, Amount>();
  for (const resource of tracked) {
    const size = resource === 'pods' ? wholes(pods) : measured?.get(resource);
    if (size === undefined) return undefined;
    used.set(resource, size);
  }
  return used;
}

/** A sample is the share of a node that is used, from 0 to 1. It says nothing of pods, so they leave a node one at a time. */
function measuredByPrometheus(view: StrategyView, samples: ReadonlyMap<string, number>): Measurement {
  for (const [instance, value] of samples) if (!(value >= 0 && value <= 1)) throw new StrategyFailure(`the sample of ${instance} is ${value}, but has to be between 0 and 1`);
  const capacity = new Map([[metricResource, wholes(100)]]);
  const nodes = view.nodes.map((node): NodeUsage => {
    const value = samples.get(node.name);
    if (value === undefined) throw new StrategyFailure(`the query has no sample for node ${node.name}: each sample needs a label "instance" with a node's name`);
    return { node, capacity, used: new Map([[metricResource, wholes(Math.trunc(value * 100))]]) };
  });
  return { nodes, usageOf: () => new Map([[metricResource, nothing]]), blindly: 1 };
}
