import { describe, expect, it } from 'vitest';
import { type Stage, aStage, embeddedPod, podNamed } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { rfc3339 } from '../../../kube/timestamps.ts';
import { milliseconds, seconds } from '../../../model/time.ts';
import { conditionOf } from '../node-and-pod.ts';
import { realTimings } from '../timings.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { disruption } from './disruption.ts';
import type { BudgetObject } from './objects.ts';

const now = milliseconds(0);
const labels = { app: 'web' };
const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };

/** A Deployment with this many replicas, and a budget over the pods of its ReplicaSet. */
async function aBudget(spec: object, { replicas = 3 } = {}) {
  const stage = aStage();
  const owner = (object: { apiVersion: string; kind: string; metadata: { name: string; uid: string } }): object[] => [{ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, uid: object.metadata.uid, controller: true }];
  const deployment = stage.store.create(builtInResources.deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec: { replicas } });
  const set = stage.store.create(builtInResources.replicasets, { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web-1', namespace: 'default', ownerReferences: owner(deployment) }, spec: { replicas: 1 } });
  stage.store.create(resources.poddisruptionbudgets, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'default', generation: 1 }, spec: { selector: { matchLabels: labels }, ...spec } });
  const stop = stage.start(disruption(realTimings));
  const add = (name: string, wish: object = {}): void => {
    stage.store.create(resources.pods, embeddedPod({ name, node: 'n', metadata: { labels, ownerReferences: owner(set) }, ...wish }));
  };
  await stage.pass(now);
  return { ...stage, stop, add, budget: () => budgetOf(stage) };
}

const budgetOf = ({ store }: Stage): BudgetObject => store.get<BudgetObject>(resources.poddisruptionbudgets, { namespace: 'default', name: 'web' })!;
const numbers = ({ status }: BudgetObject): readonly unknown[] => [status?.expectedPods, status?.desiredHealthy, status?.currentHealthy, status?.disruptionsAllowed];

describe('a disruption budget', () => {
  it.each([
    [{ minAvailable: 2 }, 3, [3, 2, 3, 1]],
    [{ minAvailable: 5 }, 3, [3, 5, 3, 0]],
    [{ minAvailable: '50%' }, 5, [5, 3, 3, 0]],
    [{ maxUnavailable: 1 }, 3, [3, 2, 3, 1]],
    [{ maxUnavailable: '40%' }, 4, [4, 2, 3, 1]],
    [{ maxUnavailable: '100%' }, 3, [3, 0, 3, 3]],
    [{ maxUnavailable: 9 }, 3, [3, 0, 3, 3]],
    [{ minAvailable: 0 }, 3, [3, 0, 3, 3]],
  ])('%j over three ready pods of %i replicas: expected, desired, healthy, allowed are %j', async (spec, replicas, wanted) => {
    const stage = await aBudget(spec, { replicas });
    for (const name of ['a', 'b', 'c']) stage.add(name);
    await stage.pass(now);
    expect(numbers(stage.budget())).toEqual(wanted);
    await stage.stop();
  });

  it('says so in a condition, with the generation that it counted for', async () => {
    const stage = await aBudget({ minAvailable: 1 });
    expect(stage.budget().status).toMatchObject({ observedGeneration: 1, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', message: '', observedGeneration: 1 }] });
    for (const name of ['a', 'b']) stage.add(name);
    await stage.pass(now);
    expect(stage.budget().status?.conditions).toMatchObject([{ status: 'True', reason: 'SufficientPods' }]);
    await stage.stop();
  });

  it('does not count pods that are not ready, terminate, or have other labels', async () => {
    const stage = await aBudget({ minAvailable: 1 });
    stage.add('a');
    stage.add('b', { status: notReady });
    stage.add('c');
    stage.add('d', { metadata: {} });
    stage.store.remove(resources.pods, { namespace: 'default', name: 'c' });
    await stage.pass(now);
    expect(numbers(stage.budget())).toEqual([3, 1, 1, 0]);
    await stage.stop();
  });

  it('follows pods that go and a selector that changes', async () => {
    const stage = await aBudget({ minAvailable: 1 });
    for (const name of ['a', 'b']) stage.add(name);
    await stage.pass(now);
    stage.store.remove(resources.pods, { namespace: 'default', name: 'a' }, { gracePeriodSeconds: 0 });
    await stage.pass(now);
    expect(numbers(stage.budget())).toEqual([1, 1, 1, 0]);
    stage.store.update(resources.poddisruptionbudgets, { ...stage.budget(), spec: { selector: { matchLabels: { app: 'other' } }, minAvailable: 1 } });
    await stage.pass(now);
    expect(numbers(stage.budget())).toEqual([0, 1, 0, 0]);
    await stage.stop();
  });

  it('does not count an evicted pod for two minutes, then again when nobody deleted it', async () => {
    const stage = await aBudget({ minAvailable: 1 });
    for (const name of ['a', 'b']) stage.add(name);
    await stage.pass(now);
    const disruptedPods = { a: rfc3339(stage.clock.now().wall) };
    stage.store.updateStatus(resources.poddisruptionbudgets, { ...stage.budget(), status: { ...stage.budget().status, disruptedPods, disruptionsAllowed: 0 } });
    await stage.pass(seconds(119));
    expect([...numbers(stage.budget()), stage.budget().status?.disruptedPods]).toEqual([2, 1, 1, 0, disruptedPods]);
    await stage.pass(seconds(1));
    expect([...numbers(stage.budget()), stage.budget().status?.disruptedPods]).toEqual([2, 1, 2, 1, undefined]);
    expect(stage.events('a')).toEqual(['NotDeleted']);
    await stage.stop();
  });

  it('allows nothing when the owner of its pods has no scale', async () => {
    const stage = await aBudget({ maxUnavailable: 1 });
    stage.add('a', { metadata: { labels, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true }] } });
    await stage.pass(now);
    expect(stage.budget().status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'SyncFailed', message: 'daemonsets.apps does not implement the scale subresource' }] });
    await stage.stop();
  });
});

describe('a DisruptionTarget', () => {
  it.each([
    ['DeletionByTaintManager', 'False'],
    ['TerminationByKubelet', 'True'],
  ])('of reason %s on a pod that nobody deletes is %s after two minutes', async (reason, status) => {
    const stage = await aBudget({ minAvailable: 1 });
    stage.add('a', { status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime: rfc3339(stage.clock.now().wall) }] } });
    await stage.pass(seconds(119));
    expect(conditionOf(podNamed(stage, 'a')!, 'DisruptionTarget')?.status).toBe('True');
    await stage.pass(seconds(1));
    expect(conditionOf(podNamed(stage, 'a')!, 'DisruptionTarget')?.status).toBe(status);
    await stage.stop();
  });
});
