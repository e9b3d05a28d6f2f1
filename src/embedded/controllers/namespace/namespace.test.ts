import { describe, expect, it } from 'vitest';
import { aStage, embeddedPod } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds, seconds } from '../../../model/time.ts';
import { type NamespaceObject, namespaceController } from './namespace.ts';

const now = milliseconds(0);

async function stageWith(pods: readonly object[], claims: readonly object[]) {
  const stage = aStage();
  stage.store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', finalizers: ['stands.for/spec-finalizers'] }, status: { phase: 'Active' } });
  for (const pod of pods) stage.store.create(resources.pods, pod);
  for (const metadata of claims) stage.store.create(resources.persistentvolumeclaims, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'default', ...metadata } });
  const stop = stage.start(namespaceController);
  await stage.pass(now);
  stage.store.writes.length = 0;
  return { ...stage, stop, namespace: () => stage.store.get<NamespaceObject>(resources.namespaces, { name: 'default' }) };
}

const conditions = (namespace: NamespaceObject | undefined): object => Object.fromEntries((namespace?.status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ reason, message }) => [reason, message]));

describe('a namespace', () => {
  it('that was not deleted keeps what is in it', async () => {
    const stage = await stageWith([embeddedPod({ name: 'p', node: 'n' })], []);
    await stage.pass(seconds(60));
    expect(stage.store.writes).toEqual([]);
    await stage.stop();
  });

  it('that was deleted loses its pods, then the rest, then itself', async () => {
    const stage = await stageWith([embeddedPod({ name: 'p', node: 'n', spec: { terminationGracePeriodSeconds: 30 } })], [{ name: 'data', finalizers: ['kubernetes.io/pvc-protection'] }]);
    stage.store.remove(resources.namespaces, { name: 'default' });
    await stage.pass(seconds(15));
    expect(stage.store.writes).toEqual(['delete namespaces default', 'delete pods p', 'status namespaces default']);
    stage.store.remove(resources.pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 });
    await stage.pass(seconds(1));
    expect(conditions(stage.namespace())).toEqual({
      SomeResourcesRemain: 'Some resources are remaining: persistentvolumeclaims. has 1 resource instances',
      SomeFinalizersRemain: 'Some content in the namespace has finalizers remaining: kubernetes.io/pvc-protection in 1 resource instances',
    });
    const claim = stage.store.get(resources.persistentvolumeclaims, { namespace: 'default', name: 'data' })!;
    stage.store.update(resources.persistentvolumeclaims, { ...claim, metadata: { ...claim.metadata, finalizers: [] } });
    await stage.pass(seconds(8));
    expect(stage.store.writes.at(-1)).toBe('finalize namespaces default');
    expect(stage.namespace()).toBeUndefined();
    await stage.stop();
  });
});
