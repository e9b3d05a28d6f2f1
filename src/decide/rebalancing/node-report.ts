import type { NodeRecord, PodRecord } from '../../model/cluster.ts';
import type { ClusterFacts } from '../../model/rebalancing.ts';
import { selects } from '../../model/labels.ts';
import { type Amount, formatAmount } from '../../model/quantity.ts';
import { isActive } from './cluster-index.ts';
import type { Explanation, NodeFigures } from './explanation.ts';
import { byName, byText } from './order.ts';
import type { RebalancePolicy } from './policy.ts';
import { add, effectiveRequests } from './requests.ts';
import { isReady } from './view.ts';

/** A node as a cycle found it at its beginning, and what strategies said of it. */
export interface NodeReport {
  readonly name: string;
  /** Why strategies do not work on it; absent when they do. */
  readonly leftOut?: string;
  readonly cordoned: boolean;
  /** Its active pods, and the sum of their requests. */
  readonly pods: number;
  readonly requests: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly strategies: readonly NodeFigures[];
}

/** Every node in the order of names, or only those that `wanted` names. */
export function reportNodes(facts: ClusterFacts, policy: RebalancePolicy, explanation: Explanation, wanted?: ReadonlySet<string>): NodeReport[] {
  const nodes = facts.nodes.filter(({ name }) => wanted?.has(name) ?? true).toSorted(byName);
  const sums = new Map(nodes.map(({ name }) => [name, { pods: 0, requests: new Map<string, Amount>() }]));
  for (const pod of facts.pods) count(sums.get(pod.node), pod);
  return nodes.map((node) => {
    const { pods, requests } = sums.get(node.name) ?? { pods: 0, requests: new Map<string, Amount>() };
    const why = leftOut(node, policy);
    return {
      name: node.name,
      ...(why === undefined ? {} : { leftOut: why }),
      cordoned: node.unschedulable,
      pods,
      requests: sorted([...requests].map(([resource, sum]) => [resource, formatAmount(resource, sum)])),
      allocatable: sorted(Object.entries(node.allocatable)),
      strategies: (explanation.nodes.get(node.name) ?? []).map((each) => ({ ...each, figures: plain(each.figures) as NodeFigures['figures'] })),
    };
  });
}

function count(sum: { pods: number; readonly requests: Map<string, Amount> } | undefined, pod: PodRecord): void {
  if (sum === undefined || !isActive(pod)) return;
  sum.pods += 1;
  add(sum.requests, effectiveRequests(pod));
}

function leftOut(node: NodeRecord, { nodeSelector }: RebalancePolicy): string | undefined {
  if (!isReady(node)) return `its condition Ready is ${node.ready}`;
  return selects(nodeSelector, node.labels) ? undefined : "the policy's nodeSelector does not choose it";
}

const sorted = <Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> => Object.fromEntries(entries.toSorted(([left], [right]) => byText(left, right)));

/** Figures as JSON can hold them, in an order that does not depend on how they were made. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return sorted([...value].map(([key, each]: [unknown, unknown]) => [String(key), plain(each)]));
  if (typeof value !== 'object' || value === null) return value;
  return sorted(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
