import { expect, test } from 'vitest';
import { problemsOf } from '../../test/builders/rebalancing.ts';
import { lowNodeUtilization as strategy } from './strategy.ts';

const good = { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 } };
const metric = { thresholds: { MetricResource: 20 }, targetThresholds: { MetricResource: 70 } };
const prometheus = { source: 'Prometheus', prometheus: { query: 'up' } };

test.each<[object, string[]]>([
  [good, []],
  [{ thresholds: { cpu: 0, 'example.com/gpu': 12.5 }, targetThresholds: { 'example.com/gpu': 100, cpu: 0 } }, []],
  [{}, ['thresholds: at least one resource needs a percentage', 'targetThresholds: at least one resource needs a percentage']],
  [{ thresholds: { cpu: -1 }, targetThresholds: { cpu: 101 } }, ['thresholds.cpu: -1 is not a percentage between 0 and 100', 'targetThresholds.cpu: 101 is not a percentage between 0 and 100']],
  [{ thresholds: { cpu: 20 }, targetThresholds: { memory: 50 } }, ['thresholds and targetThresholds must name the same resources; only one of them names cpu, memory']],
  [{ thresholds: { cpu: 60 }, targetThresholds: { cpu: 50 } }, ['thresholds.cpu: 60 is above targetThresholds.cpu (50)']],
  [{ thresholds: { cpu: 60 }, targetThresholds: { cpu: 50 }, useDeviationThresholds: true }, []],
  [{ ...good, evictableNamespaces: { include: ['a'] } }, ['evictableNamespaces.include: only "exclude" can be set here, namespaces cannot be included']],
  [{ ...good, evictableNamespaces: { include: [], exclude: ['a'] } }, []],
  [{ thresholds: { cpu: 20, memory: null }, targetThresholds: { cpu: 50, memory: 3 } }, []],
  [{ thresholds: null, targetThresholds: { cpu: 50 } }, ['thresholds: at least one resource needs a percentage']],
  [{ ...good, numberOfNodes: -1, evictionLimits: {} }, []],
  [{ ...good, metricsUtilization: { metricsServer: true } }, []],
  [{ ...good, metricsUtilization: { metricsServer: true, source: 'KubernetesMetrics' } }, ['metricsUtilization: metricsServer and source KubernetesMetrics say the same; only one of them can be set']],
  [{ ...good, metricsUtilization: { source: 'KubernetesMetrics', prometheus: {} } }, ['metricsUtilization.prometheus: cannot be set when the source is KubernetesMetrics']],
  [{ ...metric, metricsUtilization: { source: 'Prometheus' } }, ['metricsUtilization.prometheus.query: required when the source is Prometheus']],
  [{ ...metric, metricsUtilization: prometheus }, []],
  [{ ...good, metricsUtilization: prometheus }, []],
])('args %j have problems %j', (args, problems) => {
  expect(problemsOf(strategy, args)).toEqual(problems);
});

test.each<[object, string]>([
  [{ ...good, weights: { cpu: 1 } }, 'strict decoding error: unknown field "weights"'],
  [{ ...good, evictionLimits: { nodes: 1 } }, 'strict decoding error: unknown field "evictionLimits.nodes"'],
  [{ ...good, metricsUtilization: { prometheus: { url: 'x' } } }, 'strict decoding error: unknown field "metricsUtilization.prometheus.url"'],
  [{ thresholds: { cpu: '20' } }, 'thresholds.cpu: a number is required'],
  [{ thresholds: { cpu: Number.NaN } }, 'thresholds.cpu: a number is required'],
  [{ thresholds: [20] }, 'thresholds: a map of resource name to percent is required'],
  [{ ...good, numberOfNodes: 1.5 }, 'numberOfNodes: a whole number is required'],
  [{ ...good, evictionLimits: { node: -1 } }, 'evictionLimits.node: must not be negative'],
])('args %j are refused', (args, because) => {
  expect(strategy.parseArgs(args)).toEqual({ kind: 'undecodable', because });
});

test.each<[object, string[]]>([
  [good, []],
  [{ ...metric, metricsUtilization: prometheus }, []],
  [{ ...good, metricsUtilization: prometheus }, ['thresholds: with Prometheus only MetricResource can be named, not cpu']],
  [{ thresholds: { ...good.thresholds, ...metric.thresholds }, targetThresholds: { ...good.targetThresholds, ...metric.targetThresholds }, metricsUtilization: prometheus }, ['thresholds: with Prometheus only MetricResource can be named, not cpu']],
])('args %j of an enabled plugin have problems %j', (args, problems) => {
  const read = strategy.parseArgs(args);
  expect(read.kind === 'read' ? strategy.checkInUse?.(read.args).map(({ says }) => says) : undefined).toEqual(problems);
});

test.each<[object, object]>([
  [good, {}],
  [{ ...good, metricsUtilization: {} }, {}],
  [{ ...good, metricsUtilization: { source: 'KubernetesMetrics' } }, { kubernetesMetrics: true }],
  [{ ...good, metricsUtilization: { metricsServer: true } }, { kubernetesMetrics: true }],
  [{ ...metric, metricsUtilization: prometheus }, { prometheusQuery: 'up' }],
])('args %j need %j', (args, needs) => {
  const read = strategy.parseArgs(args);
  expect(read.kind === 'read' ? strategy.needs?.(read.args) : undefined).toEqual(needs);
});
