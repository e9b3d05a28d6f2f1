import { expect, test } from 'vitest';
import { embeddedWorld, type EmbeddedWorld } from '../../../test/fakes/embedded-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const merge = { patch: 'application/merge-patch+json' } as const;

interface Situation {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly budget?: Readonly<Record<string, unknown>>;
  readonly policy?: string;
}

/** A pod `web` on a node, and a budget over it with this status. */
async function situation({ ready = true, phase = 'Running', budget = {}, policy }: Situation = {}): Promise<EmbeddedWorld> {
  const world = embeddedWorld();
  await world.ask('POST', pods, { body: { metadata: { name: 'web', labels: { app: 'web' } }, spec: { nodeName: 'n1' } } });
  await world.ask('PATCH', `${pods}/web/status`, { ...merge, body: { status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } } });
  await world.ask('POST', budgets, { body: { metadata: { name: 'b' }, spec: { selector: { matchLabels: { app: 'web' } }, unhealthyPodEvictionPolicy: policy } } });
  await world.ask('PATCH', `${budgets}/b/status`, { ...merge, body: { status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, ...budget } } });
  return world;
}

const evict = (world: EmbeddedWorld, more: object = {}): ReturnType<EmbeddedWorld['ask']> => world.ask('POST', `${pods}/web/eviction`, { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' }, ...more } });

test('an eviction costs the budget one disruption, and the pod says why it goes', async () => {
  const world = await situation();
  await evict(world);
  const [pod, budget] = [await world.ask('GET', `${pods}/web`), await world.ask('GET', `${budgets}/b`)];
  expect(pod.body.metadata.deletionTimestamp).toBe('2026-01-01T00:00:30Z');
  expect(pod.body.status).toMatchObject({ conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] });
  expect(budget.body.status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { web: '2026-01-01T00:00:00Z' }, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }] });
});

test.each<readonly [string, Situation, string, string]>([
  ['the budget is used up', { budget: { disruptionsAllowed: 0, currentHealthy: 1 } }, '429 TooManyRequests', 'The disruption budget b needs 1 healthy pods and has 1 currently'],
  ['the budget was not looked at yet', { budget: { observedGeneration: 0 } }, '429 TooManyRequests', 'The disruption budget b is still being processed by the server.'],
  ['it is not ready and the others do not suffice', { ready: false, budget: { disruptionsAllowed: 0, currentHealthy: 0 } }, '429 TooManyRequests', 'The disruption budget b needs 1 healthy pods and has 0 currently'],
])('a pod stays when %s', async (_says, given, expected, cause) => {
  const world = await situation(given);
  const { code, reason, body } = await evict(world);
  expect([`${code} ${reason}`, body.details?.causes?.[0]]).toEqual([expected, { reason: 'DisruptionBudget', message: cause }]);
  expect((await world.ask('GET', `${pods}/web`)).body.metadata.deletionTimestamp).toBeUndefined();
});

test.each<readonly [string, Situation]>([
  ['is not ready while enough others are', { ready: false, budget: { disruptionsAllowed: 0, currentHealthy: 1 } }],
  ['is not ready and the policy lets such go', { ready: false, policy: 'AlwaysAllow', budget: { disruptionsAllowed: 0, currentHealthy: 0 } }],
  ['does not run yet', { phase: 'Pending', budget: { disruptionsAllowed: 0 } }],
  ['is over', { phase: 'Failed', budget: { disruptionsAllowed: 0 } }],
])('a pod goes at no cost when it %s', async (_says, given) => {
  const world = await situation(given);
  const before = (await world.ask('GET', `${budgets}/b`)).body.metadata.resourceVersion;
  expect([(await evict(world)).code, (await world.ask('GET', `${budgets}/b`)).body.metadata.resourceVersion]).toEqual([200, before]);
});

