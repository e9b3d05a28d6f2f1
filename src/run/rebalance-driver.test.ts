import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiError, type ApiRequest } from '../kube/api.ts';
import type { Configuration, RebalancingSettings } from '../model/configuration.ts';
import type { NodeFence, Phase } from '../model/nodefence.ts';
import { formatInstant, milliseconds, minutes, seconds } from '../model/time.ts';
import type { EventToWrite } from '../report/kubernetes-events.ts';
import { makeLog } from '../report/log.ts';
import { makeMetrics, type Metrics } from '../report/metrics.ts';
import { reporter } from '../report/report.ts';
import { removeDuplicates } from '../../strategies/RemoveDuplicates/strategy.ts';
import { aConfiguration } from '../../test/builders/fencing.ts';
import { nodes } from '../../test/builders/node.ts';
import { pods } from '../../test/builders/pod.ts';
import { aPolicy } from '../../test/builders/rebalancing.ts';
import { type FakeClock, fakeClock } from '../../test/fakes/clock.ts';
import { rebalanceWhenDue } from './rebalance-driver.ts';

/** Six copies on one of three nodes, and an API server that grants everything but what `refuse` says. */
describe('rebalancing that starts by itself', () => {
  let clock: FakeClock;
  let stop: AbortController;
  let settings: RebalancingSettings;
  let mode: Configuration['mode'];
  let fences: Map<string, NodeFence>;
  let leading: boolean;
  let policy: ReturnType<typeof aPolicy> | undefined;
  let refuse: (eviction: number) => ApiError | undefined;
  let evictions: number[];
  let onEviction: () => Promise<void> | void;
  let events: EventToWrite[];
  let metrics: Metrics;
  let lease: object | undefined;
  let paused: { by: string; reason: string } | undefined;

  const fence = (name: string, phase: Phase): void =>
    void fences.set(name, { metadata: { name, uid: `uid-${name}` }, spec: { nodeName: name, nodeUID: 'u' }, status: { phase, timeline: [{ time: formatInstant(clock.now().wall), step: '', outcome: '' }], displaced: [{ namespace: 'shop', name: 'web-9', uid: 'x', volumes: [] }] } } as unknown as NodeFence);
  const skipped = async (trigger: string, cause: string): Promise<number> => (await metrics.rebalanceSkipped.get()).values.find(({ labels }) => labels.trigger === trigger && labels.cause === cause)?.value ?? 0;
  const reasons = (): string[] => events.map(({ reason }) => reason).filter((reason) => reason !== 'RemoveDuplicates');

  async function call(request: ApiRequest): Promise<unknown> {
    if (request.path.endsWith('/eviction')) {
      await onEviction();
      const refused = refuse(evictions.length);
      evictions.push(clock.now().tick);
      if (refused !== undefined) throw refused;
      return {};
    }
    if (request.path.includes('nodefences')) return { metadata: { resourceVersion: '1' }, items: [] };
    if (request.path.includes('/leases') && request.verb === 'GET' && lease === undefined) throw new ApiError({ status: 404, reason: 'NotFound', message: 'not found' });
    if (request.path.includes('/leases')) return (lease = (request.body as object | undefined) ?? lease);
    return { metadata: { resourceVersion: '1' }, items: [], ...(request.body as object | undefined) };
  }

  beforeEach(() => {
    clock = fakeClock(Date.UTC(2026, 0, 1, 0, 0, 30));
    stop = new AbortController();
    settings = { schedule: undefined, timeZone: undefined, afterRecovery: true, policyFile: '/policy' };
    mode = 'enforce';
    fences = new Map();
    leading = true;
    policy = aPolicy(removeDuplicates);
    refuse = () => undefined;
    onEviction = () => undefined;
    evictions = [];
    events = [];
    paused = undefined;
    lease = undefined;
    metrics = makeMetrics();
    const log = makeLog({ level: 'error', format: 'json' }, clock, { write: () => undefined });
    const writer = { write: (event: EventToWrite) => void events.push(event), flush: () => Promise.resolve(), dropped: 0 };
    const copy = { nodes: nodes('n1', 'n2', 'n3'), pods: pods(6, 'n1') };
    const view = { get fences() { return fences; }, get paused() { return paused; }, nodes: new Map(copy.nodes.map((node) => [node.name, node])) };
    void rebalanceWhenDue({
      api: { call: call as never, watch: () => Promise.reject(new Error('no')), close: () => Promise.resolve() },
      clock, log, metrics, events: writer, identity: 'me', namespace: 'evenkeel-system',
      reporter: reporter({ events: writer, metrics, log, clock }),
      measuring: { read: () => Promise.resolve(undefined) },
      observation: { view: view as never, pods: new Map(copy.pods.map((pod) => [pod.name, pod])), age: () => milliseconds(0) },
      config: () => ({ ...aConfiguration({ mode }), rebalancing: settings }),
      leading: () => leading,
      cron: () => (minute) => (minute / 60_000) % 3 === 0,
      readPolicy: () => Promise.resolve(policy),
      lastRun: () => Promise.resolve(undefined),
    }, stop.signal);
  });

  afterEach(() => stop.abort());

  /** In small steps, as real time passes: each wakes whoever is due, and lets promises settle. */
  const pass = async (time: number): Promise<void> => {
    for (let left = time; left > 0; left -= 200) await clock.advance(milliseconds(200));
  };

  test('a slot of the schedule runs a pass, and the minutes between do not', async () => {
    settings = { ...settings, schedule: '*/3 * * * *' };
    await pass(seconds(145));
    expect(evictions).toHaveLength(0);
    await pass(seconds(10));
    expect(evictions).toHaveLength(4);
    await pass(seconds(100));
    expect(evictions).toHaveLength(4);
    expect(reasons()).toEqual(['RebalancePlanned', 'CycleCompleted']);
    expect(events.at(-1)).toMatchObject({ regarding: { kind: 'Lease' }, note: expect.stringContaining('by schedule has evicted 4') as string });
  });

  test('counting what is planned lets others work meanwhile, and ends when the controller does', async () => {
    settings = { ...settings, schedule: '*/3 * * * *' };
    policy = aPolicy({
      ...removeDuplicates,
      *propose(view, args) {
        const proposals = removeDuplicates.propose(view, args);
        for (let next = proposals.next(); next.done !== true; next = proposals.next(yield next.value)) {
          clock.block(seconds(1));
          setImmediate(() => stop.abort());
        }
      },
    });
    await pass(seconds(155));
    expect(stop.signal.aborted).toBe(true);
    expect(evictions).toHaveLength(0);
    expect(reasons()).not.toContain('RebalancePlanned');
  });

  test('slots that come while a pass is under way are counted, never a second pass', async () => {
    settings = { ...settings, schedule: '*/3 * * * *' };
    onEviction = () => clock.sleep(seconds(100));
    await pass(seconds(145 + 430));
    onEviction = () => undefined;
    expect(evictions).toHaveLength(4);
    expect(await skipped('schedule', 'running')).toBe(2);
  });

  test('while a fence is open, or evenkeel is paused, a slot is skipped and counted', async () => {
    settings = { ...settings, schedule: '*/3 * * * *' };
    fence('n9', 'Held');
    await pass(seconds(155));
    fences.clear();
    paused = { by: 'alice', reason: '' };
    await pass(seconds(180));
    expect(evictions).toHaveLength(0);
    expect([await skipped('schedule', 'openFence'), await skipped('schedule', 'paused')]).toEqual([1, 1]);
  });

  test('a standby starts nothing', async () => {
    leading = false;
    settings = { ...settings, schedule: '*/3 * * * *' };
    fence('n9', 'Succeeded');
    await pass(minutes(5));
    expect(evictions).toHaveLength(0);
  });

  test('a few seconds after a node has left its probation, one pass runs and names what was displaced', async () => {
    fence('n9', 'Probation');
    await pass(seconds(10));
    fence('n9', 'Succeeded');
    await pass(seconds(2));
    expect(evictions).toHaveLength(0);
    await pass(seconds(4));
    expect(evictions).toHaveLength(4);
    await pass(minutes(2));
    expect(evictions).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ reason: 'CycleCompleted', regarding: { kind: 'Node', name: 'n9' }, note: expect.stringContaining('has evicted 4') as string });
    expect(events.at(-1)?.note).toContain('shop/web-9');
  });

  test('not when afterRecovery is off, nor later for the same return', async () => {
    settings = { ...settings, afterRecovery: false };
    fence('n9', 'Succeeded');
    await pass(seconds(20));
    settings = { ...settings, afterRecovery: true };
    await pass(seconds(20));
    expect(evictions).toHaveLength(0);
  });

  test('waits for the next incident to end, and gives up after half an hour', async () => {
    fence('n9', 'Succeeded');
    fence('n8', 'Verifying');
    await pass(minutes(5));
    expect(evictions).toHaveLength(0);
    fences.delete('n8');
    await pass(seconds(10));
    expect(evictions).toHaveLength(4);
    fence('n7', 'Succeeded');
    fence('n8', 'NeedsHuman');
    await pass(minutes(31));
    fences.delete('n8');
    await pass(minutes(1));
    expect(evictions).toHaveLength(4);
    expect(await skipped('recovery', 'openFence')).toBe(1);
  });

  test('an incident in the middle of a pass stops it before the next eviction; the rest follows when it is over', async () => {
    fence('n9', 'Succeeded');
    onEviction = async () => {
      if (evictions.length !== 1) return;
      fence('n8', 'Held');
      await clock.sleep(seconds(1));
    };
    await pass(seconds(60));
    expect(evictions).toHaveLength(2);
    expect(events.find(({ reason }) => reason === 'CycleCompleted')?.note).toContain('stopped: the fence n8 of node n8 is open (Held)');
    fences.delete('n8');
    onEviction = () => undefined;
    await pass(seconds(30));
    expect(evictions.length).toBeGreaterThan(2);
  });

  test('mode: observe stops a pass, and evicts nothing from then on', async () => {
    fence('n9', 'Succeeded');
    onEviction = async () => {
      mode = 'observe';
      await clock.sleep(seconds(1));
    };
    await pass(seconds(60));
    expect(evictions).toHaveLength(1);
  });

  test('what a budget holds back is tried again, and not for ever', async () => {
    fence('n9', 'Succeeded');
    refuse = () => new ApiError({ status: 429, reason: 'TooManyRequests', message: 'Cannot evict pod as it would violate the budget' });
    await pass(minutes(10));
    const passes = new Set(evictions.map((at) => Math.floor(at / 5_000))).size;
    expect(passes).toBe(10);
    expect(await skipped('recovery', 'blocked')).toBe(1);
  });

  test('a policy that is refused ends it', async () => {
    policy = undefined;
    fence('n9', 'Succeeded');
    settings = { ...settings, schedule: '*/3 * * * *' };
    await pass(minutes(3));
    expect(evictions).toHaveLength(0);
    expect([await skipped('recovery', 'policy'), await skipped('schedule', 'policy')]).toEqual([1, 1]);
  });
});
