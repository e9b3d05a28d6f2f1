import { describe, expect, it } from 'vitest';
import { type WorkloadStage, aWorkloadStage } from '../../../../test/builders/workloads.ts';
import { storageProtection } from '../garbage-collector/storage-protection.ts';
import { resources } from '../../../kube/paths.ts';
import type { Claim, PersistentVolume } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { promise } from './claims-and-volumes.ts';
import { runVolumeBinding } from './volume-binding.ts';

interface Wish { readonly size?: string; readonly storageClass?: string; readonly modes?: readonly string[] }
const volume = (name: string, { size = '1Gi', storageClass = '', modes = ['ReadWriteOnce'] }: Wish = {}, spec: object = {}): object => ({
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name },
  spec: { capacity: { storage: size }, accessModes: modes, storageClassName: storageClass, persistentVolumeReclaimPolicy: 'Retain', csi: { driver: 'd', volumeHandle: name }, ...spec },
});
const claim = (name: string, { size = '1Gi', storageClass = '', modes = ['ReadWriteOnce'] }: Wish = {}, spec: object = {}): object => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' },
  spec: { accessModes: modes, storageClassName: storageClass, resources: { requests: { storage: size } }, ...spec },
});

async function started(volumes: readonly object[], claims: readonly object[]): Promise<WorkloadStage> {
  const stage = aWorkloadStage();
  stage.start(runVolumeBinding);
  stage.start(storageProtection);
  stage.store.create(builtInResources.storageclasses, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' });
  for (const each of volumes) stage.store.create(resources.persistentvolumes, each);
  for (const each of claims) stage.store.create(resources.persistentvolumeclaims, each);
  await stage.settle();
  return stage;
}

const volumeNamed = (stage: WorkloadStage, name: string): PersistentVolume => stage.get<PersistentVolume>(resources.persistentvolumes, name) as PersistentVolume;
const claimNamed = (stage: WorkloadStage, name: string): Claim => stage.get<Claim>(resources.persistentvolumeclaims, name) as Claim;
const states = (stage: WorkloadStage): string[] => [
  ...[...stage.store.list<PersistentVolume>(resources.persistentvolumes)].map(({ metadata, status, spec }) => `${metadata.name} ${status?.phase} ${spec.claimRef?.name ?? '-'}`),
  ...[...stage.store.list<Claim>(resources.persistentvolumeclaims)].map(({ metadata, status, spec }) => `${metadata.name} ${status?.phase} ${spec.volumeName ?? '-'}`),
];

describe('a claim that is bound at once', () => {
  it('gets the smallest volume that is large enough, and both say so', async () => {
    const stage = await started([volume('large', { size: '10Gi' }), volume('small', { size: '1Gi' }), volume('tiny', { size: '1Mi' })], [claim('data')]);
    expect(states(stage)).toEqual(['large Available -', 'small Bound data', 'tiny Available -', 'data Bound small']);
    expect(claimNamed(stage, 'data').metadata.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(claimNamed(stage, 'data').status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    expect(volumeNamed(stage, 'small').metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(volumeNamed(stage, 'small').spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid: claimNamed(stage, 'data').metadata.uid });
  });

  it.each<[string, object, object]>([
    ['another class', volume('v', { storageClass: 'other' }), claim('data')],
    ['fewer access modes', volume('v'), claim('data', { modes: ['ReadWriteMany'] })],
    ['too small a size', volume('v'), claim('data', { size: '2Gi' })],
    ['another mode', volume('v', {}, { volumeMode: 'Block' }), claim('data')],
    ['other labels than the selector', volume('v'), claim('data', {}, { selector: { matchLabels: { fast: 'yes' } } })],
    ['somebody else in claimRef', volume('v', {}, { claimRef: { namespace: 'default', name: 'other' } }), claim('data')],
  ])('does not take a volume with %s', async (_, offered, wanted) => {
    const stage = await started([offered], [wanted]);
    expect(claimNamed(stage, 'data').status?.phase).toBe('Pending');
    expect(volumeNamed(stage, 'v').status?.phase).toBe('Available');
  });

  it('waits for a volume that comes later', async () => {
    const stage = await started([], [claim('data')]);
    expect(stage.events('data')).toEqual(['FailedBinding']);
    stage.store.create(resources.persistentvolumes, volume('late'));
    await stage.settle();
    expect(states(stage)).toEqual(['late Bound data', 'data Bound late']);
  });

  it('takes the volume that it names, and one that names it', async () => {
    const stage = await started([volume('a'), volume('b', { size: '5Gi' }), volume('c', { size: '5Gi' }, { claimRef: { namespace: 'default', name: 'reserved' } })], [claim('wish', {}, { volumeName: 'b' }), claim('reserved')]);
    expect(states(stage)).toEqual(['a Available -', 'b Bound wish', 'c Bound reserved', 'reserved Bound c', 'wish Bound b']);
    expect(volumeNamed(stage, 'c').metadata.annotations).toBeUndefined();
  });
});

describe('a claim that waits for its first pod', () => {
  it('stays Pending until the scheduler has promised it a volume', async () => {
    const stage = await started([volume('v', { storageClass: 'disk' })], [claim('data', { storageClass: 'disk' })]);
    expect(states(stage)).toEqual(['v Available -', 'data Pending -']);
    expect(stage.events('data')).toEqual(['WaitForFirstConsumer']);
    promise(stage.store, volumeNamed(stage, 'v'), claimNamed(stage, 'data'));
    await stage.settle();
    expect(states(stage)).toEqual(['v Bound data', 'data Bound v']);
  });
});

it('releases a volume whose claim is deleted, and gives it to nobody', async () => {
  const stage = await started([volume('v')], [claim('data')]);
  stage.store.remove(resources.persistentvolumeclaims, { namespace: 'default', name: 'data' });
  await stage.settle();
  stage.store.create(resources.persistentvolumeclaims, claim('data'));
  await stage.settle();
  expect(states(stage)).toEqual(['v Released data', 'data Pending -']);
});

it('calls a bound claim lost when its volume is gone', async () => {
  const stage = await started([volume('v')], [claim('data')]);
  stage.store.remove(resources.persistentvolumes, { name: 'v' });
  await stage.update<PersistentVolume>(resources.persistentvolumes, 'v', (volume) => ({ ...volume, metadata: { ...volume.metadata, finalizers: [] } }));
  await stage.settle();
  expect(states(stage)).toEqual(['data Lost v']);
});