test('two budgets over one pod are an error', async () => {
  const world = await situation();
  await world.ask('POST', budgets, { body: { metadata: { name: 'all' }, spec: { selector: {} } } });
  expect([(await evict(world)).code, (await evict(world)).body.message]).toEqual([500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.']);
});

test.each<readonly [string, object, string]>([
  ['another pod of the name', { deleteOptions: { preconditions: { uid: 'other' } } }, '409 Conflict'],
  ['an old version', { deleteOptions: { preconditions: { resourceVersion: '1' } } }, '409 Conflict'],
  ['another name', { metadata: { name: 'db' } }, '400 BadRequest'],
  ['another kind', { kind: 'Pod', apiVersion: 'v1' }, '400 BadRequest'],
])('an eviction of %s is refused', async (_says, more, expected) => {
  const { code, reason } = await evict(await situation(), more);
  expect(`${code} ${reason}`).toBe(expected);
});

test('an eviction with the right version goes through, although it changes the pod first', async () => {
  const world = await situation();
  const { resourceVersion } = (await world.ask('GET', `${pods}/web`)).body.metadata;
  expect((await evict(world, { deleteOptions: { preconditions: { resourceVersion }, gracePeriodSeconds: 5 } })).code).toBe(200);
  expect((await world.ask('GET', `${pods}/web`)).body.metadata.deletionGracePeriodSeconds).toBe(5);
});

test('a dry run of an eviction costs nothing', async () => {
  const world = await situation();
  await world.ask('POST', `${pods}/web/eviction`, { query: { dryRun: 'All' }, body: { metadata: { name: 'web' } } });
  await evict(world, { deleteOptions: { dryRun: ['All'] } });
  expect([(await world.ask('GET', `${budgets}/b`)).body.status, (await world.ask('GET', `${pods}/web`)).body.metadata.deletionTimestamp]).toEqual([expect.objectContaining({ disruptionsAllowed: 1 }), undefined]);
});

test('a pod is bound once', async () => {
  const world = embeddedWorld();
  await world.ask('POST', pods, { body: { metadata: { name: 'a' } } });
  const bind = (target: object): ReturnType<EmbeddedWorld['ask']> => world.ask('POST', `${pods}/a/binding`, { body: { metadata: { name: 'a' }, target } });
  expect((await bind({ kind: 'Node' })).code).toBe(500);
  expect((await bind({ kind: 'Node', name: 'n1' })).code).toBe(200);
  expect((await world.ask('GET', `${pods}/a`)).body).toMatchObject({ spec: { nodeName: 'n1' }, status: { conditions: [{ type: 'PodScheduled', status: 'True' }] } });
  const again = await bind({ kind: 'Node', name: 'n2' });
  expect([again.code, again.reason, again.body.message]).toEqual([409, 'Conflict', 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n1"']);
  expect((await world.ask('GET', '/api/v1/pods', { query: { fieldSelector: 'spec.nodeName=n1' } })).body.items.length).toBe(1);
});

test('a workload is scaled', async () => {
  const world = embeddedWorld();
  const scale = '/apis/apps/v1/namespaces/default/deployments/d/scale';
  await world.ask('POST', '/apis/apps/v1/namespaces/default/deployments', { body: { metadata: { name: 'd' }, spec: { replicas: 2, selector: { matchLabels: { app: 'd' } } } } });
  expect((await world.ask('GET', scale)).body).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 0, selector: 'app=d' } });
  await world.ask('PUT', scale, { body: { metadata: { name: 'd' }, spec: { replicas: 3 } } });
  const four = await world.ask('PATCH', scale, { ...merge, body: { spec: { replicas: 4 } } });
  const negative = await world.ask('PATCH', scale, { ...merge, body: { spec: { replicas: -1 } } });
  const stale = await world.ask('PUT', scale, { body: { metadata: { name: 'd', resourceVersion: '1' }, spec: { replicas: 5 } } });
  expect([four.body.spec, negative.code, stale.code]).toEqual([{ replicas: 4 }, 422, 409]);
  expect((await world.ask('GET', scale.slice(0, -6))).body).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 3 } });
});

test('a namespace is gone when it is empty', async () => {
  const world = embeddedWorld();
  await world.ask('POST', '/api/v1/namespaces', { body: { metadata: { name: 'x' }, spec: { finalizers: ['kubernetes'] } } });
  await world.ask('DELETE', '/api/v1/namespaces/x');
  expect((await world.ask('GET', '/api/v1/namespaces/x')).body.status).toEqual({ phase: 'Terminating' });
  await world.ask('PUT', '/api/v1/namespaces/x/finalize', { body: { metadata: { name: 'x' }, spec: {} } });
  expect((await world.ask('GET', '/api/v1/namespaces/x')).code).toBe(404);
});
