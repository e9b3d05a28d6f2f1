import { describe, expect, test } from 'vitest';
import { type Api, ApiError, type ApiRequest } from '../../kube/api.ts';
import type { AskPrometheus } from '../../kube/prometheus.ts';
import { amount, wholes } from '../../model/quantity.ts';
import { minutes, seconds, tick } from '../../model/time.ts';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { readSamples } from './prometheus.ts';
import { smooth, SmoothedUsage } from './smoothing.ts';
import { Measuring } from './usage.ts';

const never = new AbortController().signal;
const nodesPath = '/apis/metrics.k8s.io/v1beta1/nodes';
const podsPath = '/apis/metrics.k8s.io/v1beta1/pods';
const milli = (count: number): bigint => amount(BigInt(count) * 1_000_000n);
const bothFrom = { kubernetes: true, prometheus: undefined };

/** A metrics-server whose only node uses what `cpu` says, and a Prometheus that gives no samples. */
function aWorld({ cpu = () => '1', special = () => undefined, prometheus = () => Promise.resolve({ data: { resultType: 'vector', result: [] } }) }: { cpu?: () => string; special?: (request: ApiRequest) => unknown; prometheus?: AskPrometheus } = {}) {
  const asked: string[] = [];
  const clock = fakeClock();
  const usual = ({ path }: ApiRequest): unknown => {
    if (path === nodesPath) return { metadata: {}, items: [{ metadata: { name: 'n1' }, usage: { cpu: cpu(), memory: '1Mi' } }] };
    const containers = [{ usage: { cpu: '100m', memory: '1Mi' } }, { usage: { cpu: '50m' } }];
    return { metadata: {}, items: [{ metadata: { namespace: 'shop', name: 'web' }, containers }, { metadata: { name: 'no-namespace' } }] };
  };
  const call = <T>(request: ApiRequest): Promise<T> => {
    asked.push(request.path);
    const answer = special(request) ?? usual(request);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
  };
  const api: Api = { call, watch: () => Promise.reject(new Error('nothing is watched here')), close: () => Promise.resolve() };
  return { asked, clock, measuring: new Measuring({ api, clock, askPrometheus: prometheus }) };
}

