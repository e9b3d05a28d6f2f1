import { expect, it, test } from 'vitest';
import { type WorkloadStage, aWorkload, aWorkloadStage, withSpec } from '../../../../test/builders/workloads.ts';
import { resources } from '../../../kube/paths.ts';
import { instant } from '../../../model/time.ts';
import type { Pod } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { inDeletionOrder } from './deletion-order.ts';
import type { ReplicaSet } from './objects.ts';
import { runReplicaSets } from './replicaset.ts';

async function started(spec: object = { replicas: 3 }): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  stage.start(runReplicaSets);
  stage.store.create(builtInResources.replicasets, aWorkload('ReplicaSet', { name: 'web', spec }));
  await stage.settle();
  return stage;
}

const statusOf = (stage: WorkloadStage): ReplicaSet['status'] => stage.get<ReplicaSet>(builtInResources.replicasets, 'web')?.status;

it('creates what is missing and says so', async () => {
  const stage = await started();
  expect(stage.pods()).toEqual(['web-1', 'web-2', 'web-3']);
  expect(stage.events('web')).toEqual(['SuccessfulCreate', 'SuccessfulCreate', 'SuccessfulCreate']);
  await stage.run('web-1', 'web-2');
  expect(statusOf(stage)).toEqual({ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 2, availableReplicas: 2, terminatingReplicas: 0, observedGeneration: 1 });
});

it('replaces a pod at once when it is ending or over, and counts it no more', async () => {
  const stage = await started();
  await stage.run();
  stage.bind('web-1');
  await stage.remove('web-1');
  await stage.setPhase('web-2', 'Failed');
  expect(stage.pods()).toEqual(['web-1 (ending)', 'web-2', 'web-3', 'web-4', 'web-5']);
  expect(statusOf(stage)).toMatchObject({ replicas: 3, readyReplicas: 1, terminatingReplicas: 1 });
});

it('adopts an orphan that it selects, and lets go a pod that it selects no more', async () => {
  const stage = await started({ replicas: 1 });
  stage.store.create(resources.pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'stray', namespace: 'default', labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'one' }], nodeName: 'worker-1' } });
  await stage.run('stray');
  expect(stage.pods()).toEqual(['stray']);
  expect(stage.pod('stray')?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'ReplicaSet', name: 'web', controller: true });
  await stage.update<Pod>(resources.pods, 'stray', (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } }));
  expect(stage.pods()).toEqual(['stray', 'web-2']);
  expect(stage.pod('stray')?.metadata.ownerReferences ?? []).toEqual([]);
});

it('scales down the pod that is not ready', async () => {
  const stage = await started();
  await stage.run('web-1', 'web-3');
  await stage.update(builtInResources.replicasets, 'web', withSpec({ replicas: 2 }));
  expect(stage.pods()).toEqual(['web-1', 'web-3']);
});

const now = instant(Date.UTC(2026, 0, 2));
interface Wish { readonly node?: string; readonly phase?: string; readonly readySince?: string; readonly cost?: string; readonly restarts?: number; readonly created?: string }
const pod = (name: string, { node = 'a', phase = 'Running', readySince = '2026-01-01T00:00:00Z', cost, restarts = 0, created = '2026-01-01T00:00:00Z' }: Wish = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: created, ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }) },
  spec: { containers: [], ...(node === '' ? {} : { nodeName: node }) },
  status: { phase, conditions: readySince === '' ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: readySince }], containerStatuses: [{ restartCount: restarts }] },
});

test.each<[why: string, first: Pod, last: Pod]>([
  ['a pod without a node', pod('x', { node: '' }), pod('a')],
  ['a pending pod', pod('x', { phase: 'Pending' }), pod('a')],
  ['a pod that is not ready', pod('x', { readySince: '' }), pod('a')],
  ['a cheap pod', pod('x', { cost: '-1' }), pod('a')],
  ['a pod that shares its node', pod('x', { node: 'crowded' }), pod('a')],
  ['a pod that became ready lately', pod('x', { readySince: '2026-01-01T23:00:00Z' }), pod('a')],
  ['a pod that was restarted', pod('x', { restarts: 3 }), pod('a')],
  ['a young pod', pod('x', { created: '2026-01-01T23:00:00Z' }), pod('a')],
  ['of equal ones that with the lower UID', pod('a'), pod('x')],
  ['of pods ready for 10 and 12 hours that with the lower UID', pod('a', { readySince: '2026-01-01T12:00:00Z' }), pod('x', { readySince: '2026-01-01T14:00:00Z' })],
])('gives up %s first', (_, first, last) => {
  const onNode = new Map([['a', 1], ['crowded', 2]]);
  expect(inDeletionOrder([last, first], onNode, now).map(({ metadata }) => metadata.name)).toEqual([first.metadata.name, last.metadata.name]);
});
