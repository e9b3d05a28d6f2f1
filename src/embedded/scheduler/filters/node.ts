import { matchesNode, tolerates, untolerated } from '../../controllers/workload/node-match.ts';
import type { NodeSelectorTerm } from '../../controllers/workload/objects.ts';
import { type Filter, rejection } from '../plugin.ts';

/** A cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: Filter = ({ pod }) => {
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
  const allowed = pod.pod.spec.tolerations?.some((toleration) => tolerates(toleration, taint)) === true;
  if (allowed) return undefined;
  return { name: 'NodeUnschedulable', check: ({ node }) => (node?.spec?.unschedulable === true ? rejection('node(s) were unschedulable', true) : undefined) };
};

export const taintToleration: Filter = ({ pod }) => {
  const tolerations = pod.pod.spec.tolerations ?? [];
  return {
    name: 'TaintToleration',
    check({ node }) {
      const taints = node?.spec?.taints;
      if (taints === undefined || taints.length === 0) return undefined;
      return untolerated(taints, tolerations, ['NoSchedule', 'NoExecute']) === undefined ? undefined : rejection('node(s) had untolerated taint(s)', true);
    },
  };
};

/** `nodeSelector` and the required node affinity. Terms that all name nodes leave no other to look at. */
export const nodeAffinity: Filter = ({ pod: { pod: { spec } } }) => {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined && spec.nodeSelector === undefined) return undefined;
  const only = namedNodes(required?.nodeSelectorTerms ?? []);
  return {
    name: 'NodeAffinity',
    ...(only === undefined ? {} : { only }),
    check: ({ node }) => (node === undefined || matchesNode(spec, node) ? undefined : rejection("node(s) didn't match Pod's node affinity/selector", true)),
  };
};

function namedNodes(terms: readonly NodeSelectorTerm[]): ReadonlySet<string> | undefined {
  const names = terms.map(({ matchFields = [] }) => matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values);
  return names.length === 0 || names.includes(undefined) ? undefined : new Set(names.flatMap((each) => each ?? []));
}

export const nodePorts: Filter = ({ pod: { hostPorts } }) => {
  if (hostPorts.length === 0) return undefined;
  return {
    name: 'NodePorts',
    check: ({ hostPorts: taken }) => (taken.size > 0 && hostPorts.some((port) => [...taken.keys()].some((other) => conflict(port, other))) ? rejection("node(s) didn't have free ports for the requested pod ports", false) : undefined),
  };
};

/** The address 0.0.0.0 takes the port of every address. */
function conflict(left: string, right: string): boolean {
  const [protocol, address, port] = left.split('/');
  const [otherProtocol, otherAddress, otherPort] = right.split('/');
  return protocol === otherProtocol && port === otherPort && (address === otherAddress || address === '0.0.0.0' || otherAddress === '0.0.0.0');
}
