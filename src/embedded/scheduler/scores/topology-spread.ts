import { controllerOf } from '../../controllers/workload/owner.ts';
import type { RawSelector, SpreadConstraint } from '../../controllers/workload/objects.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import type { KubeObject } from '../../api-server/object.ts';
import { domains, matchingPods, selectorOf } from '../filters/topology-spread.ts';
import type { Cycle, Score } from '../plugin.ts';
import { type NodeState, labelsOf } from '../state/node-state.ts';
import type { NodeCounts } from '../state/pod-counters.ts';

const hostname = 'kubernetes.io/hostname';

/** What holds for pods that say nothing themselves (kubernetes.io/docs, *Built-in default constraints*). */
const defaults: readonly SpreadConstraint[] = [
  { topologyKey: hostname, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** Spread constraints that say ScheduleAnyway; without any, the default ones, for pods of a ReplicaSet or StatefulSet. */
export const topologySpreadScore: Score = {
  weight: 2,
  points(cycle, nodes) {
    const soft = softConstraints(cycle);
    if (soft === undefined) return undefined;
    const ignored = new Set(nodes.filter((node) => soft.strict && !soft.constraints.every(({ topologyKey }) => labelsOf(node)[topologyKey] !== undefined)));
    const spreads = soft.constraints.map((constraint) => spreadOf(cycle, constraint, nodes.filter((node) => !ignored.has(node))));
    return normalised(nodes.map((node) => (ignored.has(node) ? undefined : Math.round(spreads.reduce((sum, spread) => sum + costOf(spread, node), 0)))));
  },
};

interface Soft {
  readonly constraints: readonly SpreadConstraint[];
  /** Nodes without all the keys are out; with the defaults a cluster without zones still spreads over nodes. */
  readonly strict: boolean;
}

function softConstraints({ pod, store }: Cycle): Soft | undefined {
  const stated = pod.pod.spec.topologySpreadConstraints ?? [];
  if (stated.length > 0) {
    const constraints = stated.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
    return constraints.length === 0 ? undefined : { constraints, strict: true };
  }
  const labelSelector = ownerSelector(pod, store);
  return labelSelector === undefined ? undefined : { constraints: defaults.map((each) => ({ ...each, labelSelector })), strict: false };
}

interface Selecting extends KubeObject {
  readonly spec: { readonly selector: RawSelector };
}

const owners: Readonly<Record<string, typeof builtInResources.replicasets>> = { ReplicaSet: builtInResources.replicasets, StatefulSet: builtInResources.statefulsets };

/** Kubernetes adds the selectors of Services to it, which select the same pods in most clusters; Services are not looked at here. */
function ownerSelector({ pod, namespace }: Cycle['pod'], store: Cycle['store']): RawSelector | undefined {
  const owner = controllerOf(pod);
  const resource = owners[owner?.kind ?? ''];
  return owner === undefined || resource === undefined ? undefined : store.get<Selecting>(resource, { namespace, name: owner.name })?.spec.selector;
}

interface Spread {
  readonly constraint: SpreadConstraint;
  readonly byNode: NodeCounts;
  readonly byDomain: ReadonlyMap<string, number>;
  /** Domains of which there are few must not lose against those of which there are many. */
  readonly weight: number;
}

function spreadOf(cycle: Cycle, constraint: SpreadConstraint, feasible: readonly NodeState[]): Spread {
  const { topologyKey } = constraint;
  const byNode = matchingPods(cycle, selectorOf(constraint, cycle.pod.labels));
  const perHost = topologyKey === hostname;
  const wanted = new Set(perHost ? [] : feasible.map((node) => labelsOf(node)[topologyKey] ?? ''));
  const byDomain = perHost ? new Map<string, number>() : domains(cycle, constraint, cycle.state.nodes(), byNode);
  return { constraint, byNode, byDomain, weight: Math.log((perHost ? feasible.length : wanted.size) + 2) };
}

function costOf({ constraint: { topologyKey, maxSkew }, byNode, byDomain, weight }: Spread, node: NodeState): number {
  const value = labelsOf(node)[topologyKey];
  if (value === undefined) return 0;
  const count = topologyKey === hostname ? (byNode.get(node.name) ?? 0) : (byDomain.get(value) ?? 0);
  return count * weight + (maxSkew - 1);
}

/** Fewer matching pods, more points; nodes that are out get none. */
function normalised(costs: readonly (number | undefined)[]): readonly number[] {
  const known = costs.filter((cost) => cost !== undefined);
  const most = Math.max(0, ...known);
  const least = Math.min(...known);
  return costs.map((cost) => (cost === undefined ? 0 : most === 0 ? 100 : Math.trunc((100 * (most + least - cost)) / most)));
}
