import type { PodRecord } from '../../src/model/cluster.ts';
import type { LabelSelector } from '../../src/model/configuration.ts';
import { field } from '../../src/model/node-selector.ts';
import { readLabelSelector } from '../../src/model/selector.ts';
import { Shapes } from '../../src/decide/rebalancing/node-choice.ts';
import { requiredNodeAffinity } from '../../src/decide/rebalancing/node-selection.ts';

/** A spread constraint in the form in which equal ones are one, whoever declares them. */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  /** Whose node selector, required affinity and tolerations decide which nodes take part, as far as they are honoured. */
  readonly declaredBy: PodRecord;
  readonly honoursAffinity: boolean;
  readonly honoursTaints: boolean;
  /** Equal for constraints over the same topology with the same nodes. */
  readonly placement: string;
}

/**
 * The distinct constraints that the pods declare, in the order of the pods. Constraints that cannot be read, and those without a
 * selector, which match no pod, are left out.
 */
export function declaredConstraints(pods: readonly PodRecord[], whenUnsatisfiable: readonly string[]): Constraint[] {
  const constraints = new Map<string, Constraint>();
  const likeness = likenesses();
  const seen = new Set<string>();
  for (const pod of pods) {
    if (pod.topologySpreadConstraints.length === 0) continue;
    const like = likeness(pod);
    if (seen.has(like)) continue;
    seen.add(like);
    for (const raw of pod.topologySpreadConstraints) {
      const constraint = whenUnsatisfiable.includes(String(field(raw, 'whenUnsatisfiable'))) ? readConstraint(raw, pod) : undefined;
      if (constraint === undefined) continue;
      const { maxSkew, selector, placement } = constraint;
      const key = JSON.stringify([maxSkew, selector.requirements, placement]);
      if (!constraints.has(key)) constraints.set(key, constraint);
    }
  }
  return [...constraints.values()];
}

/** Replicas declare the same: by parts that they share, and the labels that `matchLabelKeys` names, each kind of pod is read once. */
function likenesses(): (pod: PodRecord) => string {
  const shapes = new Shapes();
  const lists = new WeakMap<object, { readonly number: number; readonly keys: readonly string[] }>();
  let count = 0;
  return (pod) => {
    const declared = pod.topologySpreadConstraints;
    let list = lists.get(declared);
    if (list === undefined) {
      count += 1;
      list = { number: count, keys: declared.flatMap(matchLabelKeys) };
      lists.set(declared, list);
    }
    return `${list.number} ${shapes.of(pod)} ${list.keys.map((key) => JSON.stringify(labelOf(pod, key) ?? null)).join()}`;
  };
}

function readConstraint(raw: unknown, pod: PodRecord): Constraint | undefined {
  const maxSkew = field(raw, 'maxSkew');
  const topologyKey = field(raw, 'topologyKey');
  const selector = selectorOf(raw, pod);
  if (typeof maxSkew !== 'number' || !Number.isFinite(maxSkew) || typeof topologyKey !== 'string' || selector === undefined) return undefined;
  const honoursAffinity = (field(raw, 'nodeAffinityPolicy') ?? 'Honor') === 'Honor';
  const honoursTaints = field(raw, 'nodeTaintsPolicy') === 'Honor';
  const wishes = honoursAffinity ? [pod.nodeSelector ?? {}, requiredNodeAffinity(pod) ?? null] : [];
  // Who honours taints and tolerates none asks for other nodes than who does not care for taints.
  const placement = JSON.stringify([topologyKey, wishes, honoursTaints ? pod.tolerations : null]);
  return { maxSkew, topologyKey, selector, declaredBy: pod, honoursAffinity, honoursTaints, placement };
}

/** The selector, narrowed to pods that agree with this one in the labels of `matchLabelKeys`. */
function selectorOf(raw: unknown, pod: PodRecord): LabelSelector | undefined {
  const written = field(raw, 'labelSelector') ?? undefined;
  const read = written === undefined ? undefined : readLabelSelector(written);
  if (read === undefined || 'problem' in read) return undefined;
  const own = matchLabelKeys(raw).flatMap((key) => {
    const value = labelOf(pod, key);
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] } as const];
  });
  return { requirements: [...read.selector.requirements, ...own] };
}

function matchLabelKeys(raw: unknown): string[] {
  const keys = field(raw, 'matchLabelKeys');
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

const labelOf = ({ labels }: PodRecord, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
