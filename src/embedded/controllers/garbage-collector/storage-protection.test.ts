import { describe, expect, it } from 'vitest';
import { aStage, embeddedPod } from '../../../../test/builders/embedded.ts';
import { resources } from '../../../kube/paths.ts';
import { milliseconds } from '../../../model/time.ts';
import { storageProtection } from './storage-protection.ts';

const now = milliseconds(0);
const name = { namespace: 'default', name: 'data' };
const usesData = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };

async function aClaim() {
  const stage = aStage();
  stage.store.create(resources.persistentvolumeclaims, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: name });
  const stop = stage.start(storageProtection);
  await stage.pass(now);
  return { ...stage, stop, isThere: () => stage.store.get(resources.persistentvolumeclaims, name) !== undefined };
}

describe('a claim that is deleted', () => {
  it.each([
    ['goes when no pod uses it', undefined, false],
    ['goes when the pod that uses it has no node', {}, false],
    ['stays while a pod with a node uses it', { node: 'n' }, true],
    ['stays while a pod uses it that is over', { node: 'n', status: { phase: 'Succeeded' } }, true],
  ])('%s', async (_, pod, stays) => {
    const stage = await aClaim();
    if (pod !== undefined) stage.store.create(resources.pods, embeddedPod({ name: 'p', spec: usesData, ...pod }));
    stage.store.remove(resources.persistentvolumeclaims, name);
    await stage.pass(now);
    expect(stage.isThere()).toBe(stays);
    await stage.stop();
  });

  it('goes with the last pod that uses it', async () => {
    const stage = await aClaim();
    stage.store.create(resources.pods, embeddedPod({ name: 'p', node: 'n', spec: usesData }));
    stage.store.remove(resources.persistentvolumeclaims, name);
    stage.store.remove(resources.pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 });
    await stage.pass(now);
    expect(stage.isThere()).toBe(false);
    await stage.stop();
  });
});

describe('a volume that is deleted', () => {
  it.each([['Bound', true], ['Released', false]])('%s: stays %s', async (phase, stays) => {
    const stage = await aClaim();
    stage.store.create(resources.persistentvolumes, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, status: { phase } });
    await stage.pass(now);
    stage.store.remove(resources.persistentvolumes, { name: 'pv' });
    await stage.pass(now);
    expect(stage.store.get(resources.persistentvolumes, { name: 'pv' }) !== undefined).toBe(stays);
    await stage.stop();
  });
});
