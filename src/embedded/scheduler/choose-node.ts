import { filters } from './filters/index.ts';
import type { Cycle, PluginName, Prepared, Rejection } from './plugin.ts';
import { scores } from './scores/index.ts';
import type { NodeState } from './state/node-state.ts';
import { unschedulableMessage } from './unschedulable.ts';

export type Choice =
  | { readonly kind: 'node'; readonly node: NodeState; readonly looked: number }
  | { readonly kind: 'none'; readonly message: string; readonly rejectedBy: ReadonlySet<PluginName>; readonly looked: number };

export interface Search {
  readonly cycle: Cycle;
  /** Where in the list of nodes the search begins: it goes round, so that all nodes get their turn. */
  readonly start: number;
  random(): number;
}

/** The best node for one pod, or why there is none. Looks at each node at most once. */
export function chooseNode({ cycle, start, random }: Search): Choice {
  const all = cycle.state.nodes();
  if (all.length === 0) return { kind: 'none', message: 'no nodes available to schedule pods', rejectedBy: new Set(), looked: 0 };
  const prepared = filters.map((filter) => filter(cycle)).filter((each) => each !== undefined);
  const impossible = prepared.find((each) => 'impossible' in each);
  if (impossible !== undefined) {
    return { kind: 'none', message: unschedulableMessage(cycle, { impossible: impossible.impossible }), rejectedBy: new Set([impossible.name]), looked: 0 };
  }
  const checks = prepared.filter((each) => 'check' in each);
  const { nodes, excludedBy } = narrow(all, checks);
  const found = feasible(nodes, checks, start % nodes.length || 0);
  const [first] = found.nodes;
  if (first === undefined) {
    const message = unschedulableMessage(cycle, { rejections: found.rejections, excluded: all.length - nodes.length, excludedBy });
    return { kind: 'none', message, rejectedBy: new Set([...found.rejectedBy, ...excludedBy]), looked: found.looked };
  }
  return { kind: 'node', node: found.nodes.length === 1 ? first : best(cycle, found.nodes, random) ?? first, looked: found.looked };
}

type Check = Extract<NonNullable<Prepared>, { check(node: NodeState): Rejection | undefined }>;

function narrow(all: readonly NodeState[], checks: readonly Check[]): { readonly nodes: readonly NodeState[]; readonly excludedBy: readonly PluginName[] } {
  const limits = checks.filter(({ only }) => only !== undefined);
  if (limits.length === 0) return { nodes: all, excludedBy: [] };
  return { nodes: all.filter(({ name }) => limits.every(({ only }) => only?.has(name) === true)), excludedBy: limits.map(({ name }) => name) };
}

interface Found {
  readonly nodes: readonly NodeState[];
  readonly rejections: readonly Rejection[];
  readonly rejectedBy: ReadonlySet<PluginName>;
  readonly looked: number;
}

function feasible(nodes: readonly NodeState[], checks: readonly Check[], start: number): Found {
  const enough = nodesToFind(nodes.length);
  const fitting: NodeState[] = [];
  const rejections: Rejection[] = [];
  const rejectedBy = new Set<PluginName>();
  let looked = 0;
  for (; looked < nodes.length && fitting.length < enough; looked += 1) {
    const node = nodes[(start + looked) % nodes.length] as NodeState;
    const rejected = firstRejection(node, checks);
    if (rejected === undefined) fitting.push(node);
    else {
      rejections.push(rejected.rejection);
      rejectedBy.add(rejected.name);
    }
  }
  return { nodes: fitting, rejections, rejectedBy, looked };
}

function firstRejection(node: NodeState, checks: readonly Check[]): { readonly name: PluginName; readonly rejection: Rejection } | undefined {
  for (const check of checks) {
    const rejection = check.check(node);
    if (rejection !== undefined) return { name: check.name, rejection };
  }
  return undefined;
}

/** In large clusters Kubernetes does not look for all nodes that fit: at least 100, and 50 % less one for each 125 nodes, at least 5 %. */
function nodesToFind(nodes: number): number {
  if (nodes < 100) return nodes;
  const percent = Math.max(5, 50 - Math.trunc(nodes / 125));
  return Math.max(100, Math.trunc((nodes * percent) / 100));
}

function best(cycle: Cycle, nodes: readonly NodeState[], random: () => number): NodeState | undefined {
  const totals = nodes.map(() => 0);
  for (const { weight, points } of scores) {
    const given = points(cycle, nodes);
    if (given !== undefined) for (const [index, value] of given.entries()) totals[index] = (totals[index] ?? 0) + weight * value;
  }
  const most = Math.max(...totals);
  const ties = nodes.filter((_, index) => totals[index] === most);
  return ties[Math.floor(random() * ties.length)];
}
