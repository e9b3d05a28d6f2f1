import { resources } from '../../../kube/paths.ts';
import type { ControllerParts } from '../controller.ts';
import type { RecordEvent } from '../events.ts';
import type { Claim, PersistentVolume, StorageClass } from '../workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { bind, setClaimStatus } from './bind.ts';
import { bindCompleted, boundByController, classOf, freeFor, isFor, mismatch, noProvisioner, promisedTo, selectedNode, waitsForConsumer } from './claims-and-volumes.ts';

export interface BinderParts extends ControllerParts {
  readonly record: RecordEvent;
  /** Volumes of a class that may be free or promised; kept from events. */
  volumesOf(storageClass: string): Iterable<PersistentVolume>;
}

/** Brings one claim on: Pending to Bound when there is a volume for it, Bound to Lost when its volume is gone. */
export function syncClaim(parts: BinderParts, claim: Claim): void {
  if (claim.metadata.annotations?.[bindCompleted] !== undefined) keepBound(parts, claim);
  else if ((claim.spec.volumeName ?? '') !== '') bindWished(parts, claim, claim.spec.volumeName ?? '');
  else bindAny(parts, claim);
}

function keepBound({ store, record }: BinderParts, claim: Claim): void {
  const volume = store.get<PersistentVolume>(resources.persistentvolumes, { name: claim.spec.volumeName ?? '' });
  const lost = (reason: string, message: string): void => {
    if (claim.status?.phase === 'Lost') return;
    record(setClaimStatus(store, claim, 'Lost'), 'Warning', reason, message);
  };
  if (volume === undefined) lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  else if (volume.spec.claimRef === undefined || volume.spec.claimRef.uid === claim.metadata.uid) bind(store, volume, claim);
  else lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** The claim names its volume: somebody chose it, or the scheduler's choice was bound halfway. */
function bindWished({ store, record }: BinderParts, claim: Claim, name: string): void {
  const volume = store.get<PersistentVolume>(resources.persistentvolumes, { name });
  if (volume === undefined) {
    setClaimStatus(store, claim, 'Pending');
    return;
  }
  if (isFor(volume, claim)) {
    bind(store, volume, claim);
    return;
  }
  const problem = volume.spec.claimRef === undefined ? mismatch(volume, claim) : undefined;
  if (volume.spec.claimRef === undefined && problem === undefined) {
    bind(store, volume, claim);
    return;
  }
  if (problem === undefined) record(claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
  else record(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${problem}`);
  if (claim.metadata.annotations?.[boundByController] === undefined) setClaimStatus(store, claim, 'Pending');
}

/** Any volume will do. A class that waits gets only what is promised already: the choice is the scheduler's. */
function bindAny(parts: BinderParts, claim: Claim): void {
  const { store } = parts;
  const waits = waitsForConsumer(store, claim);
  const volumes = [...parts.volumesOf(classOf(claim))];
  const found = promisedTo(volumes, claim) ?? (waits ? undefined : freeFor(volumes, claim)[0]);
  if (found !== undefined) {
    bind(store, found, claim);
    return;
  }
  sayWhatIsMissing(parts, claim, waits);
  setClaimStatus(store, claim, 'Pending');
}

function sayWhatIsMissing({ store, record }: BinderParts, claim: Claim, waits: boolean): void {
  const name = classOf(claim);
  if (waits && claim.metadata.annotations?.[selectedNode] === undefined) {
    record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    return;
  }
  if (name === '') {
    record(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    return;
  }
  const provisioner = store.get<StorageClass>(builtInResources.storageclasses, { name })?.provisioner;
  if (provisioner === undefined) record(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
  else if (provisioner !== noProvisioner) {
    record(claim, 'Normal', 'ExternalProvisioning', `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`);
  }
}
