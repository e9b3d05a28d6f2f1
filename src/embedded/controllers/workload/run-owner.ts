import { type Resource, resources } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { StoreEvent } from '../../api-server/server.ts';
import type { ControllerParts } from '../controller.ts';
import { type RecordEvent, eventRecorder } from '../events.ts';
import { type WorkQueue, workQueue } from '../work-queue.ts';
import type { Pod, RawSelector } from './objects.ts';
import { Orphans } from './orphans.ts';
import { controllerOf, keyOf } from './owner.ts';
import { conditionOf } from './pod-state.ts';
import { same } from './same.ts';
import { selectsLabels } from './selectors.ts';

/** A kind of object that controls children by their labels. */
export interface OwnerKind {
  readonly resource: Resource;
  readonly kind: string;
  /** Pods for most; a Deployment's are ReplicaSets. */
  readonly children: Resource;
  /** What its Events call their source. */
  readonly component: string;
}

export interface OwnerParts extends ControllerParts {
  readonly record: RecordEvent;
  readonly queue: WorkQueue;
  readonly orphans: Orphans;
}

/** `sync` brings one owner and its children to what its spec says; it may run at any moment and any number of times. */
export interface OwnerWork {
  sync(parts: OwnerParts, key: string): void;
  /** Subscribes to whatever else decides: nodes for a DaemonSet. */
  also?(parts: OwnerParts): readonly (() => void)[];
}

/** Gives an owner a turn whenever it, one of its children, or an orphan that it could adopt changes. Until the signal aborts. */
export async function runOwner(of: OwnerKind, parts: ControllerParts, signal: AbortSignal, work: OwnerWork): Promise<void> {
  const { store } = parts;
  const queue = workQueue(of.component, parts, (key) => work.sync(all, key));
  const all: OwnerParts = { ...parts, queue, record: eventRecorder(of.component, parts), orphans: new Orphans(store, of.children) };
  for (const owner of store.list(of.resource)) queue.add(keyOf(owner));
  const unsubscribe = [
    store.subscribe(of.resource, ({ object }) => queue.add(keyOf(object))),
    store.subscribe(of.children, (event) => {
      all.orphans.hear(event);
      if (of.children === resources.pods && !matters(event)) return;
      for (const key of affected(of, all, event)) queue.add(key);
    }),
    ...(work.also?.(all) ?? []),
  ];
  await queue.run(signal);
  for (const stop of unsubscribe) stop();
}

/** The owner of a child, the one that it had before, and for an orphan all that select it. */
function affected(of: OwnerKind, { store }: OwnerParts, { object, before }: StoreEvent): string[] {
  const keys = [object, before].flatMap((child) => (child === undefined ? [] : ownerKey(of, child)));
  if (controllerOf(object) !== undefined) return keys;
  for (const owner of store.list<Selecting>(of.resource, object.metadata.namespace)) {
    if (selectsLabels(owner.spec.selector, object.metadata.labels)) keys.push(keyOf(owner));
  }
  return keys;
}

/**
 * False for changes of a pod that no owner looks at, as most are: its node, its addresses, what the scheduler says of it. A real
 * controller looks again all the same, and finds nothing to do.
 */
function matters({ type, object, before }: StoreEvent): boolean {
  return type !== 'MODIFIED' || before === undefined || object.metadata.deletionTimestamp !== before.metadata.deletionTimestamp || !same(looked(object as Pod), looked(before as Pod));
}

const looked = (pod: Pod): unknown => [pod.status?.phase, conditionOf(pod, 'Ready'), pod.metadata.labels, pod.metadata.ownerReferences, pod.metadata.finalizers];

interface Selecting extends KubeObject {
  readonly spec: { readonly selector?: RawSelector };
}

function ownerKey({ kind }: OwnerKind, child: KubeObject): string[] {
  const owner = controllerOf(child);
  return owner?.kind === kind ? [`${child.metadata.namespace ?? ''}/${owner.name}`] : [];
}
