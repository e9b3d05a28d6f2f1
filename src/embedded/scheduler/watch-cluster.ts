import { type Resource, resources } from '../../kube/paths.ts';
import type { KubeObject } from '../api-server/object.ts';
import type { Store, StoreEvent } from '../api-server/server.ts';
import type { Node, Pod } from '../controllers/workload/objects.ts';
import { isOver, isTerminating } from '../controllers/workload/pod-state.ts';
import { builtInResources } from '../api-server/kinds/resources.ts';
import { same } from '../controllers/workload/same.ts';
import { VolumeIndex } from '../controllers/volume-binding/volume-index.ts';
import type { SchedulingQueue } from './scheduling-queue.ts';
import { ClusterState } from './state/cluster-state.ts';
import { factsOf } from './state/pod-facts.ts';
import type { Change } from './wake-ups.ts';

export interface Watched {
  readonly state: ClusterState;
  readonly volumes: VolumeIndex;
  stop(): void;
}

/** Reads the store once, and follows it from then on. `changed` is called after each change that may matter to a pod that waits. */
export function watchCluster(store: Store, queue: SchedulingQueue, changed: () => void): Watched {
  const state = new ClusterState();
  const volumes = new VolumeIndex(store);
  for (const { metadata } of store.list(resources.namespaces)) state.setNamespace(metadata.name, metadata.labels);
  for (const node of store.list<Node>(resources.nodes)) state.setNode(node);
  for (const pod of store.list<Pod>(resources.pods)) hearPod(state, queue, { type: 'ADDED', object: pod, before: undefined });
  const on = (resource: Resource, heard: (event: StoreEvent) => void): (() => void) =>
    store.subscribe(resource, (event) => {
      heard(event);
      changed();
    });
  const tell = (resource: Resource, change: Change): (() => void) => on(resource, () => queue.heard(change));
  const stops = [
    on(resources.nodes, (event) => hearNode(state, queue, event)),
    on(resources.pods, (event) => hearPod(state, queue, event)),
    on(resources.namespaces, ({ type, object }) => state.setNamespace(object.metadata.name, type === 'DELETED' ? undefined : (object.metadata.labels ?? {}))),
    on(resources.persistentvolumes, (event) => {
      volumes.hear(event);
      queue.heard('volume changed');
    }),
    tell(resources.persistentvolumeclaims, 'claim changed'),
    tell(builtInResources.storageclasses, 'class changed'),
    tell(resources.csinodes, 'CSINode changed'),
  ];
  return { state, volumes, stop: () => stops.forEach((stop) => stop()) };
}

function hearNode(state: ClusterState, queue: SchedulingQueue, { type, object, before }: StoreEvent): void {
  if (type === 'DELETED') {
    state.removeNode(object.metadata.name);
    return;
  }
  state.setNode(object);
  if (before === undefined) queue.heard('node added');
  else if (!same(whatDecides(object), whatDecides(before))) queue.heard('node changed');
}

/** Heartbeats change none of it. */
const whatDecides = ({ metadata, spec, status }: Node): unknown => [metadata.labels ?? {}, spec?.taints ?? [], spec?.unschedulable === true, status?.allocatable ?? {}];

function hearPod(state: ClusterState, queue: SchedulingQueue, { type, object, before }: StoreEvent): void {
  const pod = object as Pod;
  const node = pod.spec.nodeName ?? '';
  if (node === '') {
    hearUnbound(queue, pod, type === 'DELETED', before);
    return;
  }
  queue.remove(pod.metadata.uid);
  if (type === 'DELETED' || isOver(pod)) {
    if (state.displace(pod.metadata.uid)) queue.heard('pod gone');
    return;
  }
  const wasThere = ((before as Pod | undefined)?.spec.nodeName ?? '') !== '';
  if (wasThere && !concerns(pod, before as Pod)) return;
  state.place(factsOf(pod), node);
  queue.heard('pod placed');
}

/** Most changes of a placed pod are of its status. */
const concerns = (pod: Pod, before: Pod): boolean =>
  isTerminating(pod) !== isTerminating(before) || !same(pod.metadata.labels, before.metadata.labels) || !same(pod.spec, before.spec);

function hearUnbound(queue: SchedulingQueue, pod: Pod, gone: boolean, before: KubeObject | undefined): void {
  const { uid, namespace = '', name } = pod.metadata;
  const { schedulerName = 'default-scheduler', schedulingGates = [], priority = 0 } = pod.spec;
  if (gone || isTerminating(pod) || isOver(pod) || schedulerName !== 'default-scheduler' || schedulingGates.length > 0) {
    queue.remove(uid);
    return;
  }
  // What the scheduler itself writes into the status must not wake the pod that it has just put aside.
  if (before === undefined || !same([pod.metadata.labels, pod.spec], [before.metadata.labels, before.spec])) queue.add({ uid, namespace, name, priority });
}
