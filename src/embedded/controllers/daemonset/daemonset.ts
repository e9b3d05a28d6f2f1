import { resources } from '../../../kube/paths.ts';
import type { RunController } from '../controller.ts';
import { type Timings, realTimings } from '../timings.ts';
import { claimChildren } from '../workload/claim-children.ts';
import type { Node, Pod } from '../workload/objects.ts';
import { keyOf, nameOf } from '../workload/owner.ts';
import { createPod, deletePod } from '../workload/pod-control.ts';
import { isTerminating, untilNextAvailable } from '../workload/pod-state.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { type Revisions, forgetRevisions, recordTemplate } from '../workload/revisions.ts';
import { type OwnerParts, runOwner } from '../workload/run-owner.ts';
import { same } from '../workload/same.ts';
import { writeStatus } from '../workload/status.ts';
import { daemonTolerations, fitOf, nodeOf, pinnedTo } from './daemon-pod.ts';
import { FailedPods } from './failed-pods.ts';
import { type DaemonSet, hashLabel } from './objects.ts';
import { type OnNode, oldPodsToReplace } from './rolling-update.ts';
import { statusOf } from './status.ts';

/** The DaemonSet controller. Not modelled: `maxSurge` of a rolling update. */
export function daemonSetController(timings: Timings = realTimings): RunController {
  return (parts, signal) => {
    const failed = new FailedPods(timings, parts.clock);
    const of = { resource: builtInResources.daemonsets, kind: 'DaemonSet', children: resources.pods, component: 'daemonset-controller' };
    return runOwner(of, parts, signal, { sync: (all, key) => sync(all, key, failed), also: watchNodes });
  };
}

/** A change of a node's labels, taints or existence concerns all sets; its heartbeats none. */
function watchNodes({ store, queue }: OwnerParts): readonly (() => void)[] {
  const relevant = (node: Node | undefined): unknown => (node === undefined ? undefined : [node.metadata.labels ?? {}, node.spec?.taints ?? [], node.spec?.unschedulable === true]);
  return [
    store.subscribe(resources.nodes, ({ object, before, type }) => {
      if (type === 'MODIFIED' && same(relevant(object), relevant(before))) return;
      for (const set of store.list(builtInResources.daemonsets)) queue.add(keyOf(set));
    }),
  ];
}

function sync(parts: OwnerParts, key: string, failed: FailedPods): void {
  const { store, queue, clock } = parts;
  const set = store.get<DaemonSet>(builtInResources.daemonsets, nameOf(key));
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
  const revisions = recordTemplate(store, set, set.spec.template, (hash) => ({ [hashLabel]: hash }));
  const hash = revisions.update.metadata.labels?.[hashLabel] ?? '';
  const nodes = [...store.list<Node>(resources.nodes)];
  const before = podsByNode(parts, set);
  manage(parts, set, { nodes, pods: before, hash, failed });
  for (const pod of oldPodsToReplace(set, { nodes, pods: podsByNode(parts, set), hash, now: clock.now().wall })) deletePod(parts, set, pod);
  forget(parts, revisions, before, set);
  const pods = podsByNode(parts, set);
  writeStatus(store, builtInResources.daemonsets, set, statusOf(set, { nodes, pods, hash, now: clock.now().wall }));
  const wait = untilNextAvailable([...pods.values()].flat(), set.spec.minReadySeconds ?? 0, clock.now().wall);
  if (wait !== undefined) queue.after(key, wait);
}

/** The set's pods by the node that they are on or meant for, oldest first. */
function podsByNode({ store, orphans }: OwnerParts, set: DaemonSet): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of claimChildren<Pod>(store, set, { resource: resources.pods, selector: set.spec.selector, orphans })) {
    const node = nodeOf(pod.spec) ?? '';
    byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  for (const pods of byNode.values()) pods.sort((left, right) => (left.metadata.creationTimestamp < right.metadata.creationTimestamp ? -1 : 1));
  return byNode;
}

interface Managed extends Pick<OnNode, 'nodes' | 'pods' | 'hash'> {
  readonly failed: FailedPods;
}

/** Creates pods where one belongs and none is, not even one that is ending; deletes those that do not belong, are over or too many. */
function manage(parts: OwnerParts, set: DaemonSet, { nodes, pods, hash, failed }: Managed): void {
  const unwanted: Pod[] = [];
  for (const node of nodes) {
    const { shouldRun, mayStay } = fitOf(set, node);
    const here = pods.get(node.metadata.name) ?? [];
    if (shouldRun && here.length === 0) create(parts, set, node.metadata.name, hash);
    else unwanted.push(...(mayStay ? surplus(parts, set, here, failed) : here));
  }
  unwanted.push(...withoutNode(nodes, pods));
  for (const pod of unwanted) if (!isTerminating(pod)) deletePod(parts, set, pod);
}

/** Pods that wait for a node that has gone: nobody else would delete them. */
function withoutNode(nodes: readonly Node[], pods: ReadonlyMap<string, readonly Pod[]>): Pod[] {
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  return [...pods].flatMap(([node, here]) => (known.has(node) ? [] : here.filter(({ spec }) => (spec.nodeName ?? '') === '')));
}

function create(parts: OwnerParts, set: DaemonSet, node: string, hash: string): void {
  const { template } = set.spec;
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  const labels = { [hashLabel]: hash, ...(generation === undefined ? {} : { 'pod-template-generation': generation }) };
  createPod(parts, set, template, { labels, spec: { tolerations: daemonTolerations(template.spec), affinity: pinnedTo(node, template.spec.affinity) } });
}

/** Pods that are over, each after a wait that grows, and all running ones but the oldest. */
function surplus(parts: OwnerParts, set: DaemonSet, here: readonly Pod[], failed: FailedPods): readonly Pod[] {
  const staying = here.filter((pod) => !isTerminating(pod));
  const running = staying.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  const over = staying.filter((pod) => {
    const { phase } = pod.status ?? {};
    const wait = phase === 'Failed' ? failed.waitFor(`${set.metadata.uid}/${nodeOf(pod.spec) ?? ''}`) : undefined;
    if (wait !== undefined) parts.queue.after(keyOf(set), wait);
    if (wait !== undefined || (phase !== 'Failed' && phase !== 'Succeeded')) return false;
    sayOver(parts, set, pod);
    return true;
  });
  return [...over, ...running.slice(1)];
}

function sayOver({ record }: OwnerParts, set: DaemonSet, { metadata, spec, status }: Pod): void {
  const where = `${metadata.namespace ?? ''}/${metadata.name} on node ${nodeOf(spec) ?? ''}`;
  if (status?.phase === 'Failed') record(set, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${where}, will try to kill it`);
  else record(set, 'Normal', 'SucceededDaemonPod', `Found succeeded daemon pod ${where}, will try to delete it`);
}

function forget({ store }: OwnerParts, { all, update }: Revisions, pods: ReadonlyMap<string, readonly Pod[]>, set: DaemonSet): void {
  const hashes = new Set([...pods.values()].flat().map(({ metadata }) => metadata.labels?.[hashLabel]));
  const inUse = all.filter(({ metadata }) => hashes.has(metadata.labels?.[hashLabel]));
  forgetRevisions(store, all, new Set([update, ...inUse].map(({ metadata }) => metadata.name)), set.spec.revisionHistoryLimit ?? 10);
}
