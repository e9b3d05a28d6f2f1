import type { Api } from '../../kube/api.ts';
import { resources } from '../../kube/paths.ts';
import { rfc3339 } from '../../kube/timestamps.ts';
import { type Clock, type Duration, minutes } from '../../model/time.ts';
import type { Disks } from './disks.ts';
import { type Door, doorOf } from './door.ts';
import { attacherFinalizer, driver } from './driver.ts';
import { follow } from './follow.ts';
import type { AttachmentObject, PersistentVolumeObject } from './objects.ts';
import { type Complain, attempt } from './repeat.ts';

export interface AttacherParts {
  /** May read PersistentVolumes and patch VolumeAttachments and their status. */
  readonly api: Api;
  readonly clock: Clock;
  readonly disks: Disks;
  /** How long until what was refused is tried again. */
  readonly interval: Duration;
  readonly complain: Complain;
}

/**
 * What csi-attacher and the driver's controller do together: a VolumeAttachment of our driver attaches the disk, its
 * deletion detaches it, mounted or not. A disk that another machine has is refused (RWO), and tried again.
 */
export async function runAttacher(parts: AttacherParts, signal: AbortSignal): Promise<void> {
  const { clock, complain, interval, api } = parts;
  const door = doorOf(api, signal);
  const attachments = follow<AttachmentObject>({ door, clock, resource: resources.volumeattachments, again: interval, complain: (line) => complain(`attacher ${line}`), signal });
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const undone = (attachments.current() ?? []).filter(isUndone);
      for (const attachment of undone) await attempt(`attacher: ${attachment.metadata.name}`, complain, signal, () => handle({ ...parts, door }, attachment));
      await attachments.change(undone.length > 0 ? interval : resync);
    }
  };
  await Promise.all([attachments.run(), work()]);
}

const resync: Duration = minutes(1);

function isUndone({ metadata, spec, status }: AttachmentObject): boolean {
  if (spec.attacher !== driver) return false;
  return metadata.deletionTimestamp === undefined ? status?.attached !== true : metadata.finalizers?.includes(attacherFinalizer) === true;
}

async function handle(parts: AttacherParts & { readonly door: Door }, attachment: AttachmentObject): Promise<void> {
  if (attachment.metadata.deletionTimestamp !== undefined) await detach(parts, attachment);
  else await attach(parts, attachment);
}

async function attach(parts: AttacherParts & { readonly door: Door }, attachment: AttachmentObject): Promise<void> {
  const { door, disks, clock } = parts;
  const { metadata, spec } = attachment;
  const finalizers = metadata.finalizers ?? [];
  // Before the first effect, or a deletion in between would leave the disk attached for ever.
  const current = finalizers.includes(attacherFinalizer)
    ? attachment
    : await patch<AttachmentObject>(door, attachment, { metadata: { resourceVersion: metadata.resourceVersion, finalizers: [...finalizers, attacherFinalizer] } });
  const disk = await handleOf(door, attachment);
  if (disk === undefined) return;
  const result = disks.attach(disk, spec.nodeName);
  if (result.kind === 'attached') {
    await patch(door, current, { status: { attached: true, attachError: null } }, 'status');
    return;
  }
  const message = `The disk ${disk} is still attached to ${result.attachedTo}`;
  if (attachment.status?.attachError?.message === message) return;
  await patch(door, current, { status: { attached: false, attachError: { message, time: rfc3339(clock.now().wall) } } }, 'status');
}

async function detach({ door, disks }: AttacherParts & { readonly door: Door }, attachment: AttachmentObject): Promise<void> {
  const disk = await handleOf(door, attachment);
  if (disk !== undefined) disks.detach(disk, attachment.spec.nodeName);
  const { metadata } = attachment;
  const finalizers = (metadata.finalizers ?? []).filter((each) => each !== attacherFinalizer);
  await patch(door, attachment, { metadata: { resourceVersion: metadata.resourceVersion, finalizers } });
}

const patch = <T>(door: Door, { metadata }: AttachmentObject, body: object, subresource?: 'status'): Promise<T> =>
  door.patch<T>(resources.volumeattachments, { name: metadata.name }, body, subresource);

async function handleOf(door: Door, { spec }: AttachmentObject): Promise<string | undefined> {
  const name = spec.source.persistentVolumeName;
  if (name === undefined) return undefined;
  return (await door.get<PersistentVolumeObject>(resources.persistentvolumes, { name }))?.spec.csi?.volumeHandle;
}
