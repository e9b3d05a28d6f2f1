import { z } from 'zod';
import { type ArgsProblem, flag, problemIf, readArgs, type ReadArgs, text, uint } from '../../src/decide/rebalancing/args.ts';
import { checkEvictableNamespaces, checkThresholds, evictableNamespacesArg, numberOfNodesArg, type Thresholds, thresholdsArg, withZeroThresholds } from '../../src/decide/rebalancing/utilization/args.ts';

const schema = z.strictObject({
  thresholds: thresholdsArg.optional().describe('A node is under-utilised when none of these resources is used above its percentage. Required.'),
  targetThresholds: thresholdsArg.optional().describe('A node is over-utilised when one of these resources is used above its percentage. Required, for the same resources.'),
  useDeviationThresholds: flag.optional().describe('Both are distances from the average over the nodes instead of fixed percentages. Default: false.'),
  numberOfNodes: numberOfNodesArg.describe('Nothing moves unless more nodes than this are under-utilised. Default: 0.'),
  evictableNamespaces: evictableNamespacesArg.describe('Pods of the namespaces in `exclude` stay, though their usage counts. Default: none.'),
  evictionLimits: z.strictObject({ node: uint.optional() }, 'an object with node is required').optional().describe('At most `node` pods leave one node in a cycle; 0 means none. Default: no limit.'),
  metricsUtilization: z
    .strictObject(
      {
        source: text.optional(),
        metricsServer: flag.optional(),
        prometheus: z.strictObject({ query: text.optional() }, 'an object with query is required').optional(),
      },
      'an object with source is required',
    )
    .optional()
    .describe('Take usage from `source: KubernetesMetrics` or `source: Prometheus` (with `prometheus.query`) instead of requests. `metricsServer: true` is the older way to say KubernetesMetrics. Default: requests.'),
});

/** The `args` of LowNodeUtilization. */
export type LowNodeUtilizationArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<LowNodeUtilizationArgs> =>
  readArgs(schema, withZeroThresholds(raw, ['thresholds', 'targetThresholds']), (args) => [...checkEvictableNamespaces(args.evictableNamespaces), ...checkBoth(args), ...checkMetrics(args)]);

/** The one resource that a Prometheus query measures. */
export const metricResource = 'MetricResource';

function checkBoth({ thresholds = {}, targetThresholds = {}, useDeviationThresholds }: LowNodeUtilizationArgs): ArgsProblem[] {
  const problems = [...checkThresholds('thresholds', thresholds), ...checkThresholds('targetThresholds', targetThresholds)];
  if (problems.length > 0) return problems;
  const lonely = [...onlyIn(thresholds, targetThresholds), ...onlyIn(targetThresholds, thresholds)];
  if (lonely.length > 0) return [{ path: whereNamed(lonely, thresholds), says: `thresholds and targetThresholds must name the same resources; only one of them names ${lonely.join(', ')}` }];
  if (useDeviationThresholds === true) return [];
  return Object.entries(thresholds).flatMap(([resource, percent]) =>
    problemIf(percent > (targetThresholds[resource] ?? 0), ['thresholds', resource], `thresholds.${resource}: ${percent} is above targetThresholds.${resource} (${targetThresholds[resource]})`),
  );
}

const onlyIn = (here: Thresholds, there: Thresholds): string[] => Object.keys(here).filter((resource) => !Object.hasOwn(there, resource));

/** The place of the first of these resources. */
const whereNamed = ([first = '']: readonly string[], thresholds: Thresholds): string[] => [Object.hasOwn(thresholds, first) ? 'thresholds' : 'targetThresholds', first];

function checkMetrics({ metricsUtilization }: LowNodeUtilizationArgs): ArgsProblem[] {
  const { source, metricsServer, prometheus } = metricsUtilization ?? {};
  if (source === 'KubernetesMetrics') {
    return [
      ...problemIf(metricsServer === true, ['metricsUtilization', 'metricsServer'], 'metricsUtilization: metricsServer and source KubernetesMetrics say the same; only one of them can be set'),
      ...problemIf(prometheus !== undefined, ['metricsUtilization', 'prometheus'], 'metricsUtilization.prometheus: cannot be set when the source is KubernetesMetrics'),
    ];
  }
  if (source !== 'Prometheus') return [];
  return problemIf((prometheus?.query ?? '') === '', ['metricsUtilization', 'prometheus', 'query'], 'metricsUtilization.prometheus.query: required when the source is Prometheus');
}

/** Like the reference, only an enabled plugin is asked this. */
export function checkInUse({ metricsUtilization, thresholds = {}, targetThresholds = {} }: LowNodeUtilizationArgs): ArgsProblem[] {
  if (metricsUtilization?.source !== 'Prometheus') return [];
  const foreign = [...new Set([...Object.keys(thresholds), ...Object.keys(targetThresholds)])].filter((resource) => resource !== metricResource);
  return problemIf(foreign.length > 0, whereNamed(foreign, thresholds), `thresholds: with Prometheus only ${metricResource} can be named, not ${foreign.join(', ')}`);
}
