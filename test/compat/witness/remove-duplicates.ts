import type { NodeRecord, PodRecord } from '../../../src/model/cluster.ts';
import { matchesNode } from '../../../src/decide/rebalancing/node-selection.ts';
import { toleratesHardTaints } from '../../../src/decide/rebalancing/taints.ts';
import type { Scope, View } from './ground.ts';
import { title, type Witness } from './witness.ts';

interface Args extends Scope {
  readonly excludeOwnerKinds?: readonly string[];
}

/** The copies of one owner with the same images, wherever they run. */
export interface Group {
  readonly key: string;
  /** A pod stands here once for each of its owner references that makes this key. */
  readonly copies: readonly PodRecord[];
  readonly onNode: ReadonlyMap<string, readonly PodRecord[]>;
}

export function groupsOf(view: View, { namespaces, excludeOwnerKinds = [] }: Args): Group[] {
  const scope: Scope = namespaces === undefined ? {} : { namespaces };
  const copies = view.candidates(scope, 'active').filter(({ owners }) => owners.length > 0 && !owners.some(({ kind }) => excludeOwnerKinds.includes(kind)));
  const keyed = copies.flatMap((pod) => keysOf(pod).map((key) => ({ key, pod })));
  return [...Map.groupBy(keyed, ({ key }) => key)].map(([key, members]) => {
    const pods = members.map(({ pod }) => pod);
    return { key, copies: pods, onNode: Map.groupBy(pods, ({ node }) => node) };
  });
}

const imagesOf = ({ containers }: PodRecord): string[] => containers.map(({ image }) => image).toSorted();

export const keysOf = (pod: PodRecord): string[] => pod.owners.map(({ kind, name }) => JSON.stringify([pod.namespace, kind, name, imagesOf(pod).join('#')]));

/** Of the pods of a node with the same signature one is the original, the others are duplicates. */
const signatureOf = (pod: PodRecord): string =>
  JSON.stringify(pod.owners.flatMap(({ kind, name }) => imagesOf(pod).map((image) => `${pod.namespace}/${kind}/${name}/${image}`)).toSorted());

/** Group keys and nodes come in any order, each pair of them in one go. */
export function removeDuplicates(view: View, args: object): Witness {
  return new RemoveDuplicates(view, groupsOf(view, args));
}

interface Visit {
  readonly group: Group;
  readonly node: string;
  readonly evicted: Map<PodRecord, number>;
  closed: boolean;
}

class RemoveDuplicates implements Witness {
  readonly #view: View;
  /** Per group the shares that an even spread may give to a node, as far as the evictions allow them. */
  readonly #shares = new Map<Group, readonly Share[]>();
  readonly #visits: Visit[];
  readonly #gone = new Set<PodRecord>();
  #current: Visit | undefined;

  constructor(view: View, groups: readonly Group[]) {
    this.#view = view;
    for (const group of groups) this.#shares.set(group, possibleShares(view, group));
    this.#visits = groups.flatMap((group) => [...group.onNode.keys()].map((node) => ({ group, node, evicted: new Map<PodRecord, number>(), closed: false })));
  }

