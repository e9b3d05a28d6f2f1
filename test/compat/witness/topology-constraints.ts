import { matchesNode, requiredNodeAffinity } from '../../../src/decide/rebalancing/node-selection.ts';
import { toleratesHardTaints } from '../../../src/decide/rebalancing/taints.ts';
import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import type { LabelSelector, Requirement } from '../../../src/model/configuration.ts';
import { field } from '../../../src/model/node-selector.ts';
import { readLabelSelector } from '../../../src/model/selector.ts';
import { textOf } from './fields.ts';

/** A spread constraint in the form in which two equal ones are one. */
export interface Constraint {
  readonly identity: string;
  readonly maxSkew: number;
  readonly topologyKey: string;
  /** Absent selectors select nobody. */
  readonly selector: LabelSelector | undefined;
  readonly isEligible: (node: NodeRecord) => boolean;
}

/** The distinct constraints that pods of one namespace declare. */
export function constraintsOf(pods: readonly PodRecord[], actions: readonly string[]): Constraint[] {
  const declared = pods.flatMap((pod) =>
    pod.topologySpreadConstraints.filter((raw) => actions.includes(textOf(raw, 'whenUnsatisfiable'))).flatMap((raw) => readConstraint(raw, pod) ?? []),
  );
  return [...new Map(declared.map((each) => [each.identity, each])).values()];
}

function readConstraint(raw: unknown, pod: PodRecord): Constraint | undefined {
  const written = field(raw, 'labelSelector') ?? undefined;
  const read = written === undefined ? undefined : readLabelSelector(written);
  if (read !== undefined && 'problem' in read) return undefined;
  const selector = read === undefined ? undefined : { requirements: [...read.selector.requirements, ...ownLabels(raw, pod)] };
  const affinity = (field(raw, 'nodeAffinityPolicy') ?? 'Honor') === 'Honor';
  const taints = (field(raw, 'nodeTaintsPolicy') ?? 'Ignore') === 'Honor';
  const maxSkew = Number(field(raw, 'maxSkew'));
  const topologyKey = textOf(raw, 'topologyKey');
  const captured = [affinity ? [pod.nodeSelector, requiredNodeAffinity(pod)] : 'ignored', taints ? pod.tolerations : 'ignored'];
  return {
    identity: JSON.stringify([maxSkew, topologyKey, selector?.requirements.map((each) => JSON.stringify([each.key, each.operator, each.values.toSorted()])).toSorted(), captured]),
    maxSkew,
    topologyKey,
    selector,
    isEligible: (node) => (!affinity || matchesNode(pod, node) === 'yes') && (!taints || toleratesHardTaints(pod, node)),
  };
}

function ownLabels(raw: unknown, pod: PodRecord): Requirement[] {
  const keys = field(raw, 'matchLabelKeys');
  return (Array.isArray(keys) ? keys : []).flatMap((key: string) => {
    const value = Object.hasOwn(pod.labels, key) ? pod.labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator: 'In' as const, values: [value] }];
  });
}
