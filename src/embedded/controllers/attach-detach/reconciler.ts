import { resources } from '../../../kube/paths.ts';
import { type Duration, elapsed, milliseconds, tickAfter } from '../../../model/time.ts';
import type { ControllerParts } from '../controller.ts';
import { type NodeObject, isReady } from '../node-and-pod.ts';
import { hasTaintKey } from '../taints.ts';
import type { Timings } from '../timings.ts';
import { Actual } from './actual.ts';
import { AttachedReport } from './attached-report.ts';
import { Desired } from './desired.ts';
import { type Operation, Operations } from './operations.ts';
import type { AttachmentObject } from './populate.ts';
import { type TellPods, tellPods } from './tell-pods.ts';
import { type Volume, attachmentName, driverAndHandle } from './volumes.ts';

/** Brings one volume after the other from where it is to where pods need it. Detaching comes first. */
export class Reconciler {
  readonly actual = new Actual();
  readonly desired = new Desired();
  readonly report: AttachedReport;
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  readonly #operations: Operations;
  readonly #known = new Map<string, Volume>();
  readonly #byAttachment = new Map<string, string>();
  readonly #tell: TellPods;
  readonly #later: (volume: string, time: Duration) => void;

  /** `later` asks for a call of `reconcile` for this volume after that time. */
  constructor(parts: ControllerParts, timings: Timings, later: (volume: string, time: Duration) => void) {
    this.#parts = parts;
    this.#timings = timings;
    this.#later = later;
    this.#operations = new Operations(timings);
    this.report = new AttachedReport(parts.store);
    this.#tell = tellPods(parts, this.desired);
  }

