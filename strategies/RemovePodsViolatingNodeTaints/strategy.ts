import { type Condition, meets, sentence } from '../../src/decide/rebalancing/conditions.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { tolerates } from '../../src/decide/rebalancing/taints.ts';
import type { NodeRecord, PodRecord, Taint } from '../../src/model/cluster.ts';
import { type NodeTaintsArgs, parseArgs } from './args.ts';

/** Moves pods away from nodes whose taints, set after they came, would not let them in again. */
export const removePodsViolatingNodeTaints: Strategy<NodeTaintsArgs> = {
  name: 'RemovePodsViolatingNodeTaints',
  summary: 'Evicts pods that do not tolerate a NoSchedule taint of their node.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
};

function* propose(view: StrategyView, args: NodeTaintsArgs): Proposals {
  for (const node of view.nodes) {
    const taints = node.taints.filter((taint) => counts(taint, args));
    const violates = doesNotTolerate(taints, node);
    const wanted = { ...scopeOf(args), phases: 'active', where: meets([violates], view.explain) } as const;
    if (taints.length > 0) for (const pod of view.candidates(node, wanted)) yield { pod, because: sentence(pod, [violates]), group: node.name };
    // Most nodes have no taint that counts: their pods need not go through the filters, only be told why they stay.
    else if (view.explain !== undefined) view.pods(node, wanted);
  }
}

/** NoExecute taints never count: their own controller evicts. An absent list of included taints means all, an empty one none. */
function counts(taint: Taint, { includePreferNoSchedule = false, excludedTaints = [], includedTaints }: NodeTaintsArgs): boolean {
  const hasEffect = taint.effect === 'NoSchedule' || (includePreferNoSchedule && taint.effect === 'PreferNoSchedule');
  return hasEffect && !isListed(taint, excludedTaints) && (includedTaints === undefined || isListed(taint, includedTaints));
}

const isListed = ({ key, value = '' }: Taint, list: readonly string[]): boolean => list.includes(key) || (value !== '' && list.includes(`${key}=${value}`));

function doesNotTolerate(taints: readonly Taint[], node: NodeRecord): Condition {
  const offending = (pod: PodRecord): Taint | undefined => taints.find((taint) => !tolerates(pod, taint));
  return {
    holds: (pod) => offending(pod) !== undefined,
    because: (pod) => `does not tolerate the taint ${show(offending(pod))} of ${node.name}`,
    otherwise: () => (taints.length === 0 ? `${node.name} has no taint that counts` : `it tolerates every taint of ${node.name} that counts (${taints.map(show).join(', ')})`),
  };
}

const show = (taint: Taint | undefined): string => (taint === undefined ? '' : `${taint.key}${(taint.value ?? '') === '' ? '' : `=${taint.value}`}:${taint.effect}`);