describe('usage that metrics-server measures', () => {
  test('is one list of nodes and one of pods; a pod\'s is the sum over its containers, without what one of them lacks', async () => {
    const { measuring, asked } = aWorld();
    expect(await measuring.read(bothFrom, never)).toEqual({
      kubernetes: { nodes: new Map([['n1', new Map([['cpu', wholes(1)], ['memory', wholes(1_048_576)]])]]), pods: new Map([['shop/web', new Map([['cpu', milli(150)]])]]) },
    });
    expect(asked).toEqual([nodesPath, podsPath]);
  });

  test('is not asked for when nobody wants it', async () => {
    const { measuring, asked } = aWorld();
    expect(await measuring.read({ kubernetes: false, prometheus: undefined }, never)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test.each([
    [404, /is metrics-server installed\?/u],
    [403, /the component usage-metrics grants the right/u],
    [503, /cannot be read: answer 503/u],
  ])('an answer %i is a problem of this source only', async (status, says) => {
    const { measuring } = aWorld({ special: () => new ApiError({ status, reason: 'X', message: `answer ${status}` }) });
    expect(await measuring.read(bothFrom, never)).toEqual({ kubernetes: { problem: expect.stringMatching(says) as string } });
  });

  test('is smoothed from sample to sample while somebody wants it', async () => {
    let cpu = '1';
    const { measuring, asked, clock } = aWorld({ cpu: () => cpu });
    const stop = new AbortController();
    void measuring.follow(stop.signal);
    await clock.advance(minutes(1));
    expect(asked).toEqual([]);
    await measuring.read(bothFrom, never);
    cpu = '2';
    for (let passed = 0; passed < 60; passed += 15) await clock.advance(seconds(15));
    expect(asked.filter((path) => path === nodesPath)).toHaveLength(5);
    // Twelve steps of 5 s: 2000 - 1000 × 0.9¹², rounded at each.
    expect(await measuring.read(bothFrom, never)).toMatchObject({ kubernetes: { nodes: new Map([['n1', new Map([['cpu', milli(1_718)], ['memory', wholes(1_048_576)]])]]) } });
    await clock.advance(minutes(60));
    const before = asked.length;
    for (let passed = 0; passed < 10; passed += 1) await clock.advance(minutes(1));
    expect(asked.length - before).toBeLessThanOrEqual(1);
    stop.abort();
  });

  test('a sample that fails in between keeps what is known', async () => {
    let broken = false;
    const { measuring, clock } = aWorld({ special: () => (broken ? new ApiError({ status: 503, reason: 'X', message: 'no' }) : undefined) });
    const stop = new AbortController();
    void measuring.follow(stop.signal);
    await measuring.read(bothFrom, never);
    broken = true;
    await clock.advance(seconds(15));
    broken = false;
    expect(await measuring.read(bothFrom, never)).toMatchObject({ kubernetes: { nodes: new Map([['n1', expect.anything()]]) } });
    stop.abort();
  });
});

describe('smoothing', () => {
  const of = (cpu: number): ReadonlyMap<string, ReadonlyMap<string, ReturnType<typeof amount>>> => new Map([['n1', new Map([['cpu', amount(BigInt(cpu) * 1_000_000n)], ['memory', wholes(cpu)]])]]);
  const cpuAt = (usage: SmoothedUsage, now: number): bigint | undefined => usage.at(tick(now)).get('n1')?.get('cpu');

  test('EW-1: nine tenths of what was, one tenth of what is', () => {
    expect(smooth(1_000, 2_000)).toBe(1_100);
    const usage = new SmoothedUsage();
    usage.take(of(1_000), tick(0));
    usage.take(of(2_000), tick(5_000));
    expect(usage.at(tick(5_000)).get('n1')).toEqual(new Map([['cpu', milli(1_100)], ['memory', wholes(1_100)]]));
  });

  test('a sample after 15 s counts for three', () => {
    const [rare, often] = [new SmoothedUsage(), new SmoothedUsage()];
    for (const usage of [rare, often]) usage.take(of(1_000), tick(0));
    rare.take(of(2_000), tick(15_000));
    for (const at of [5_000, 10_000, 15_000]) often.take(of(2_000), tick(at));
    expect(cpuAt(rare, 15_000)).toBe(milli(1_271));
    expect(cpuAt(often, 15_000)).toBe(milli(1_271));
  });

  test('two samples of one moment count once', () => {
    const usage = new SmoothedUsage();
    usage.take(of(1_000), tick(0));
    usage.take(of(2_000), tick(100));
    expect(cpuAt(usage, 100)).toBe(milli(1_000));
  });

  test('after a long pause only the present counts', () => {
    const usage = new SmoothedUsage();
    usage.take(of(1_000), tick(0));
    usage.take(of(2_000), tick(3_600_000));
    expect(cpuAt(usage, 3_600_000)).toBe(milli(2_000));
  });

  test('a node that is measured no more has no usage', () => {
    const usage = new SmoothedUsage();
    usage.take(of(1_000), tick(0));
    expect(cpuAt(usage, 120_000)).toBe(milli(1_000));
    expect(cpuAt(usage, 120_001)).toBeUndefined();
  });

  test('a node without one of the two figures has no usage', () => {
    const usage = new SmoothedUsage();
    usage.take(new Map([['n1', new Map([['cpu', wholes(1)]])]]), tick(0));
    expect(usage.at(tick(0))).toEqual(new Map());
  });
});

describe('samples of Prometheus', () => {
  const vector = (...result: unknown[]): unknown => ({ resultType: 'vector', result });
  const sample = (instance: string, value: unknown): unknown => ({ metric: { instance }, value: [1_700_000_000, value] });

  test('are one a node, by its name', () => {
    expect(readSamples(vector(sample('n1', '0.81'), sample('n2', '0'), sample('n3', '1')))).toEqual(new Map([['n1', 0.81], ['n2', 0], ['n3', 1]]));
  });

  test.each([
    ['PROM-4: a value above 1', vector(sample('n1', '1.2')), 'the sample of n1 is 1.2, and a value from 0 to 1 is needed'],
    ['a negative value', vector(sample('n1', '-0.1')), 'the sample of n1 is -0.1, and a value from 0 to 1 is needed'],
    ['a division by zero', vector(sample('n1', 'NaN')), 'the sample of n1 is NaN, and a value from 0 to 1 is needed'],
    ['no instance', vector({ metric: { node: 'n1' }, value: [0, '0.5'] }), 'a sample has no label "instance", which must be the name of a node'],
    ['two samples of a node', vector(sample('n1', '0.1'), sample('n1', '0.2')), 'n1 has two samples, 0.1 and 0.2: aggregate them by instance'],
    ['a scalar', { resultType: 'scalar', result: [0, '1'] }, 'the query gives a scalar, and a vector is needed: one sample a node'],
    ['nonsense', null, 'the query gives no result, and a vector is needed: one sample a node'],
  ])('%s is a problem', (_, data, problem) => {
    expect(readSamples(data)).toEqual({ problem });
  });

  test('each distinct query is sent once a cycle, and one that fails does not touch the others', async () => {
    const sent: string[] = [];
    const { measuring } = aWorld({
      prometheus(_, query) {
        sent.push(query);
        return Promise.resolve(query === 'bad' ? { problem: 'no answer' } : { data: vector(sample('n1', '0.5')) });
      },
    });
    const usage = await measuring.read({ kubernetes: false, prometheus: { url: 'http://p', tokenFile: undefined, queries: ['good', 'bad', 'good'] } }, never);
    expect(sent).toEqual(['good', 'bad']);
    expect(usage).toEqual({ prometheus: new Map<string, unknown>([['good', new Map([['n1', 0.5]])], ['bad', { problem: 'no answer' }]]) });
  });
});
