import { type Resource, resources } from '../../../kube/paths.ts';
import type { KubeObject, OwnerReference } from '../../api-server/object.ts';
import type { ControllerParts, RunController } from '../controller.ts';
import { type Change, follow } from '../follow.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import { Graph, type Item, itemOf } from './graph.ts';

/**
 * Deletes objects whose owners are all gone, lets an owner that was deleted in the foreground go when the last dependent that
 * blocks it has gone, and takes the references to an owner off those that it leaves behind. A kind that is added after the
 * start is looked after from the next start on.
 */
export const garbageCollector: RunController = async (parts, signal) => {
  const controller = new GarbageCollector(parts);
  controller.follow(signal);
  await controller.queue.run(signal);
};

/** How an owner that an object names stands: there; gone; or waiting for this very object to go. */
type Standing = 'solid' | 'dangling' | 'waiting';

class GarbageCollector {
  readonly queue: WorkQueue;
  readonly #parts: ControllerParts;
  readonly #graph = new Graph();
  /** `group/Kind` → where it is. */
  readonly #kinds = new Map<string, Resource>();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.queue = workQueue('garbage collector', parts, (uid) => this.#turn(uid));
  }

  follow(signal: AbortSignal): void {
    const { store } = this.#parts;
    const kinds = [...store.kinds()].filter(({ resource }) => resource.plural !== resources.events.plural);
    for (const { resource, kind } of kinds) this.#kinds.set(`${resource.group}/${kind}`, resource);
    for (const { resource } of kinds) follow<KubeObject>(store, resource, signal, (change) => this.#heard(resource, change));
  }

  #heard(resource: Resource, { type, object, before }: Change<KubeObject>): void {
    if (type === 'DELETED') {
      this.#gone(object);
      return;
    }
    if (before !== undefined && decidesTheSame(before, object)) return;
    if (before !== undefined && before.metadata.uid !== object.metadata.uid) this.#gone(before);
    const known = this.#graph.get(object.metadata.uid);
    const item = itemOf(resource, object);
    if (known !== undefined && isSame(known, item)) return;
    this.#graph.put(item);
    this.#ask(item);
    this.#unblock(known?.owners ?? []);
  }

  /** An owner that is not known may be gone; what is being deleted in a way of its own needs a turn, and so do its dependents. */
  #ask(item: Item): void {
    const isInDoubt = item.owners.some(({ uid }) => this.#graph.get(uid)?.waits !== false);
    if (isInDoubt || item.orphans || item.waits) this.queue.add(item.uid);
    if (item.waits) for (const { uid } of this.#graph.dependentsOf(item.uid)) this.queue.add(uid);
  }

  #gone({ metadata: { uid } }: KubeObject): void {
    const item = this.#graph.get(uid);
    const dependents = this.#graph.dependentsOf(uid);
    this.#graph.remove(uid);
    for (const dependent of dependents) this.queue.add(dependent.uid);
    this.#unblock(item?.owners ?? []);
  }

  #unblock(owners: readonly OwnerReference[]): void {
    for (const { uid } of owners) if (this.#graph.get(uid)?.waits === true) this.queue.add(uid);
  }

  #turn(uid: string): void {
    const item = this.#graph.get(uid);
    const object = item === undefined ? undefined : this.#parts.store.get(item.resource, nameOf(item));
    if (item === undefined || object === undefined || object.metadata.uid !== uid) return;
    if (item.orphans) this.#leaveBehind(item, object);
    else if (item.waits) this.#waitForDependents(item, object);
    else if (!item.isGoing && item.owners.length > 0) this.#judge(item, object);
  }

  #leaveBehind(item: Item, object: KubeObject): void {
    for (const dependent of this.#graph.dependentsOf(item.uid)) {
      const current = this.#parts.store.get(dependent.resource, nameOf(dependent));
      if (current?.metadata.uid === dependent.uid) this.#dropOwners(dependent, current, (owner) => owner.uid === item.uid);
    }
    this.#dropFinalizer(item, object, 'orphan');
  }

  #waitForDependents(item: Item, object: KubeObject): void {
    const blocking = this.#graph.dependentsOf(item.uid).filter(({ owners }) => owners.some((owner) => owner.uid === item.uid && owner.blockOwnerDeletion === true));
    if (blocking.length === 0) this.#dropFinalizer(item, object, 'foregroundDeletion');
    else for (const dependent of blocking) if (!dependent.waits) this.queue.add(dependent.uid);
  }

  #judge(item: Item, object: KubeObject): void {
    const standing = new Map(item.owners.map((owner) => [owner.uid, this.#standing(owner, item)] as const));
    const has = (wanted: Standing): boolean => [...standing.values()].includes(wanted);
    if (has('solid')) {
      // A reference to an owner that waits would keep that owner for ever.
      if (has('dangling') || has('waiting')) this.#dropOwners(item, object, ({ uid }) => standing.get(uid) !== 'solid');
      return;
    }
    const dependents = this.#graph.dependentsOf(item.uid);
    const inForeground = has('waiting') && dependents.length > 0;
    if (inForeground && dependents.some(({ waits }) => waits)) this.#unblockOwners(item, object);
    this.#parts.store.remove(item.resource, nameOf(item), { uid: item.uid, propagationPolicy: policyFor(inForeground, object) });
  }

  /** A kind that is not served says nothing about its objects: the reference counts as good. */
  #standing({ apiVersion, kind, name, uid }: OwnerReference, { namespace }: Item): Standing {
    const resource = this.#kinds.get(`${apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''}/${kind}`);
    if (resource === undefined) return 'solid';
    if (resource.namespaced && namespace === undefined) return 'solid';
    const owner = this.#parts.store.get(resource, { name, ...(resource.namespaced && namespace !== undefined ? { namespace } : {}) });
    if (owner?.metadata.uid !== uid) return 'dangling';
    return itemOf(resource, owner).waits ? 'waiting' : 'solid';
  }

  #dropOwners({ resource }: Item, object: KubeObject, isDropped: (owner: OwnerReference) => boolean): void {
    const { ownerReferences = [], ...metadata } = object.metadata;
    const left = ownerReferences.filter((owner) => !isDropped(owner));
    if (left.length === ownerReferences.length) return;
    this.#parts.store.update(resource, { ...object, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } });
  }

  /** Two that wait for each other would wait for ever. */
  #unblockOwners({ resource }: Item, object: KubeObject): void {
    const ownerReferences = (object.metadata.ownerReferences ?? []).map((owner) => ({ ...owner, blockOwnerDeletion: false }));
    this.#parts.store.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } });
  }

  #dropFinalizer({ resource }: Item, object: KubeObject, finalizer: string): void {
    const finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    this.#parts.store.update(resource, { ...object, metadata: { ...object.metadata, finalizers } });
  }
}

const nameOf = ({ namespace, name }: Item): { readonly namespace?: string; readonly name: string } => (namespace === undefined ? { name } : { namespace, name });

/** Most changes are renewals and reports: unchanged parts are shared, so that is seen at once. */
const decidesTheSame = ({ metadata: left }: KubeObject, { metadata: right }: KubeObject): boolean =>
  left.uid === right.uid && left.deletionTimestamp === right.deletionTimestamp && left.ownerReferences === right.ownerReferences && left.finalizers === right.finalizers;

const isSame = (known: Item, item: Item): boolean =>
  known.isGoing === item.isGoing && known.waits === item.waits && known.orphans === item.orphans && (known.owners === item.owners || JSON.stringify(known.owners) === JSON.stringify(item.owners));

function policyFor(inForeground: boolean, { metadata: { finalizers = [] } }: KubeObject): 'Background' | 'Foreground' | 'Orphan' {
  if (inForeground || finalizers.includes('foregroundDeletion')) return 'Foreground';
  return finalizers.includes('orphan') ? 'Orphan' : 'Background';
}
