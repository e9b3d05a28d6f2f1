import { describe, expect, test } from 'vitest';
import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { type Amount, parseQuantity } from '../../src/model/quantity.ts';
import type { MeasuredUsage } from '../../src/model/rebalancing.ts';
import { aContainer, pods } from '../../test/builders/pod.ts';
import { aNode } from '../../test/builders/node.ts';
import { aPolicy, facts, perNode, runCycle } from '../../test/builders/rebalancing.ts';
import { lowNodeUtilization as strategy } from './strategy.ts';

const nodes: NodeRecord[] = ['n1', 'n2', 'n3'].map((name) => aNode({ name, allocatable: { cpu: '4', memory: '8Gi', pods: '20' } }));
const running: PodRecord[] = [...pods(5, 'n1', { containers: [aContainer({ requests: { cpu: '1m' } })] }), ...pods(1, 'n2')];

const amounts = (given: Record<string, string>): Map<string, Amount> => new Map(Object.entries(given).flatMap(([name, text]) => (parseQuantity(text) === undefined ? [] : [[name, parseQuantity(text) as Amount]])));

const run = (args: object, usage: MeasuredUsage | undefined): { readonly evicted: Record<string, number>; readonly names: string[]; readonly failed: string | undefined } => {
  const { evicted, summary } = runCycle({ facts: facts({ nodes, pods: running, ...(usage === undefined ? {} : { usage }) }), policy: aPolicy(strategy, args) });
  return { evicted: perNode(evicted), names: evicted.map(({ pod }) => pod.name), failed: summary.strategies[0]?.failed };
};

describe('with Prometheus', () => {
  const args = { thresholds: { MetricResource: 20 }, targetThresholds: { MetricResource: 70 }, metricsUtilization: { source: 'Prometheus', prometheus: { query: 'load' } } };
  const samples = (given: Record<string, number>): MeasuredUsage => ({ prometheus: new Map([['load', new Map(Object.entries(given))]]) });
  const usual = { n1: 0.81, n2: 0.35, n3: 0.1 };

  test('PROM-1: one pod leaves each over-utilised node, the first in order', () => {
    expect(run(args, samples(usual))).toMatchObject({ names: ['web-n1-1'], failed: undefined });
  });

  test('PROM-2: evictionLimits says how many', () => {
    expect(run({ ...args, evictionLimits: { node: 3 } }, samples(usual)).evicted).toEqual({ n1: 3 });
    expect(run({ ...args, evictionLimits: { node: 0 } }, samples(usual)).evicted).toEqual({});
  });

  test.each<[string, MeasuredUsage | undefined, string]>([
    ['PROM-3: a node without a sample', samples({ n1: 0.81, n3: 0.1 }), 'the query has no sample for node n2: each sample needs a label "instance" with a node\'s name'],
    ['PROM-4: a sample above 1', samples({ ...usual, n2: 1.2 }), 'the sample of n2 is 1.2, but has to be between 0 and 1'],
    ['a sample below 0', samples({ ...usual, n2: -0.1 }), 'the sample of n2 is -0.1, but has to be between 0 and 1'],
    ['a sample that is no number', samples({ ...usual, n2: Number.NaN }), 'the sample of n2 is NaN, but has to be between 0 and 1'],
    ['a source that is down', { prometheus: new Map([['load', { problem: 'connection refused' }]]) }, 'the usage from Prometheus could not be had: connection refused'],
    ['a source that is not enabled', undefined, 'metricsUtilization chooses Prometheus, but no entry of metricsProviders enables it'],
    ['another query only', { prometheus: new Map([['other', new Map(Object.entries(usual))]]) }, 'metricsUtilization chooses Prometheus, but no entry of metricsProviders enables it'],
  ])('%s ends the strategy, and nothing is evicted', (_, usage, failed) => {
    expect(run(args, usage)).toEqual({ evicted: {}, names: [], failed });
  });

  test.each([
    [0.7, {}],
    [0.709, {}],
    [0.71, { n1: 1 }],
  ])('a sample counts in whole percent, cut off: %d', (value, evicted) => {
    expect(run(args, samples({ ...usual, n1: value })).evicted).toEqual(evicted);
  });

  test('a sample for a node outside the cycle does not matter', () => {
    expect(run(args, samples({ ...usual, elsewhere: 0.5 })).evicted).toEqual({ n1: 1 });
  });

  test('distances from the average work as with requests', () => {
    const around = { ...args, thresholds: { MetricResource: 10 }, targetThresholds: { MetricResource: 10 }, useDeviationThresholds: true };
    expect(run(around, samples(usual)).evicted).toEqual({ n1: 1 });
  });
});

describe('with metrics-server', () => {
  const args = { thresholds: { cpu: 20 }, targetThresholds: { cpu: 50 }, metricsUtilization: { source: 'KubernetesMetrics' } };
  const busy = { n1: amounts({ cpu: '3', memory: '1Gi' }), n2: amounts({ cpu: '1', memory: '1Gi' }), n3: amounts({ cpu: '100m', memory: '1Gi' }) };
  const each = (use: Record<string, string>): Map<string, ReadonlyMap<string, Amount>> => new Map(running.map(({ namespace, name }) => [`${namespace}/${name}`, amounts(use)]));
  const measured = (of: Record<string, ReadonlyMap<string, Amount>> = busy, used = each({ cpu: '600m', memory: '1Mi' })): MeasuredUsage => ({ kubernetes: { nodes: new Map(Object.entries(of)), pods: used } });

  test('pods leave as the measured usage of node and pods says, whatever they request', () => {
    expect(run(args, measured())).toMatchObject({ evicted: { n1: 2 }, failed: undefined });
  });

  test('EW-1: the figures are taken as they are; smoothing them is for whoever asks metrics-server', () => {
    expect(run(args, measured({ ...busy, n1: amounts({ cpu: '2001m', memory: '1Gi' }) })).evicted).toEqual({ n1: 1 });
    expect(run(args, measured({ ...busy, n1: amounts({ cpu: '2', memory: '1Gi' }) })).evicted).toEqual({});
  });

  test('a pod whose usage is not known, or not of every tracked resource, stays', () => {
    const used = each({ cpu: '600m', memory: '1Mi' });
    used.delete('shop/web-n1-1');
    used.set('shop/web-n1-2', amounts({ cpu: '1' }));
    expect(run(args, measured(busy, used)).names).toEqual(['web-n1-3', 'web-n1-4']);
  });

  test.each<[string, MeasuredUsage | undefined, object, string]>([
    ['a node without figures', measured({ n1: busy.n1, n2: busy.n2 }), args, 'metrics-server has no complete figures for node n3'],
    ['a node with figures for half', measured({ ...busy, n2: amounts({ cpu: '1' }) }), args, 'metrics-server has no complete figures for node n2'],
    ['a source that is down', { kubernetes: { problem: '503' } }, args, 'the usage from KubernetesMetrics could not be had: 503'],
    ['a source that is not enabled', {}, args, 'metricsUtilization chooses KubernetesMetrics, but no entry of metricsProviders enables it'],
    ['a threshold that nobody measures', measured(), { ...args, thresholds: { gpu: 20 }, targetThresholds: { gpu: 50 } }, 'metrics-server does not measure gpu: thresholds can only name cpu, memory and pods'],
    ['no source at all', measured(), { ...args, metricsUtilization: {} }, 'metricsUtilization names no source of usage that is known: set source to KubernetesMetrics or Prometheus'],
  ])('%s ends the strategy, and nothing is evicted', (_, usage, given, failed) => {
    expect(run(given, usage)).toEqual({ evicted: {}, names: [], failed });
  });
});
