import { describe, expect, it } from 'vitest';
import { type Stage, aStage, embeddedNode, embeddedPod, nodeNamed, podNamed } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds, seconds } from '../../../model/time.ts';
import { type Taint, type Toleration, conditionOf } from '../node-and-pod.ts';
import { taintEviction } from './taint-eviction.ts';

const unreachable: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
const other: Taint = { key: 'maintenance', value: 'disk', effect: 'NoExecute' };
const tolerating = (taint: Taint, tolerationSeconds?: number): Toleration => ({ key: taint.key, operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) });

async function stageWith(tolerations: readonly Toleration[]) {
  const stage = aStage();
  stage.store.create(resources.nodes, embeddedNode({ name: 'n' }));
  stage.store.create(resources.pods, embeddedPod({ name: 'p', node: 'n', spec: { tolerations } }));
  const stop = stage.start(taintEviction);
  await stage.pass(milliseconds(0));
  return { ...stage, stop };
}

async function taint(stage: Stage, taints: readonly Taint[]): Promise<void> {
  const node = nodeNamed(stage, 'n')!;
  stage.store.update(resources.nodes, { ...node, spec: { taints } });
  await stage.pass(milliseconds(0));
}

const isDeleted = (stage: Stage): boolean => podNamed(stage, 'p')?.metadata.deletionTimestamp !== undefined;

describe('taint eviction', () => {
  it.each([
    ['without a toleration at once', [], 0],
    ['that tolerates another effect only at once', [{ key: unreachable.key, operator: 'Exists', effect: 'NoSchedule' }], 0],
    ['that tolerates another value only at once', [{ ...tolerating(unreachable), operator: 'Equal', value: 'x' }], 0],
    ['after the time that it tolerates', [tolerating(unreachable, 300)], 300],
    ['with a negative time at once', [tolerating(unreachable, -5)], 0],
  ])('deletes a pod %s', async (_, tolerations: readonly Toleration[], after) => {
    const stage = await stageWith(tolerations);
    await taint(stage, [unreachable]);
    await stage.pass(seconds(Math.max(0, after - 1)));
    expect(isDeleted(stage)).toBe(after === 0);
    await stage.pass(seconds(1));
    expect(isDeleted(stage)).toBe(true);
    expect(conditionOf(podNamed(stage, 'p')!, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' });
    expect(stage.events('p')).toEqual(['TaintManagerEviction']);
    await stage.stop();
  });

  it.each([
    ['tolerates it for ever', [tolerating(unreachable)], unreachable],
    ['tolerates everything', [{ operator: 'Exists' }], other],
    ['meets a taint of another effect', [], { ...unreachable, effect: 'NoSchedule' }],
  ])('leaves a pod that %s', async (_, tolerations: readonly Toleration[], added) => {
    const stage = await stageWith(tolerations);
    await taint(stage, [added]);
    await stage.pass(seconds(4_000));
    expect(isDeleted(stage)).toBe(false);
    await stage.stop();
  });

  it('lets a time run on while one NoExecute taint is left, and ends it when none is', async () => {
    const stage = await stageWith([tolerating(unreachable, 300), tolerating(other, 500)]);
    await taint(stage, [unreachable]);
    await stage.pass(seconds(100));
    await taint(stage, [unreachable, other]);
    await stage.pass(seconds(100));
    await taint(stage, [other]);
    await stage.pass(seconds(99));
    expect(isDeleted(stage)).toBe(false);
    await stage.pass(seconds(1));
    expect(isDeleted(stage)).toBe(true);
    await stage.stop();
  });

  it('begins anew after all NoExecute taints were gone', async () => {
    const stage = await stageWith([tolerating(unreachable, 300)]);
    await taint(stage, [unreachable]);
    await stage.pass(seconds(200));
    await taint(stage, []);
    await taint(stage, [unreachable]);
    await stage.pass(seconds(299));
    expect(isDeleted(stage)).toBe(false);
    await stage.pass(seconds(1));
    expect(isDeleted(stage)).toBe(true);
    await stage.stop();
  });

  it('judges a pod that is bound to a tainted node', async () => {
    const stage = await stageWith([tolerating(unreachable)]);
    await taint(stage, [unreachable]);
    stage.store.create(resources.pods, embeddedPod({ name: 'late', spec: {} }));
    stage.store.bind({ namespace: 'default', name: 'late', uid: '' }, 'n');
    await stage.pass(milliseconds(0));
    expect(podNamed(stage, 'late')?.metadata.deletionTimestamp).toBeDefined();
    await stage.stop();
  });

  it('forgets a pod that is gone: one of the same name has its own time', async () => {
    const stage = await stageWith([tolerating(unreachable, 300)]);
    await taint(stage, [unreachable]);
    await stage.pass(seconds(200));
    stage.store.remove(resources.pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 });
    await stage.pass(milliseconds(0));
    stage.store.create(resources.pods, embeddedPod({ name: 'p', node: 'n', spec: { tolerations: [tolerating(unreachable, 300)] } }));
    await stage.pass(seconds(299));
    expect(isDeleted(stage)).toBe(false);
    await stage.pass(seconds(1));
    expect(isDeleted(stage)).toBe(true);
    await stage.stop();
  });
});
