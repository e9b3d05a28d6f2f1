import type { Toleration } from '../../../model/cluster.ts';
import { matchesNode, untolerated } from '../workload/node-match.ts';
import type { Affinity, Node, NodeSelectorTerm, PodSpec } from '../workload/objects.ts';
import type { DaemonSet } from './objects.ts';

export interface Fit {
  /** A pod belongs on the node. */
  readonly shouldRun: boolean;
  /** One that is there may stay: it is only new ones that the node's taints keep away. */
  readonly mayStay: boolean;
}

/** Whether the set's pods belong on the node: by its name, its labels and its taints, but not by what is free on it. */
export function fitOf({ spec }: DaemonSet, node: Node): Fit {
  const { template } = spec;
  const named = template.spec.nodeName ?? '';
  if ((named !== '' && named !== node.metadata.name) || !matchesNode(template.spec, node)) return { shouldRun: false, mayStay: false };
  const taints = node.spec?.taints ?? [];
  const tolerations = daemonTolerations(template.spec);
  if (untolerated(taints, tolerations, ['NoSchedule', 'NoExecute']) === undefined) return { shouldRun: true, mayStay: true };
  return { shouldRun: false, mayStay: untolerated(taints, tolerations, ['NoExecute']) === undefined };
}

const prefix = 'node.kubernetes.io';

/** What every daemon pod tolerates besides its template: a node that is silent, cordoned or under pressure, for ever. */
export function daemonTolerations(spec: PodSpec): readonly Toleration[] {
  const known = tolerationsOf.get(spec) ?? withDaemonTolerations(spec);
  tolerationsOf.set(spec, known);
  return known;
}

/** Asked once for each node. */
const tolerationsOf = new WeakMap<PodSpec, readonly Toleration[]>();

function withDaemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  const added: readonly Toleration[] = [
    ...['not-ready', 'unreachable'].map((name) => ({ key: `${prefix}/${name}`, operator: 'Exists', effect: 'NoExecute' })),
    ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({ key: `${prefix}/${name}`, operator: 'Exists', effect: 'NoSchedule' })),
    ...(hostNetwork === true ? [{ key: `${prefix}/network-unavailable`, operator: 'Exists', effect: 'NoSchedule' }] : []),
  ];
  const isAdded = (toleration: Toleration): boolean => added.some((each) => each.key === toleration.key && each.effect === toleration.effect && toleration.operator === 'Exists');
  return [...tolerations.filter((toleration) => !isAdded(toleration)), ...added];
}

/** The scheduler is left one node to choose. Other rules for the node have been looked at already, and are replaced. */
export function pinnedTo(node: string, affinity: Affinity | undefined): Affinity {
  const term: NodeSelectorTerm = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

/** The node that a daemon pod is bound or pinned to. */
export function nodeOf({ nodeName, affinity }: PodSpec): string | undefined {
  if (nodeName !== undefined && nodeName !== '') return nodeName;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === 'metadata.name')?.values?.[0];
}
