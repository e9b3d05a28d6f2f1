import { type Condition, meets, sentence } from '../../src/decide/rebalancing/conditions.ts';
import { matchesNode, requiredNodeAffinity } from '../../src/decide/rebalancing/node-selection.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Fit, Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { NodeRecord } from '../../src/model/cluster.ts';
import { type NodeAffinityArgs, parseArgs } from './args.ts';
import { Preferences, prefersNodes } from './preference.ts';

/** Moves pods off nodes that their node affinity no longer admits, or likes less than another node. */
export const removePodsViolatingNodeAffinity: Strategy<NodeAffinityArgs> = {
  name: 'RemovePodsViolatingNodeAffinity',
  summary: 'Evicts pods whose node does not match their node affinity any more, when some node would take them.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
};

function* propose(view: StrategyView, args: NodeAffinityArgs): Proposals {
  let known = 0;
  for (const [at, type] of args.nodeAffinityType.entries()) {
    const conditionsOn = conditionsOf(type, view);
    if (conditionsOn === undefined) {
      view.explain?.strategy(`${JSON.stringify(type)} in nodeAffinityType is no known type and is passed over`);
      continue;
    }
    known += 1;
    // The total limit ends one pass only: the next type is tried as well, and runs into the limit by itself.
    const pass = `${at}`;
    for (const node of view.nodes) {
      const conditions = conditionsOn(node);
      const wanted = { ...scopeOf(args), phases: 'active', where: meets(conditions, view.explain) } as const;
      for (const pod of view.candidates(node, wanted)) yield { pod, because: sentence(pod, conditions), group: `${pass} ${node.name}`, pass };
    }
  }
  return known === 0 ? 'nodeAffinityType names no known type' : undefined;
}

/** What a pass over one type of affinity asks of the pods of a node. */
function conditionsOf(type: string, view: StrategyView): ((node: NodeRecord) => readonly Condition[]) | undefined {
  const fit = view.fit(view.nodes);
  switch (type) {
    case 'requiredDuringSchedulingIgnoredDuringExecution':
      return (node) => [requiresOtherThan(node), fitsSomewhere(fit)];
    case 'preferredDuringSchedulingIgnoredDuringExecution': {
      const preferences = new Preferences(view.nodes);
      return (node) => [prefersOtherThan(node, preferences), fitsSomewhere(fit)];
    }
    default:
      return undefined;
  }
}

/** A nodeSelector alone is never a reason to go; next to a required affinity it counts. */
const requiresOtherThan = (node: NodeRecord): Condition => ({
  // An affinity that cannot be read on this node is one that the node does not match.
  holds: (pod) => requiredNodeAffinity(pod) !== undefined && matchesNode(pod, node) !== 'yes',
  because: () => `requires another node than ${node.name} by its node affinity or selector`,
  otherwise: (pod) => (requiredNodeAffinity(pod) === undefined ? 'it has no required node affinity' : `${node.name} matches its required node affinity`),
});

/** The better node itself is not asked for room: that is node fit's to do, when the policy wants it. */
const prefersOtherThan = (node: NodeRecord, preferences: Preferences): Condition => ({
  holds: (pod) => prefersNodes(pod) && preferences.best(pod).weight > preferences.weight(pod, node),
  because: (pod) => {
    const best = preferences.best(pod);
    return `prefers ${best.node} (weight ${best.weight}) to ${node.name} (weight ${preferences.weight(pod, node)})`;
  },
  otherwise: (pod) => (prefersNodes(pod) ? `it prefers no node to ${node.name}, whose weight is ${preferences.weight(pod, node)}` : 'it has no preferred node affinity'),
});

const fitsSomewhere = (fit: Fit): Condition => ({
  holds: (pod) => fit.fitsAny(pod),
  otherwise: () => 'it fits on none of the nodes',
});
