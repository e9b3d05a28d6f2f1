import { resources } from '../../../kube/paths.ts';
import { type Tick, elapsed, milliseconds } from '../../../model/time.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { follow } from '../follow.ts';
import { type NodeObject, type PodObject, isReady, keyOf, nameOfKey } from '../node-and-pod.ts';
import { hasTaintKey } from '../taints.ts';
import type { Timings } from '../timings.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { isGoneFromNode } from './gone.ts';
import { Reconciler } from './reconciler.ts';
import { type AttachmentObject, populate } from './populate.ts';
import { type ClaimObject, type PersistentVolumeObject, claimsOf, volumesOf } from './volumes.ts';

/**
 * Attaches the CSI volumes of pods to their nodes, and detaches those that no pod needs there: when the node does not say
 * any more that it uses them, or after six minutes on a node that is not Ready, or at once on one with the out-of-service
 * taint. When a volume began not to be needed is remembered in memory only: a new controller counts from zero.
 */
export const attachDetach = (timings: Timings): RunController => async (parts, signal) => {
  const controller = new AttachDetach(parts, timings);
  controller.follow(signal);
  await controller.queue.run(signal);
};

/** Nodes without it are left alone; only that it is there counts. */
const managed = 'volumes.kubernetes.io/controller-managed-attach-detach';
const outOfService = 'node.kubernetes.io/out-of-service';

class AttachDetach {
  readonly queue: WorkQueue;
  readonly #parts: ControllerParts;
  readonly #timings: Timings;
  readonly #reconciler: Reconciler;
  readonly #managed = new Set<string>();
  /** Key of a claim → pods that wait for it to be bound. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #started: Tick;

  constructor(parts: ControllerParts, timings: Timings) {
    this.#parts = parts;
    this.#timings = timings;
    this.#started = parts.clock.now().tick;
    this.queue = workQueue('attach-detach', parts, (key) => this.#turn(key));
    this.#reconciler = new Reconciler(parts, timings, (volume, time) => this.queue.after(`volume ${volume}`, time));
  }

  follow(signal: AbortSignal): void {
    const { store } = this.#parts;
    follow<NodeObject>(store, resources.nodes, signal, ({ type, object, before }) => this.#nodeChanged(type, object, before));
    populate(store, this.#reconciler);
    follow<PodObject>(store, resources.pods, signal, ({ object }) => {
      if (claimsOf(object).length > 0) this.queue.add(`pod ${keyOf(object)}`);
    });
    follow<ClaimObject>(store, resources.persistentvolumeclaims, signal, ({ object }) => this.#claimChanged(keyOf(object)));
    follow<PersistentVolumeObject>(store, resources.persistentvolumes, signal, ({ object }) => {
      const claim = object.spec?.claimRef;
      if (claim !== undefined) this.#claimChanged(`${claim.namespace ?? ''}/${claim.name ?? ''}`);
    });
    follow<AttachmentObject>(store, resources.volumeattachments, signal, ({ object }) => this.#attachmentChanged(object));
    for (const volume of this.#reconciler.volumes()) this.queue.add(`volume ${volume}`);
  }

  #turn(key: string): void {
    const [kind = '', name = ''] = key.split(/ (.*)/su);
    if (kind === 'pod') this.#placePod(name);
    else if (kind === 'volume') this.#reconciler.reconcile(name);
    else if (kind === 'verify') this.#reconciler.verify(name);
    else for (const pod of Array.from(this.#parts.store.podsOn<PodObject>(name))) if (claimsOf(pod).length > 0) this.#placePod(keyOf(pod));
  }

  #nodeChanged(type: string, node: NodeObject, before: NodeObject | undefined): void {
    const { name } = node.metadata;
    const { actual, desired, report } = this.#reconciler;
    // On deletion too: the last word of the node stays (kubernetes#136029).
    actual.setInUse(name, node.status?.volumesInUse ?? []);
    if (type !== 'DELETED') this.#manage(node);
    else if (!desired.hasUsersOn(name)) this.#managed.delete(name);
    if (type === 'ADDED') report.sayAgain(name);
    if (type === 'MODIFIED' && before !== undefined && facts(before) === facts(node)) return;
    for (const volume of actual.volumesOn(name)) this.queue.add(`volume ${volume}`);
  }

  #manage({ metadata: { name, annotations } }: NodeObject): void {
    if (annotations?.[managed] === undefined || this.#managed.has(name)) return;
    this.#managed.add(name);
    this.queue.add(`node ${name}`);
  }

  #claimChanged(claim: string): void {
    for (const pod of this.#waiting.get(claim) ?? []) this.queue.add(`pod ${pod}`);
  }

  #attachmentChanged({ metadata }: AttachmentObject): void {
    const volume = this.#reconciler.volumeOfAttachment(metadata.name);
    if (volume === undefined) return;
    this.queue.add(`volume ${volume}`);
    const { attachVerifyPeriod } = this.#timings;
    const since = elapsed(this.#started, this.#parts.clock.now().tick);
    this.queue.after(`verify ${volume}`, milliseconds(attachVerifyPeriod - (since % attachVerifyPeriod)));
  }

  /** A volume stays desired until its pod is gone, over, or has ended all containers while it terminates. */
  #placePod(key: string): void {
    const { store } = this.#parts;
    const { desired } = this.#reconciler;
    const pod = store.get<PodObject>(resources.pods, nameOfKey(key));
    const removed = pod === undefined || isGoneFromNode(pod) || desired.uidOf(key) !== pod.metadata.uid ? desired.removePod(key) : [];
    for (const volume of removed) this.queue.add(`volume ${volume}`);
    const node = pod?.spec?.nodeName;
    if (pod === undefined || node === undefined || isGoneFromNode(pod) || !this.#managed.has(node)) {
      this.#wait(key, []);
      return;
    }
    const { volumes, unbound } = volumesOf(store, pod);
    this.#wait(key, unbound);
    for (const volume of volumes) {
      this.#reconciler.know(volume);
      desired.add({ uid: pod.metadata.uid, key }, volume, node);
      this.queue.add(`volume ${volume.name}`);
    }
  }

  #wait(pod: string, claims: readonly string[]): void {
    for (const claim of claims) this.#waiting.set(claim, (this.#waiting.get(claim) ?? new Set()).add(pod));
    for (const [claim, pods] of this.#waiting) {
      if (!claims.includes(claim)) pods.delete(pod);
      if (pods.size === 0) this.#waiting.delete(claim);
    }
  }
}

/** What decides about a detach. */
const facts = (node: NodeObject): string => JSON.stringify([node.status?.volumesInUse ?? [], isReady(node), hasTaintKey(node, outOfService)]);
