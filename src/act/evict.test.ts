import { describe, expect, test } from 'vitest';
import { type Api, ApiError, type ApiRequest } from '../kube/api.ts';
import type { Eviction } from '../model/rebalancing.ts';
import { evictPod } from './evict.ts';

const eviction: Eviction = { pod: { namespace: 'shop', name: 'web-1', uid: 'u1' }, node: 'n1', profile: 'default', strategy: 'RemoveDuplicates', because: 'n1 has 3 of the 4 copies' };

/** An API server that gives these answers in turn: an error is thrown, anything else returned. */
function answering(...answers: unknown[]): { api: Api; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const api: Api = {
    call: <T>(request: ApiRequest) => {
      asked.push(request);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
    },
    watch: () => Promise.reject(new Error('nothing is watched here')),
    close: () => Promise.resolve(),
  };
  return { api, asked };
}

const refused = (status: number, retryAfter?: number): ApiError => new ApiError({ status, reason: 'X', message: `answer ${status}`, retryAfter });
const parts = (api: Api): Parameters<typeof evictPod>[1] => ({ api, gracePeriodSeconds: undefined });
const pod = (uid: string, deletionTimestamp?: string): unknown => ({ metadata: { uid, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) } });

describe('evicting a pod', () => {
  test('asks for this very pod, with the reason', async () => {
    const { api, asked } = answering({});
    expect(await evictPod(eviction, { ...parts(api), gracePeriodSeconds: 0 })).toEqual({ kind: 'evicted' });
    expect(asked).toMatchObject([
      {
        verb: 'POST',
        path: '/api/v1/namespaces/shop/pods/web-1/eviction',
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'web-1', namespace: 'shop', annotations: { reason: 'triggered by default/RemoveDuplicates: n1 has 3 of the 4 copies', 'requested-by': 'sigs.k8s.io/descheduler' } },
          deleteOptions: { preconditions: { uid: 'u1' }, gracePeriodSeconds: 0 },
        },
      },
    ]);
  });

  test('leaves the pod its own grace period unless the policy sets one', async () => {
    const { api, asked } = answering({});
    await evictPod(eviction, parts(api));
    expect(asked[0]?.body).toHaveProperty('deleteOptions', { preconditions: { uid: 'u1' } });
  });

  test.each([
    ['a budget that says no', [refused(429)], 'blocked'],
    ['a pod that has gone', [refused(404)], 'gone'],
    ['a pod that was replaced', [refused(409), pod('u2')], 'gone'],
    ['another conflict', [refused(409), pod('u1')], 'failed'],
    ['two budgets on one pod', [refused(500), pod('u1')], 'failed'],
    ['a lost answer, applied', [refused(0), pod('u1', '2026-01-01T00:00:00Z')], 'evicted'],
    ['a lost answer, applied and over', [refused(0), refused(404)], 'evicted'],
    ['a lost answer, not applied', [refused(0), pod('u1')], 'failed'],
    ['a lost answer, and then silence', [refused(0), refused(0)], 'unknown'],
    ['an answer from half-way, and then silence', [refused(504), refused(0)], 'unknown'],
    ['a conflict, and then silence', [refused(409), refused(0)], 'failed'],
    ['a missing permission', [refused(403)], 'failed'],
  ] as const)('%s', async (_, answers, kind) => {
    expect(await evictPod(eviction, parts(answering(...answers).api))).toMatchObject({ kind });
  });

  test('leaves it to the caller to wait when the server asks for it', async () => {
    const { api, asked } = answering(refused(429, 10));
    expect(await evictPod(eviction, parts(api))).toEqual({ kind: 'later', after: 10_000, because: 'answer 429' });
    expect(asked).toHaveLength(1);
  });

  test('is not asked again for a pod that somebody else is moving now', async () => {
    const evacuating = new ApiError({ status: 429, reason: 'TooManyRequests', message: 'Eviction triggered evacuation of VMI', retryAfter: 10 });
    expect(await evictPod(eviction, parts(answering(evacuating).api))).toEqual({ kind: 'blocked', because: 'somebody else is moving it now: Eviction triggered evacuation of VMI' });
  });
});