  volumes(): readonly string[] {
    return [...new Set(this.#byAttachment.values())];
  }

  volumeOfAttachment(name: string): string | undefined {
    return this.#byAttachment.get(name);
  }

  know(volume: Volume): void {
    this.#known.set(volume.name, volume);
  }

  attached(volume: string, node: string): void {
    this.#mark(volume, node, true);
    this.report.add(node, volume);
  }

  uncertain(volume: string, node: string): void {
    this.#mark(volume, node, false);
  }

  reconcile(volume: string): void {
    for (const [slot, operation] of this.#operations.of(volume)) this.#settle(slot, operation);
    for (const node of this.actual.nodesOf(volume)) if (!this.desired.has(volume, node)) this.#detach(volume, node);
    for (const node of this.desired.nodesOf(volume)) this.#attach(volume, node);
    this.report.write();
  }

  /** What a real controller asks once a minute: is there still a VolumeAttachment that says attached? */
  verify(volume: string): void {
    if (!this.#known.has(volume)) return;
    for (const node of this.actual.confirmedNodesOf(volume)) {
      if (this.#operations.isBusy(volume, this.#slot(volume, node))) continue;
      if (this.#attachment(attachmentName(volume, node))?.status?.attached === true) continue;
      this.#markDetached(volume, node);
    }
    this.reconcile(volume);
  }

  #detach(volume: string, node: string): void {
    const slot = this.#slot(volume, node);
    const now = this.#parts.clock.now().tick;
    if (this.#mustWait('detach', volume, slot)) return;
    const since = this.actual.unneeded(volume, node, now);
    if (!this.#mayDetach(volume, node, elapsed(since, now))) return;
    // The kubelet must not begin to mount what is about to go.
    this.report.remove(node, volume);
    this.report.write();
    const attachment = attachmentName(volume, node);
    if (this.#attachment(attachment) !== undefined) this.#parts.store.remove(resources.volumeattachments, { name: attachment });
    this.#start(slot, { kind: 'detach', volume, node, attachment, deadline: tickAfter(now, this.#timings.attachTimeout) });
  }

  /** Asks the node's readiness only when the time is over, and for the out-of-service taint not at all. */
  #mayDetach(volume: string, node: string, waited: Duration): boolean {
    const object = this.#parts.store.get<NodeObject>(resources.nodes, { name: node });
    if (!this.actual.isInUse(volume, node)) return true;
    if (object !== undefined && hasTaintKey(object, 'node.kubernetes.io/out-of-service')) return true;
    if (this.#timings.disableForceDetachOnTimeout) return false;
    const left = this.#timings.maxWaitForUnmount - waited;
    if (left > 0) this.#later(volume, milliseconds(left));
    return left <= 0 && (object === undefined || !isReady(object));
  }

  #attach(volume: string, node: string): void {
    const slot = this.#slot(volume, node);
    if (this.#operations.isBusy(volume, slot)) return;
    if (this.actual.isConfirmed(volume, node)) {
      this.actual.needed(volume, node);
      return;
    }
    const elsewhere = this.actual.confirmedNodesOf(volume);
    if (elsewhere.length > 0 && !this.#isShared(volume)) {
      if (this.desired.report(volume, node)) this.#tell.elsewhere(this.#persistentVolume(volume), { volume, node, elsewhere });
      return;
    }
    if (this.#mustWait('attach', volume, slot)) return;
    const attachment = attachmentName(volume, node);
    if (this.#attachment(attachment) === undefined) this.#create(attachment, volume, node);
    this.#start(slot, { kind: 'attach', volume, node, attachment, deadline: tickAfter(this.#parts.clock.now().tick, this.#timings.attachTimeout) });
  }

  #create(name: string, volume: string, node: string): void {
    const [attacher] = driverAndHandle(volume);
    this.#parts.store.create(resources.volumeattachments, {
      apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name },
      spec: { attacher, nodeName: node, source: { persistentVolumeName: this.#persistentVolume(volume) } },
    });
  }

  #start(slot: string, operation: Operation): void {
    this.#byAttachment.set(operation.attachment, operation.volume);
    this.#operations.start(slot, operation);
    this.#later(operation.volume, this.#timings.attachTimeout);
    this.#settle(slot, operation);
  }

  /** Looks whether the CSI driver's side has done, or refused, what was asked. */
  #settle(slot: string, operation: Operation): void {
    const attachment = this.#attachment(operation.attachment);
    const outcome = operation.kind === 'attach' ? attachOutcome(attachment) : detachOutcome(attachment);
    if (outcome === 'done') this.#done(slot, operation);
    else if (outcome !== undefined) this.#failed(slot, operation, outcome);
    else if (this.#parts.clock.now().tick >= operation.deadline) this.#failed(slot, operation, timedOut(operation));
  }

  #done(slot: string, { kind, volume, node }: Operation): void {
    this.#operations.succeeded(volume, slot);
    if (kind === 'detach') this.#markDetached(volume, node);
    else {
      this.attached(volume, node);
      this.#tell.attached(this.#persistentVolume(volume), { volume, node });
    }
  }

  #failed(slot: string, operation: Operation, why: string): void {
    const { kind, volume, node } = operation;
    const now = this.#parts.clock.now().tick;
    this.uncertain(volume, node);
    this.#operations.failed(operation, slot, now);
    this.#later(volume, this.#operations.wait(kind, volume, { slot, now }) ?? milliseconds(0));
    if (kind === 'attach') this.#tell.failed(this.#persistentVolume(volume), { volume, node, why });
  }

  #mustWait(kind: Operation['kind'], volume: string, slot: string): boolean {
    if (this.#operations.isBusy(volume, slot)) return true;
    const wait = this.#operations.wait(kind, volume, { slot, now: this.#parts.clock.now().tick });
    if (wait !== undefined) this.#later(volume, wait);
    return wait !== undefined;
  }

  #mark(volume: string, node: string, isConfirmed: boolean): void {
    this.#byAttachment.set(attachmentName(volume, node), volume);
    this.actual.mark(volume, node, isConfirmed);
  }

  #markDetached(volume: string, node: string): void {
    this.actual.remove(volume, node);
    this.report.remove(node, volume);
  }

  #slot(volume: string, node: string): string {
    return this.#isShared(volume) ? node : '';
  }

  /** Of a volume that only a node spoke of nothing is known. */
  #isShared(volume: string): boolean {
    return this.#known.get(volume)?.isShared ?? true;
  }

  #persistentVolume(volume: string): string {
    return this.#known.get(volume)?.persistentVolume ?? '';
  }

  #attachment(name: string): AttachmentObject | undefined {
    return this.#parts.store.get<AttachmentObject>(resources.volumeattachments, { name });
  }
}

function attachOutcome(attachment: AttachmentObject | undefined): string | undefined {
  if (attachment === undefined) return undefined;
  if (attachment.metadata.deletionTimestamp !== undefined) return 'volume attachment is being deleted';
  return attachment.status?.attached === true ? 'done' : attachment.status?.attachError?.message;
}

const detachOutcome = (attachment: AttachmentObject | undefined): string | undefined => (attachment === undefined ? 'done' : attachment.status?.detachError?.message);

function timedOut({ kind, volume }: Operation): string {
  const [driver, handle] = driverAndHandle(volume);
  return `timed out waiting for external-attacher of ${driver} CSI driver to ${kind} volume ${handle}`;
}
