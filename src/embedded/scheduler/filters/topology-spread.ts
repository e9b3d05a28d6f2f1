import { matchesNode, untolerated } from '../../controllers/workload/node-match.ts';
import type { RawSelector, SpreadConstraint } from '../../controllers/workload/objects.ts';
import { stableJson } from '../../controllers/workload/same.ts';
import { selectsLabels } from '../../controllers/workload/selectors.ts';
import { type Cycle, type Filter, rejection } from '../plugin.ts';
import { labelOf } from '../state/label-index.ts';
import { type NodeState, labelsOf } from '../state/node-state.ts';
import type { NodeCounts } from '../state/pod-counters.ts';

/** Spread constraints that say DoNotSchedule. */
export const podTopologySpread: Filter = (cycle) => {
  const { pod, state } = cycle;
  const constraints = (pod.pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
  if (constraints.length === 0) return undefined;
  const withAllKeys = state.nodes().filter((node) => constraints.every(({ topologyKey }) => labelsOf(node)[topologyKey] !== undefined));
  const spreads = constraints.map((constraint) => {
    const selector = selectorOf(constraint, pod.labels);
    const values = domains(cycle, constraint, withAllKeys, matchingPods(cycle, selector));
    const least = values.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...values.values());
    return { constraint, values, least: values.size === 0 ? 0 : least, self: selectsLabels(selector, pod.labels) ? 1 : 0 };
  });
  return {
    name: 'PodTopologySpread',
    check(node) {
      for (const { constraint, values, least, self } of spreads) {
        const value = labelsOf(node)[constraint.topologyKey];
        if (value === undefined) return rejection("node(s) didn't match pod topology spread constraints (missing required label)", true);
        if ((values.get(value) ?? 0) + self - least > constraint.maxSkew) return rejection("node(s) didn't match pod topology spread constraints", false);
      }
      return undefined;
    },
  };
};

/** Matching pods by domain, over the nodes that the constraint counts: domains without any are there with 0. */
export function domains({ pod }: Cycle, constraint: SpreadConstraint, nodes: readonly NodeState[], counts: NodeCounts): Map<string, number> {
  const sums = new Map<string, number>();
  for (const state of nodes) {
    const value = labelsOf(state)[constraint.topologyKey];
    if (value === undefined || !isCounted(constraint, pod.pod.spec, state)) continue;
    sums.set(value, (sums.get(value) ?? 0) + (counts.get(state.name) ?? 0));
  }
  return sums;
}

/** By default nodes count that the pod's node affinity selects, whatever their taints. */
function isCounted({ nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: SpreadConstraint, spec: Cycle['pod']['pod']['spec'], { node }: NodeState): boolean {
  if (node === undefined) return false;
  if (nodeAffinityPolicy === 'Honor' && !matchesNode(spec, node)) return false;
  return nodeTaintsPolicy !== 'Honor' || untolerated(node.spec?.taints ?? [], spec.tolerations ?? [], ['NoSchedule', 'NoExecute']) === undefined;
}

/** Pods of the same namespace that the selector selects and that are not ending. An empty selector counts nothing. */
export function matchingPods({ pod: { namespace }, state }: Cycle, selector: RawSelector | undefined): NodeCounts {
  const empty = Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
  if (empty) return new Map();
  return state.counters.counts({
    key: `spread ${namespace} ${stableJson(selector)}`,
    namespaces: [namespace],
    label: labelOf(selector),
    matches: (pod) => !pod.terminating && selectsLabels(selector, pod.labels),
  });
}

/** Keys in `matchLabelKeys` ask for the same value as the pod's own. */
export function selectorOf({ labelSelector, matchLabelKeys = [] }: SpreadConstraint, labels: Readonly<Record<string, string>>): RawSelector | undefined {
  const own = matchLabelKeys.filter((key) => labels[key] !== undefined);
  if (own.length === 0 || labelSelector === undefined) return labelSelector;
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...own.map((key) => ({ key, operator: 'In', values: [labels[key] ?? ''] }))] };
}
