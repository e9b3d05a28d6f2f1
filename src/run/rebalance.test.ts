import { describe, expect, test } from 'vitest';
import { type Api, ApiError, type ApiRequest } from '../kube/api.ts';
import type { RebalanceEntry } from '../model/rebalancing.ts';
import { type Clock, instant, milliseconds, tick } from '../model/time.ts';
import { removeDuplicates } from '../../strategies/RemoveDuplicates/strategy.ts';
import { nodes } from '../../test/builders/node.ts';
import { pods } from '../../test/builders/pod.ts';
import { aPolicy, facts } from '../../test/builders/rebalancing.ts';
import { rebalanceOnce, type RebalanceParts } from './rebalance.ts';

const error = (status: number, retryAfter?: number): ApiError => new ApiError({ status, reason: 'X', message: `answer ${status}`, retryAfter });
const isEviction = ({ path }: ApiRequest): boolean => path.endsWith('/eviction');
const isFences = ({ path }: ApiRequest): boolean => path === '/apis/evenkeel.dev/v1alpha1/nodefences';
const isLease = ({ path }: ApiRequest): boolean => path.includes('/leases');
const fence = (phase?: string): unknown => ({ metadata: { name: 'f', uid: 'u', resourceVersion: '1' }, spec: { nodeName: 'n9' }, ...(phase === undefined ? {} : { status: { phase } }) });
const listOf = (...items: unknown[]): unknown => ({ metadata: { resourceVersion: '1' }, items });

/** A cluster without fences, where every Lease can be had and every eviction is granted, but for what `special` says. */
function aCluster(special: (request: ApiRequest, asked: readonly ApiRequest[]) => unknown): { api: Api; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  let lease: unknown;
  const usual = (request: ApiRequest): unknown => {
    if (isFences(request)) return listOf();
    if (!isLease(request)) return {};
    if (request.verb === 'GET') return lease ?? error(404);
    lease = { ...(request.body as object), metadata: { ...(request.body as { metadata: object }).metadata, resourceVersion: '1' } };
    return lease;
  };
  const call = <T>(request: ApiRequest): Promise<T> => {
    asked.push(request);
    const answer = special(request, asked) ?? usual(request);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
  };
  return { asked, api: { call, watch: () => Promise.reject(new Error('nothing is watched here')), close: () => Promise.resolve() } };
}

async function run(special: (request: ApiRequest, asked: readonly ApiRequest[]) => unknown, options: { dryRun?: boolean; signal?: AbortSignal; clock?: Clock; observe?: RebalanceParts['observe']; record?: RebalanceParts['record'] } = {}) {
  const { api, asked } = aCluster(special);
  const entries: RebalanceEntry[] = [];
  const parts: RebalanceParts = {
    api,
    clock: options.clock ?? { now: () => ({ wall: instant(0), tick: tick(0) }), sleep: () => Promise.resolve() },
    identity: 'me',
    observe: options.observe ?? (() => Promise.resolve(facts({ nodes: nodes('n1', 'n2', 'n3'), pods: pods(6, 'n1') }))),
    record: (entry) => {
      entries.push(entry);
      options.record?.(entry);
    },
    signal: options.signal ?? new AbortController().signal,
  };
  const summary = await rebalanceOnce(parts, aPolicy(removeDuplicates), { dryRun: options.dryRun ?? false, leaseNamespace: 'evenkeel-system' });
  return { summary, entries, evictions: asked.filter(isEviction).length, asked };
}

