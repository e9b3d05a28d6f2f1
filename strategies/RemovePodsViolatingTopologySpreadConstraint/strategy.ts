import type { PodRecord } from '../../src/model/cluster.ts';
import { LabelIndex } from '../../src/decide/rebalancing/label-index.ts';
import { byText } from '../../src/decide/rebalancing/order.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { parseArgs, type TopologySpreadArgs } from './args.ts';
import { declaredConstraints } from './constraint.ts';
import { explainUncounted } from './explanation.ts';
import { overcrowding, type Selected } from './spread.ts';
import { Topologies } from './topology.ts';

/** Evens out topology domains whose difference in pods has grown beyond what the pods' spread constraints allow. */
export const removePodsViolatingTopologySpreadConstraint: Strategy<TopologySpreadArgs> = {
  name: 'RemovePodsViolatingTopologySpreadConstraint',
  summary: 'Evicts pods from topology domains that hold more of them than their topologySpreadConstraints allow.',
  extensionPoint: 'balance',
  parseArgs,
  propose,
};

function* propose(view: StrategyView, args: TopologySpreadArgs): Proposals {
  // Everything is decided before the first eviction. A pod that several constraints want gone goes once, for the first of them.
  const going = new Map<PodRecord, string>();
  for (const { pod, because } of selected(view, args)) if (!going.has(pod)) going.set(pod, because);
  for (const [pod, because] of going) if (view.isEvictable(pod) && view.mayGoNow(pod)) yield { pod, because, group: pod.node };
}

/** Each constraint is balanced by itself, from all pods, whatever others select: namespaces by name, constraints by their first pod. */
function* selected(view: StrategyView, { constraints = [], topologyBalanceNodeFit = true, ...scope }: TopologySpreadArgs): Generator<Selected> {
  const considered = constraints.length > 0 ? constraints : ['DoNotSchedule'];
  const topologies = new Topologies(view.nodes);
  for (const [namespace, pods] of podsByNamespace(view, scopeOf(scope))) {
    const surroundings = { view, namespace, topologies, index: new LabelIndex(pods.filter((pod) => !view.isTerminating(pod))), mustFit: topologyBalanceNodeFit };
    const declared = [...declaredConstraints(pods, considered)];
    for (const constraint of declared) yield* overcrowding(constraint, surroundings);
    if (view.explain !== undefined) explainUncounted(surroundings, pods, new Set(declared.flatMap(({ selector }) => surroundings.index.selected(selector))));
  }
}

/** Protected pods are not seen: neither counted nor moved, and what they declare is not read. */
function podsByNamespace(view: StrategyView, scope: ReturnType<typeof scopeOf>): [string, PodRecord[]][] {
  const pods = view.nodes.flatMap((node) => view.pods(node, { ...scope, phases: 'active' }).filter(view.isEvictable));
  return [...Map.groupBy(pods, ({ namespace }) => namespace)].toSorted(([left], [right]) => byText(left, right));
}
