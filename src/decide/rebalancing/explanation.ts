import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { Refusal } from './evictor.ts';
import type { By } from './cycle.ts';
import type { ProposalOutcome } from './strategy.ts';
import type { EngineExplainer } from './view.ts';

/** What a dry run says where a real one says `evicted`. */
export const wouldEvict = 'would evict';

/** One link of the chain that decided about a pod. */
export interface Decision extends By {
  /** `refused` by a filter, left where it is by the strategy (`stays`), or what became of the proposal to evict it. */
  readonly decision: 'refused' | 'stays' | typeof wouldEvict | ProposalOutcome['kind'];
  /** The filter that refused it. */
  readonly filter?: Refusal;
  /** A sentence with the deciding figure. */
  readonly because: string;
}

export interface NodeFigures extends By {
  readonly figures: Readonly<Record<string, unknown>>;
  /** Why the strategy takes no pod off the node; absent where it may. */
  readonly podsStay?: string;
}

export interface Ending extends By {
  readonly because: string;
}

/** Takes down what a cycle decides, as far as somebody wants to know. */
export class Explanation {
  /** By `namespace/name`, in the order of the cycle. */
  readonly pods = new Map<string, Decision[]>();
  /** By node name: what strategies say of it. */
  readonly nodes = new Map<string, NodeFigures[]>();
  /** What ended a strategy, or decided about a whole group. */
  readonly strategies: Ending[] = [];
  readonly #wants: (pod: PodRecord) => boolean;
  readonly #evicted: Decision['decision'];

  /** `wants` chooses the pods whose chain is kept: a large cluster has 150,000 of them. */
  constructor(wants: (pod: PodRecord) => boolean, { dryRun = false }: { readonly dryRun?: boolean } = {}) {
    this.#wants = wants;
    this.#evicted = dryRun ? wouldEvict : 'evicted';
  }

  by = (by: By): Required<EngineExplainer> => ({
    refused: (pod, filter, because) => {
      if (this.#wants(pod)) this.#take(pod, { ...by, decision: 'refused', filter, because: because() });
    },
    pod: (pod, because) => {
      if (this.#wants(pod)) this.#take(pod, { ...by, decision: 'stays', because });
    },
    outcome: ({ pod, because }, outcome) => {
      if (this.#wants(pod)) this.#take(pod, { ...by, decision: outcome.kind === 'evicted' ? this.#evicted : outcome.kind, because: 'because' in outcome ? `${because}; ${outcome.because}` : because });
    },
    node: (node: NodeRecord, figures, podsStay) => append(this.nodes, node.name, { ...by, figures, ...(podsStay === undefined ? {} : { podsStay }) }),
    strategy: (because) => void this.strategies.push({ ...by, because }),
  });

  /** A strategy may ask the filters about one pod more than once; that is one link of the chain. */
  #take(pod: PodRecord, decision: Decision): void {
    const key = `${pod.namespace}/${pod.name}`;
    const said = this.pods.get(key)?.some((each) => each.profile === decision.profile && each.strategy === decision.strategy && each.decision === decision.decision && each.because === decision.because);
    if (said !== true) append(this.pods, key, decision);
  }
}

function append<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