describe('a rebalance run', () => {
  test('evicts, holds the Lease meanwhile, and gives it back', async () => {
    const { summary, evictions, asked, entries } = await run(() => undefined);
    expect(evictions).toBe(4);
    expect(summary).toMatchObject({ totals: { evicted: 4 }, stopped: undefined });
    const writes = asked.filter((request) => isLease(request) && request.verb !== 'GET').map(({ body }) => (body as { spec: { holderIdentity: string } }).spec.holderIdentity);
    expect(writes).toEqual(['me', '']);
    expect(asked.findIndex(isLease)).toBeLessThan(asked.findIndex(isEviction));
    expect(entries.at(-1)?.kind).toBe('finished');
  });

  test.each(['Held', 'Isolating', 'Fencing', 'Verifying', 'Fenced', 'Releasing', 'Returning', 'Probation', 'NeedsHuman', undefined])('does nothing while a fence is open: %s', async (phase) => {
    const { summary, evictions } = await run((request) => (isFences(request) ? listOf(fence(phase)) : undefined));
    expect(evictions).toBe(0);
    expect(summary.stopped).toMatchObject({ cause: 'openFence' });
  });

  test.each(['Succeeded', 'Recovered', 'Aborted'])('a closed fence does not keep it: %s', async (phase) => {
    expect((await run((request) => (isFences(request) ? listOf(fence(phase)) : undefined))).evictions).toBe(4);
  });

  test('stops before the next eviction when a fence opens meanwhile', async () => {
    const { summary, evictions, entries } = await run((request, asked) => (isFences(request) && asked.some(isEviction) ? listOf(fence('Isolating')) : undefined));
    expect(evictions).toBe(1);
    expect(summary).toMatchObject({ totals: { evicted: 1 }, stopped: { cause: 'openFence' } });
    expect(entries.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
  });

  test('reads the fences before every single eviction', async () => {
    const { asked } = await run(() => undefined);
    expect(asked.filter((request) => isFences(request) || isEviction(request)).map((request) => (isEviction(request) ? 'evict' : 'look'))).toEqual(['look', ...Array.from({ length: 4 }, () => ['look', 'evict']).flat()]);
  });

  test('evicts nothing when it cannot tell whether a fence is open', async () => {
    const { summary, evictions } = await run((request) => (isFences(request) ? error(500) : undefined));
    expect(evictions).toBe(0);
    expect(summary.stopped?.cause).toBe('blind');
  });

  test('asks again when the server is not ready to answer, and not for ever', async () => {
    const early = await run((request, asked) => (isFences(request) && asked.filter(isFences).length < 3 ? error(429) : undefined));
    expect(early.evictions).toBe(4);
    const never = await run((request) => (isFences(request) ? error(429) : undefined));
    expect(never.summary.stopped?.cause).toBe('blind');
    expect(never.asked.filter(isFences)).toHaveLength(4);
  });

  test('without permission to see fences it stops; without the kind it goes on with a warning', async () => {
    const forbidden = (request: ApiRequest): unknown => (isFences(request) ? error(403) : undefined);
    expect((await run(forbidden)).summary.stopped?.cause).toBe('blind');
    const absent = (request: ApiRequest): unknown => forbidden(request) ?? (request.path === '/apis/evenkeel.dev/v1alpha1' ? error(404) : undefined);
    const { evictions, entries } = await run(absent);
    expect(evictions).toBe(4);
    expect(entries.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
    expect((await run((request) => (isFences(request) ? error(404) : undefined))).evictions).toBe(4);
  });

  test('asks for open fences only, and for all where the server cannot tell them apart', async () => {
    const { asked, evictions } = await run((request) => (isFences(request) && request.query?.['fieldSelector'] !== undefined ? error(400) : undefined));
    expect(evictions).toBe(4);
    expect(asked.find(isFences)?.query).toMatchObject({ fieldSelector: 'status.phase!=Succeeded,status.phase!=Recovered,status.phase!=Aborted' });
  });

  test('a dry run takes no Lease, evicts nothing, and says that a fence would stop it', async () => {
    const { summary, asked, entries } = await run((request) => (isFences(request) ? listOf(fence('Fencing')) : undefined), { dryRun: true });
    expect(asked.filter(({ verb }) => verb !== 'GET')).toEqual([]);
    expect(asked.filter(isLease)).toEqual([]);
    expect(summary.totals.evicted).toBe(4);
    expect(entries.find(({ kind }) => kind === 'warning')).toMatchObject({ because: expect.stringContaining('A real run would stop here') as string });
  });

  test('is told to stop: no further eviction', async () => {
    const stop = new AbortController();
    const { summary, evictions } = await run(
      (request) => {
        if (isEviction(request)) stop.abort();
        return undefined;
      },
      { signal: stop.signal },
    );
    expect(evictions).toBe(1);
    expect(summary.stopped?.cause).toBe('signal');
  });

  test('a dry run lets others work meanwhile, and can be told to stop', async () => {
    const stop = new AbortController();
    let now = 0;
    const clock: Clock = { now: () => ({ wall: instant(now), tick: tick(now) }), sleep: () => Promise.resolve() };
    const record = (): void => {
      now += 60_000; // Each step is long work.
      setImmediate(() => stop.abort());
    };
    const { summary } = await run(() => undefined, { dryRun: true, signal: stop.signal, clock, record });
    expect(summary).toMatchObject({ totals: { evicted: 1 }, stopped: { cause: 'signal' } });
  });

  test('a look at the fences that the stop cut short is no failure', async () => {
    const stop = new AbortController();
    const { summary } = await run(
      (request, asked) => {
        if (!isFences(request) || !asked.some(isEviction)) return undefined;
        stop.abort();
        return error(0);
      },
      { signal: stop.signal },
    );
    expect(summary).toMatchObject({ totals: { evicted: 1 }, stopped: { cause: 'signal' } });
  });

  test('told to stop while it reads the cluster, it ends without an error', async () => {
    const stop = new AbortController();
    const observe = (): Promise<never> => {
      stop.abort();
      return Promise.reject(error(0));
    };
    const { summary, evictions } = await run(() => undefined, { signal: stop.signal, observe });
    expect(evictions).toBe(0);
    expect(summary.stopped?.cause).toBe('signal');
    await expect(run(() => undefined, { observe: () => Promise.reject(error(500)) })).rejects.toThrow('answer 500');
  });

  test('ends when it cannot be told whether a pod was evicted: a limit might be reached', async () => {
    const { summary, evictions, entries } = await run((request) => (isEviction(request) || request.path.includes('/pods/') ? error(0) : undefined));
    expect(evictions).toBe(1);
    expect(summary).toMatchObject({ totals: { evicted: 0, failed: 0 }, stopped: { cause: 'blind', because: expect.stringMatching(/^it cannot be told whether shop\/web-n1-\d was evicted: answer 0$/u) as string } });
    expect(entries.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
  });

  test('waits when the server asks for it, for 30 s in all, and then goes on with the others', async () => {
    const slept: number[] = [];
    const clock: Clock = { now: () => ({ wall: instant(0), tick: tick(0) }), sleep: (time) => Promise.resolve(void slept.push(time)) };
    const granted = await run((request, asked) => (isEviction(request) && asked.filter(isEviction).length === 1 ? error(429, 10) : undefined), { clock });
    expect(granted.summary.totals).toMatchObject({ evicted: 4, blocked: 0 });
    expect(slept).toEqual([10_000]);
    slept.length = 0;
    const never = await run((request) => (isEviction(request) ? error(429, 10) : undefined), { clock });
    expect(never.summary.totals).toMatchObject({ evicted: 0 });
    expect(never.evictions).toBe(3 + never.summary.totals.blocked);
    expect(slept).toEqual([10_000, 10_000, 10_000]);
    slept.length = 0;
    await run((request) => (isEviction(request) ? error(429, 3_600) : undefined), { clock });
    expect(slept).toEqual([]);
  });

  test('a fence that opens while it waits stops it', async () => {
    const { summary, evictions } = await run((request, asked) => {
      if (isEviction(request)) return error(429, 10);
      return isFences(request) && asked.some(isEviction) ? listOf(fence('Isolating')) : undefined;
    });
    expect(evictions).toBe(1);
    expect(summary.stopped?.cause).toBe('openFence');
  });

  test('a Lease that somebody took meanwhile ends the run', async () => {
    let now = 0;
    const clock: Clock = { now: () => ({ wall: instant(now), tick: tick(now) }), sleep: (time) => Promise.resolve(void (now += milliseconds(time))) };
    const theirs = { metadata: { namespace: 'evenkeel-system', name: 'evenkeel-rebalance', resourceVersion: '9' }, spec: { holderIdentity: 'other', leaseDurationSeconds: 1 } };
    const { summary, evictions } = await run(
      (request, asked) => {
        if (isEviction(request)) now += 30_000;
        return isLease(request) && asked.some(isEviction) ? theirs : undefined;
      },
      { clock },
    );
    expect(evictions).toBe(1);
    expect(summary.stopped).toMatchObject({ cause: 'leaseLost' });
  });

  test('goes on without a Lease where evenkeel is not installed, and fails where it may not have it', async () => {
    const forbidden = (request: ApiRequest): unknown => (isLease(request) ? error(403) : undefined);
    const noNamespace = (request: ApiRequest): unknown => forbidden(request) ?? (request.path === '/api/v1/namespaces' ? listOf() : undefined);
    expect((await run(noNamespace)).evictions).toBe(4);
    await expect(run((request) => forbidden(request) ?? (request.path === '/api/v1/namespaces' ? listOf({}) : undefined))).rejects.toThrow('answer 403');
  });
});