  next(pod: PodRecord): string | undefined {
    const forbidden = this.#view.forbids(pod);
    if (forbidden !== undefined) return `${title(pod)} must stay: ${forbidden}`;
    const visits = this.#visits.filter(({ group, node, closed }) => !closed && node === pod.node && group.copies.includes(pod));
    if (visits.length === 0) return `${title(pod)} is no copy of anything, or its turn is over`;
    let refused = '';
    // A pod with two owners may go for either of them; going on where we are comes first.
    for (const visit of visits.toSorted((left, right) => Number(right === this.#current) - Number(left === this.#current))) {
      const problem = this.#take(visit, pod);
      if (problem === undefined) return undefined;
      refused ||= problem;
    }
    return refused;
  }

  #take(visit: Visit, pod: PodRecord): string | undefined {
    const left = this.#current === undefined || this.#current === visit ? undefined : this.#leave(this.#current);
    if (left !== undefined) return left;
    const before = visit.evicted.get(pod) ?? 0;
    if (before >= timesIn(visit, pod)) return `${title(pod)} goes twice`;
    const kept = (visit.group.onNode.get(pod.node) ?? []).filter((other) => signatureOf(other) === signatureOf(pod) && other !== pod && !this.#gone.has(other));
    if (kept.length === 0) return `${title(pod)} is the last of its kind on ${pod.node}: no original is left`;
    const went = countOf(visit) + 1;
    const shares = (this.#shares.get(visit.group) ?? []).filter((share) => !share.originals.has(pod) && went <= surplus(visit, share));
    if (shares.length === 0) return `${visit.node} has no copy of ${visit.group.key} too many`;
    this.#shares.set(visit.group, shares);
    visit.evicted.set(pod, before + 1);
    this.#gone.add(pod);
    if (this.#current !== undefined && this.#current !== visit) this.#current.closed = true;
    this.#current = visit;
    return undefined;
  }

  stop(): string | undefined {
    const owed = this.#visits.find((visit) => !visit.closed && this.#leave(visit) !== undefined);
    return owed === undefined ? undefined : this.#leave(owed);
  }

  /** Leaving is right when some share explains the number that went, or a limit stopped it there. */
  #leave(visit: Visit): string | undefined {
    const pod = visit.group.copies.find(({ node }) => node === visit.node);
    if (pod === undefined || this.#view.forbids(pod) !== undefined) return undefined;
    const went = countOf(visit);
    const shares = (this.#shares.get(visit.group) ?? []).filter((share) => surplus(visit, share) <= went);
    if (shares.length === 0) return `${visit.node} keeps too many copies of ${visit.group.key}: ${went} went`;
    this.#shares.set(visit.group, shares);
    return undefined;
  }
}

const timesIn = ({ group, node }: Visit, pod: PodRecord): number => (group.onNode.get(node) ?? []).filter((each) => each === pod).length;
const countOf = ({ evicted }: Visit): number => [...evicted.values()].reduce((sum, times) => sum + times, 0);

/** One way to choose the originals, as far as it decides over which nodes the copies could be spread. */
interface Share {
  readonly most: number;
  readonly originals: ReadonlySet<PodRecord>;
}

/** How many have to go: the first `most − 1` duplicates stay, besides the originals. */
function surplus({ group, node }: Visit, { most }: Share): number {
  const pods = group.onNode.get(node) ?? [];
  const duplicates = pods.length - originalsOf(pods);
  return duplicates + 1 > most ? duplicates - (most - 1) : 0;
}

/** An original counts once for each owner reference that it stands here for. */
function originalsOf(pods: readonly PodRecord[]): number {
  const kinds = Map.groupBy(pods, signatureOf);
  return [...kinds.values()].reduce((sum, [first]) => sum + pods.filter((each) => each === first).length, 0);
}

/** More combinations than these are not tried; then originals count as if they changed nothing. */
const mostCombinations = 2_000;

/**
 * Only duplicates widen the choice of nodes, and which pod is the original is open. It matters where a pod is the only one
 * of its kind that accepts some node.
 */
function possibleShares(view: View, group: Group): Share[] {
  const kinds = [...group.onNode.values()].flatMap((pods) => [...Map.groupBy(new Set(pods), signatureOf).values()]).filter((pods) => pods.length > 1);
  let ways: { readonly nodes: ReadonlySet<string>; readonly originals: ReadonlySet<PodRecord> }[] = [{ nodes: new Set(), originals: new Set() }];
  for (const pods of kinds) {
    const options = waysToChoose(view, pods);
    if (ways.length * options.length > mostCombinations) options.splice(1);
    ways = ways.flatMap((way) => options.map(({ nodes, original }) => ({ nodes: way.nodes.union(nodes), originals: original === undefined ? way.originals : new Set([...way.originals, original]) })));
  }
  return ways.map(({ nodes, originals }) => ({ originals, most: nodes.size < 2 ? Infinity : Math.ceil(group.copies.length / nodes.size) }));
}

interface Way {
  readonly nodes: ReadonlySet<string>;
  /** Set when the choice of nodes depends on this very pod being the original. */
  readonly original: PodRecord | undefined;
}

function waysToChoose(view: View, pods: readonly PodRecord[]): Way[] {
  const accepted = new Map(pods.map((pod) => [pod, acceptedNodes(view, pod)]));
  const without = (original: PodRecord): Set<string> => new Set(pods.flatMap((pod) => (pod === original ? [] : [...(accepted.get(pod) ?? [])])));
  const all = new Set([...accepted.values()].flatMap((nodes) => [...nodes]));
  const decisive = pods.filter((pod) => without(pod).size < all.size);
  const ways: Way[] = decisive.map((original) => ({ nodes: without(original), original }));
  return decisive.length < pods.length ? [{ nodes: all, original: undefined }, ...ways] : ways;
}

/** A pod that accepts a single node has nowhere to go and widens nothing. A malformed affinity accepts every node. */
function acceptedNodes({ nodes }: View, pod: PodRecord): ReadonlySet<string> {
  const accepts = (node: NodeRecord): boolean => toleratesHardTaints(pod, node) && matchesNode(pod, node) !== 'no';
  const names = nodes.filter(accepts).map(({ name }) => name);
  return new Set(names.length < 2 ? [] : names);
}
