import { describe, expect, it } from 'vitest';
import { type WorkloadStage, aWorkload, aWorkloadStage, withImage, withSpec } from '../../../../test/builders/workloads.ts';
import { resources } from '../../../kube/paths.ts';
import { seconds } from '../../../model/time.ts';
import type { Claim } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import type { StatefulSet } from './objects.ts';
import { runStatefulSets } from './statefulset.ts';

async function started(spec: object): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  stage.start(runStatefulSets);
  stage.store.create(builtInResources.statefulsets, aWorkload('StatefulSet', { name: 'web', spec: { serviceName: 'web', replicas: 3, ...spec } }));
  await stage.settle();
  return stage;
}

const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
const statusOf = (stage: WorkloadStage): StatefulSet['status'] => stage.get<StatefulSet>(builtInResources.statefulsets, 'web')?.status;

describe('a StatefulSet with the policy OrderedReady', () => {
  it('creates its pods one after the other, each when the one before it is ready', async () => {
    const stage = await started({});
    expect(stage.pods()).toEqual(['web-0']);
    await stage.run('web-0');
    expect(stage.pods()).toEqual(['web-0', 'web-1']);
    await stage.run('web-1');
    await stage.run('web-2');
    expect(stage.pods()).toEqual(['web-0', 'web-1', 'web-2']);
    expect(statusOf(stage)).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, observedGeneration: 1 });
  });

  it('scales down from the highest ordinal, one at a time', async () => {
    const stage = await started({});
    for (const name of ['web-0', 'web-1', 'web-2']) await stage.run(name);
    stage.bind();
    await stage.update(builtInResources.statefulsets, 'web', withSpec({ replicas: 1 }));
    expect(stage.pods()).toEqual(['web-0', 'web-1', 'web-2 (ending)']);
    await stage.end('web-2');
    expect(stage.pods()).toEqual(['web-0', 'web-1 (ending)']);
  });
});

describe('a StatefulSet with the policy Parallel', () => {
  it('creates all pods at once, with stable names, labels, host names and claims', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel', volumeClaimTemplates: [claim] });
    expect(stage.pods()).toEqual(['web-0', 'web-1', 'web-2']);
    const pod = stage.pod('web-1');
    const revision = statusOf(stage)?.updateRevision;
    expect(revision).toMatch(/^web-[b-z2-9]+$/u);
    expect(pod?.metadata.labels).toEqual({
      'app': 'web', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': revision, 'statefulset.kubernetes.io/pod-name': 'web-1',
    });
    expect(pod?.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-web-1' } }] });
    expect([...stage.store.list<Claim>(resources.persistentvolumeclaims)].map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
      ['data-web-0', { app: 'web' }], ['data-web-1', { app: 'web' }], ['data-web-2', { app: 'web' }],
    ]);
  });

  it('replaces a pod only when its object has vanished, however long it has been ending', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel' });
    await stage.run();
    const uid = stage.pod('web-1')?.metadata.uid;
    stage.bind('web-1');
    await stage.remove('web-1');
    await stage.pass(seconds(100_000));
    expect(stage.pods()).toEqual(['web-0', 'web-1 (ending)', 'web-2']);
    expect(stage.pod('web-1')?.metadata.uid).toBe(uid);
    expect(statusOf(stage)).toMatchObject({ replicas: 3, currentReplicas: 2 });
    await stage.end('web-1');
    expect(stage.pods()).toEqual(['web-0', 'web-1', 'web-2']);
    expect(stage.pod('web-1')?.metadata.uid).not.toBe(uid);
  });

  it.each(['Failed', 'Succeeded'])('deletes a pod that is %s, and makes another', async (phase) => {
    const stage = await started({ podManagementPolicy: 'Parallel' });
    await stage.run();
    const uid = stage.pod('web-2')?.metadata.uid;
    await stage.setPhase('web-2', phase);
    expect(stage.pod('web-2')?.metadata.uid).not.toBe(uid);
  });

  it('keeps claims when it scales down, and gives them to the same ordinal again', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel', volumeClaimTemplates: [claim] });
    const before = stage.get<Claim>(resources.persistentvolumeclaims, 'data-web-2')?.metadata.uid;
    await stage.update(builtInResources.statefulsets, 'web', withSpec({ replicas: 0 }));
    expect(stage.pods()).toEqual([]);
    await stage.update(builtInResources.statefulsets, 'web', withSpec({ replicas: 3 }));
    expect(stage.pods()).toHaveLength(3);
    expect(stage.get<Claim>(resources.persistentvolumeclaims, 'data-web-2')?.metadata.uid).toBe(before);
  });
});

describe('a change of the template', () => {
  const images = (stage: WorkloadStage): (string | undefined)[] => ['web-0', 'web-1', 'web-2'].map((name) => stage.pod(name)?.spec.containers[0]?.image);

  it('replaces pods from the highest ordinal down, each when the one above it is ready', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel' });
    await stage.run();
    await stage.update(builtInResources.statefulsets, 'web', withImage('two'));
    expect(images(stage)).toEqual(['one', 'one', 'two']);
    expect(statusOf(stage)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    expect(statusOf(stage)?.currentRevision).not.toBe(statusOf(stage)?.updateRevision);
    await stage.run('web-2');
    expect(images(stage)).toEqual(['one', 'two', 'two']);
    await stage.run('web-1');
    await stage.run('web-0');
    expect(images(stage)).toEqual(['two', 'two', 'two']);
    expect(statusOf(stage)?.currentRevision).toBe(statusOf(stage)?.updateRevision);
  });

  it('stops at the partition, below which a pod that is made anew keeps the old template', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await stage.run();
    await stage.update(builtInResources.statefulsets, 'web', withImage('two'));
    await stage.run('web-2');
    await stage.remove('web-0');
    expect(images(stage)).toEqual(['one', 'one', 'two']);
  });

  it('waits for somebody to delete the pods with the strategy OnDelete', async () => {
    const stage = await started({ podManagementPolicy: 'Parallel', updateStrategy: { type: 'OnDelete' } });
    await stage.run();
    await stage.update(builtInResources.statefulsets, 'web', withImage('two'));
    expect(images(stage)).toEqual(['one', 'one', 'one']);
    await stage.remove('web-1');
    expect(images(stage)).toEqual(['one', 'two', 'one']);
  });
});

it('counts a pod as available when it has been ready for minReadySeconds', async () => {
  const stage = await started({ podManagementPolicy: 'Parallel', minReadySeconds: 10 });
  await stage.run();
  expect(statusOf(stage)).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
  await stage.pass(seconds(10));
  expect(statusOf(stage)).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
});
