import type { NodeRecord, PodRecord } from '../../src/model/cluster.ts';
import { byText } from '../../src/decide/rebalancing/order.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import { parseArgs, type RemoveDuplicatesArgs } from './args.ts';

/** Spreads the copies of a workload: no node keeps more of them than an even share over the nodes that may take them. */
export const removeDuplicates: Strategy<RemoveDuplicatesArgs> = {
  name: 'RemoveDuplicates',
  summary: 'Evicts copies of a ReplicaSet, StatefulSet or Job from nodes that hold more of them than an even share.',
  extensionPoint: 'balance',
  parseArgs,
  propose,
};

/** Copies of one owner with the same images. Protected pods are not seen: neither counted nor moved. */
interface Group {
  readonly key: string;
  readonly title: string;
  copies: number;
  /** The first copy of each node; kept only when somebody asks why they stay. */
  readonly firsts: PodRecord[];
  /** Node name → its copies beyond the first, in the order of names. */
  readonly duplicates: Map<string, PodRecord[]>;
}

function* propose(view: StrategyView, args: RemoveDuplicatesArgs): Proposals {
  for (const group of findGroups(view, args)) {
    if (group.duplicates.size === 0) {
      explainFirsts(view, group, 'no node has a second one');
      continue;
    }
    const nodes = acceptableNodes(view, group);
    if (nodes < 2) {
      explainGroup(view, group, `at most one of the cycle's nodes takes the ${group.copies} copies of ${group.title}`);
      continue;
    }
    const share = Math.ceil(group.copies / nodes);
    explainFirsts(view, group, 'each node keeps its first');
    for (const [node, duplicates] of group.duplicates) {
      const because = `${node} has ${duplicates.length + 1} of the ${group.copies} copies of ${group.title}; an even share over ${nodes} nodes is ${share}`;
      for (const pod of duplicates.slice(0, share - 1)) view.explain?.pod(pod, `it is within its node's share: ${because}`);
      for (const pod of duplicates.slice(share - 1)) yield { pod, because, group: `${group.key} ${node}` };
    }
  }
}

function explainFirsts({ explain }: StrategyView, { firsts, copies, title }: Group, because: string): void {
  const each = copies === 1 ? 'the only copy' : `the first of the ${copies} copies`;
  for (const pod of firsts) explain?.pod(pod, `it is ${each} of ${title} on ${pod.node}: ${because}`);
}

function explainGroup({ explain }: StrategyView, { firsts, duplicates }: Group, because: string): void {
  for (const pod of [...firsts, ...[...duplicates.values()].flat()]) explain?.pod(pod, because);
}

/** The groups in the order of their keys; within them the nodes by name. Without a duplicate on some node they matter only to who asks why. */
function findGroups(view: StrategyView, args: RemoveDuplicatesArgs): Group[] {
  const groups = new Map<string, Group>();
  for (const node of view.nodes) countNode(groups, node, view, args);
  return [...groups.values()].filter(({ duplicates, firsts }) => duplicates.size > 0 || firsts.length > 0).toSorted((left, right) => byText(left.key, right.key));
}

function countNode(groups: Map<string, Group>, node: NodeRecord, view: StrategyView, { namespaces, excludeOwnerKinds = [] }: RemoveDuplicatesArgs): void {
  const originals = new Set<string>();
  for (const pod of view.candidates(node, { namespaces, phases: 'active' })) {
    if (pod.owners.length === 0 || pod.owners.some(({ kind }) => excludeOwnerKinds.includes(kind))) {
      view.explain?.pod(pod, pod.owners.length === 0 ? 'nothing owns it, so it is no copy' : `its owner is of a kind in excludeOwnerKinds (${excludeOwnerKinds.join(', ')})`);
      continue;
    }
    const images = pod.containers.map(({ image }) => image).toSorted(byText);
    const signature = signatureOf(pod, images);
    const isDuplicate = originals.has(signature);
    originals.add(signature);
    for (const group of groupsOf(groups, pod, images)) {
      group.copies += 1;
      if (isDuplicate) appendTo(group.duplicates, node.name, pod);
      else if (view.explain !== undefined) group.firsts.push(pod);
    }
  }
}

/** Two pods with the same signature on one node are copies of each other; the owner's UID and API group do not matter. */
function signatureOf(pod: PodRecord, images: readonly string[]): string {
  const parts = pod.owners.flatMap(({ kind, name }) => images.map((image) => JSON.stringify([pod.namespace, kind, name, image])));
  return parts.toSorted(byText).join('\n');
}

/** A pod with several owners is counted, and may be proposed, once for each owner reference. */
function groupsOf(groups: Map<string, Group>, pod: PodRecord, images: readonly string[]): Group[] {
  return pod.owners.map(({ kind, name }) => {
    const key = JSON.stringify([pod.namespace, kind, name, images.join('#')]);
    const before = groups.get(key);
    if (before !== undefined) return before;
    const group: Group = { key, title: `${kind} ${pod.namespace}/${name}`, copies: 0, firsts: [], duplicates: new Map() };
    groups.set(key, group);
    return group;
  });
}

/** How many nodes its duplicates accept. A pod that accepts only one has nowhere to go and does not widen the choice. */
function acceptableNodes(view: StrategyView, { duplicates }: Group): number {
  const choices = [...new Set([...duplicates.values()].flat().map((pod) => view.acceptableNodes(pod)))].filter((nodes) => nodes.length >= 2);
  // Copies nearly always agree; then no union of thousands of nodes has to be made.
  if (choices.length <= 1) return choices[0]?.length ?? 0;
  return new Set(choices.flatMap((nodes) => nodes.map(({ name }) => name))).size;
}

function appendTo(duplicates: Map<string, PodRecord[]>, node: string, pod: PodRecord): void {
  const list = duplicates.get(node);
  if (list === undefined) duplicates.set(node, [pod]);
  else list.push(pod);
}
