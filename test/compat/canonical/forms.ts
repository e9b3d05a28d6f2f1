import { rankOf } from '../../../src/decide/rebalancing/eviction-order.ts';
import type { PodRecord } from '../../../src/model/cluster.ts';
import type { View } from '../witness/ground.ts';
import { violates } from '../witness/inter-pod-anti-affinity.ts';
import { createdAt } from '../witness/pod-life-time.ts';
import { keysOf } from '../witness/remove-duplicates.ts';
import { restartsOf } from '../witness/too-many-restarts.ts';
import { type SizeClass } from '../witness/topology-domains.ts';
import { spreadOf } from '../witness/topology-spread.ts';
import { type Thresholds, trackedResources, usageOfPod } from '../witness/usage.ts';
import { title } from '../witness/witness.ts';
import { countBy, sortedEntries } from './sorting.ts';

/** What one strategy did, and all that its form may look at. */
export interface Done {
  readonly view: View;
  readonly args: object;
  /** In the order in which they went. */
  readonly pods: readonly PodRecord[];
}

type Form = (done: Done) => unknown;

const asSet: Form = ({ pods }) => pods.map(title).toSorted();

/** Per node the sequence of what `shown` makes of its pods. */
const perNode = (pods: readonly PodRecord[], shown: (pod: PodRecord) => unknown): unknown => sortedEntries(Map.groupBy(pods, ({ node }) => node), (list) => list.map(shown));

const byUsage: Form = ({ args, pods }) => {
  const tracked = trackedResources((args as { thresholds?: Thresholds }).thresholds ?? {});
  return perNode(pods, (pod) => [rankOf(pod), [...usageOfPod(pod, tracked).values()].map(String)]);
};

/** On one node ranks decide; across nodes only that conflicts are gone, and that nobody went without one. */
const byConflict: Form = ({ view, args, pods }) => {
  const collected = view.pods(args, 'active');
  const all = new Set(collected);
  const staysOnNode = collected.every((pod) => violates(view, pod, all) === violates(view, pod, new Set(collected.filter(({ node }) => node === pod.node))));
  if (staysOnNode) return perNode(pods, rankOf);
  const left = new Set(collected.filter((pod) => !pods.includes(pod)));
  const mayGo = (pod: PodRecord): boolean => view.evictable(pod) && view.mayGo(pod);
  return { resolved: ![...left].some((pod) => mayGo(pod) && violates(view, pod, left)), needed: pods.every((pod) => violates(view, pod, all)) };
};

/** One constraint: how many go from domains of each size, and their ranks. Several: within what they ask one by one. */
const bySpread: Form = ({ view, args, pods }) =>
  sortedEntries(spreadOf(view, args), (constraints) => {
    const classes = constraints.filter((each) => each.length > 0);
    return classes.length > 1 ? isWithin(classes, pods) : (classes[0] ?? []).map((sizes) => lossesOf(sizes, pods));
  });

function lossesOf({ size, domains }: SizeClass, pods: readonly PodRecord[]): unknown {
  const losses = domains.map(({ ranked }) => ranked.filter(({ pod }) => pods.includes(pod)).map(({ key }) => key));
  return [size, losses.map((loss) => JSON.stringify(loss)).toSorted()];
}

function isWithin(constraints: readonly (readonly SizeClass[])[], pods: readonly PodRecord[]): boolean {
  const members = new Set(constraints.flat().flatMap(({ domains }) => domains.flatMap(({ ranked }) => ranked.map(({ pod }) => pod))));
  const asked = constraints.flat().flatMap(({ taken }) => taken).reduce((sum, count) => sum + count, 0);
  return pods.filter((pod) => members.has(pod)).length <= asked;
}

/** The canonical form of each strategy. */
export const forms: Readonly<Record<string, Form>> = {
  RemovePodsViolatingNodeTaints: asSet,
  RemovePodsViolatingNodeAffinity: asSet,
  RemoveFailedPods: asSet,
  PodLifeTime: (done) => [asSet(done), done.pods.map(createdAt)],
  RemovePodsHavingTooManyRestarts: (done) => [asSet(done), perNode(done.pods, (pod) => restartsOf(pod, done.args))],
  RemoveDuplicates: ({ pods }) => countBy(pods, (pod) => JSON.stringify([keysOf(pod).toSorted(), pod.node])),
  RemovePodsViolatingInterPodAntiAffinity: byConflict,
  RemovePodsViolatingTopologySpreadConstraint: bySpread,
  LowNodeUtilization: byUsage,
  HighNodeUtilization: byUsage,
};
