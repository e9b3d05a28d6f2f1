import { describe, expect, it } from 'vitest';
import { type NodeWish, type PodWish, aStage, embeddedNode, embeddedPod, podNamed } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds, seconds } from '../../../model/time.ts';
import { conditionOf } from '../node-and-pod.ts';
import { realTimings } from '../timings.ts';
import { podGc } from './pod-gc.ts';

const terminating = { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30 };
const outOfService = [{ key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoSchedule' }];

async function stageWith(node: NodeWish | undefined, pods: readonly PodWish[], threshold = 12_500) {
  const stage = aStage();
  if (node !== undefined) stage.store.create(resources.nodes, embeddedNode(node));
  for (const pod of pods) stage.store.create(resources.pods, embeddedPod(pod));
  stage.store.writes.length = 0;
  const stop = stage.start(podGc({ ...realTimings, terminatedPodThreshold: threshold }));
  await stage.pass(milliseconds(0));
  return { ...stage, stop };
}

describe('pod GC, of a pod that terminates', () => {
  it.each([
    ['on a silent node that is out of service', { name: 'n', ready: 'Unknown', taints: outOfService } as const, 'n', ['status pods p', 'delete pods p now']],
    ['on a NotReady node that is out of service', { name: 'n', ready: 'False', taints: outOfService } as const, 'n', ['status pods p', 'delete pods p now']],
    ['on a Ready node that is out of service', { name: 'n', ready: 'True', taints: outOfService } as const, 'n', []],
    ['on a silent node without the taint', { name: 'n', ready: 'Unknown' } as const, 'n', []],
    ['and never had a node', undefined, undefined, ['status pods p', 'delete pods p now']],
  ])('%s', async (_, node, on, writes) => {
    const stage = await stageWith(node, [{ name: 'p', metadata: terminating, ...(on === undefined ? {} : { node: on }) }]);
    expect(stage.store.writes).toEqual(writes);
    await stage.stop();
  });

  it('sees it in the next round, and says Failed but nothing of a disruption', async () => {
    const stage = await stageWith({ name: 'n', ready: 'Unknown', taints: outOfService }, [{ name: 'p', node: 'n', metadata: { finalizers: ['held.by/somebody'] } }]);
    await stage.pass(seconds(5));
    stage.store.remove(resources.pods, { namespace: 'default', name: 'p' });
    await stage.pass(seconds(10));
    expect(podNamed(stage, 'p')?.status?.phase).toBe('Running');
    await stage.pass(seconds(5));
    expect(podNamed(stage, 'p')).toMatchObject({ metadata: { deletionGracePeriodSeconds: 0 }, status: { phase: 'Failed' } });
    expect(conditionOf(podNamed(stage, 'p')!, 'DisruptionTarget')).toBeUndefined();
    await stage.stop();
  });

  it('leaves one alone on an out-of-service node that was not deleted', async () => {
    const stage = await stageWith({ name: 'n', ready: 'Unknown', taints: outOfService }, [{ name: 'p', node: 'n' }]);
    await stage.pass(seconds(60));
    expect(stage.store.writes).toEqual([]);
    await stage.stop();
  });
});

describe('pod GC, of a pod whose node is gone', () => {
  it('deletes it after the quarantine, with the reason in a condition', async () => {
    const stage = await stageWith(undefined, [{ name: 'p', node: 'gone', metadata: { finalizers: ['held.by/somebody'] } }]);
    await stage.pass(seconds(39));
    expect(stage.store.writes).toEqual([]);
    await stage.pass(seconds(2));
    expect(stage.store.writes).toEqual(['status pods p', 'delete pods p now']);
    expect(podNamed(stage, 'p')?.status?.phase).toBe('Failed');
    expect(conditionOf(podNamed(stage, 'p')!, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' });
    await stage.stop();
  });

  it('keeps it when the node comes back in time', async () => {
    const stage = await stageWith(undefined, [{ name: 'p', node: 'n' }]);
    await stage.pass(seconds(30));
    stage.store.create(resources.nodes, embeddedNode({ name: 'n' }));
    await stage.pass(seconds(90));
    expect(podNamed(stage, 'p')?.status?.phase).toBe('Running');
    await stage.stop();
  });
});

describe('pod GC, of pods that are over', () => {
  it('deletes the evicted and the oldest above the threshold', async () => {
    const over = (name: string, day: number, status: object): PodWish => ({ name, node: 'n', metadata: { creationTimestamp: `2026-01-0${day}T00:00:00Z` }, status });
    const pods = [over('old', 1, { phase: 'Succeeded' }), over('new', 3, { phase: 'Failed' }), over('evicted', 4, { phase: 'Failed', reason: 'Evicted' }), over('runs', 1, {})];
    const stage = await stageWith({ name: 'n' }, pods, 1);
    expect(stage.store.writes).toEqual(['delete pods evicted now', 'delete pods old now']);
    await stage.stop();
  });
});
