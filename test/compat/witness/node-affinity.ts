import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import { matchesNode, requiredNodeAffinity } from '../../../src/decide/rebalancing/node-selection.ts';
import { NodeFit } from '../../../src/decide/rebalancing/node-fit.ts';
import { admitsNode, field } from '../../../src/model/node-selector.ts';
import type { Scope, View } from './ground.ts';
import { Sweep } from './sweep.ts';
import { InTurn, type Witness } from './witness.ts';

interface Args extends Scope {
  readonly nodeAffinityType?: readonly string[];
}

/** One pass over the nodes for each listed type, in the listed order. */
export function nodeAffinity(view: View, args: object): Witness {
  const fit = new NodeFit(view.index, view.nodes, view.shapes);
  const candidates = view.candidates(args, 'active').filter((pod) => fit.fitsAny(pod));
  return new InTurn(
    ((args as Args).nodeAffinityType ?? []).map((type) => {
      const pods = candidates.filter((pod) => violates(view, type, pod));
      return new Sweep(pods.map((pod) => ({ pod, place: pod.node, key: [] })), view);
    }),
  );
}

function violates({ nodes, index }: View, type: string, pod: PodRecord): boolean {
  const own = index.node(pod.node);
  if (own === undefined) return false;
  if (type === required) return typeof requiredNodeAffinity(pod) === 'object' && matchesNode(pod, own) !== 'yes';
  if (type !== preferred) return false;
  return nodes.some((node) => weightOf(pod, node) > weightOf(pod, own));
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function weightOf(pod: PodRecord, node: NodeRecord): number {
  const terms = field(field(pod.affinity, 'nodeAffinity'), preferred);
  if (!Array.isArray(terms)) return 0;
  return terms.reduce((sum: number, term: unknown) => sum + (admitsNode({ nodeSelectorTerms: [field(term, 'preference')] }, node) === 'yes' ? Number(field(term, 'weight') ?? 0) : 0), 0);
}
