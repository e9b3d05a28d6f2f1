import { resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { RunController } from '../controller.ts';
import { eventRecorder } from '../events.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import type { Claim, PersistentVolume } from '../workload/objects.ts';
import { keyOf, nameOf } from '../workload/owner.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { classOf, isBound } from './claims-and-volumes.ts';
import { syncClaim } from './sync-claim.ts';
import { syncVolume } from './sync-volume.ts';
import { VolumeIndex } from './volume-index.ts';

/**
 * The PersistentVolume controller: binds claims to volumes that are there. It makes and deletes no volumes: provisioners are
 * not part of Kubernetes either.
 */
export const runVolumeBinding: RunController = async (parts, signal) => {
  const { store } = parts;
  const index = new VolumeIndex(store);
  const binder = { ...parts, record: eventRecorder('persistentvolume-controller', parts), volumesOf: (name: string) => index.of(name) };
  const queue = workQueue('persistentvolume-controller', parts, (key) => {
    const [what = '', ...rest] = key.split(' ');
    if (what === 'volume') {
      const volume = store.get<PersistentVolume>(resources.persistentvolumes, { name: rest.join(' ') });
      if (volume !== undefined) syncVolume(store, volume);
    } else {
      const claim = store.get<Claim>(resources.persistentvolumeclaims, nameOf(rest.join(' ')));
      if (claim !== undefined) syncClaim(binder, claim);
    }
  });
  for (const volume of store.list(resources.persistentvolumes)) queue.add(volumeKey(volume));
  for (const claim of store.list(resources.persistentvolumeclaims)) queue.add(claimKey(claim));
  const unsubscribe = subscribe(parts, queue, index);
  await queue.run(signal);
  for (const stop of unsubscribe) stop();
};

const volumeKey = ({ metadata }: KubeObject): string => `volume ${metadata.name}`;
const claimKey = (claim: KubeObject): string => `claim ${keyOf(claim)}`;

/** Where Kubernetes looks at everything again every 15 s, here each change wakes whom it may concern. */
function subscribe({ store }: Parameters<RunController>[0], queue: WorkQueue, index: VolumeIndex): readonly (() => void)[] {
  const pending = new Map<string, Claim>();
  const note = (claim: Claim, gone: boolean): void => void (gone || isBound(claim) ? pending.delete(keyOf(claim)) : pending.set(keyOf(claim), claim));
  for (const claim of store.list<Claim>(resources.persistentvolumeclaims)) note(claim, false);
  return [
    store.subscribe(resources.persistentvolumes, (event) => {
      index.hear(event);
      queue.add(volumeKey(event.object));
      const volume = event.object as PersistentVolume;
      const { claimRef } = volume.spec;
      if (claimRef !== undefined) queue.add(`claim ${claimRef.namespace}/${claimRef.name}`);
      else for (const claim of pending.values()) if (classOf(claim) === classOf(volume)) queue.add(claimKey(claim));
    }),
    store.subscribe(resources.persistentvolumeclaims, (event) => {
      const claim = event.object as Claim;
      note(claim, event.type === 'DELETED');
      queue.add(claimKey(claim));
      if ((claim.spec.volumeName ?? '') !== '') queue.add(`volume ${claim.spec.volumeName}`);
    }),
    store.subscribe(builtInResources.storageclasses, () => {
      for (const claim of pending.values()) queue.add(claimKey(claim));
    }),
  ];
}
