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
  const groups = groupsOf(view, args);
  const visits = groups.flatMap((group) => [...group.onNode].map(([node, pods]): Visit => ({ group, node, pods })));
  let readings = [new Reading(view, visits, { shares: new Map(groups.map((group) => [group, possibleShares(view, group)])), evicted: new Map(), closed: new Set(), current: undefined })];
  return {
    next: (pod) => {
      const tried = readings.flatMap((reading) => reading.take(pod));
      const legal = tried.filter((each) => typeof each !== 'string');
      if (legal.length > 0) readings = legal.slice(0, mostReadings);
      return legal.length > 0 ? undefined : tried.find((each) => typeof each === 'string');
    },
    stop: () => {
      const left = readings.map((reading) => reading.stop());
      return left.includes(undefined) ? undefined : left[0];
    },
  };
}

/** Only pods with several owners make more than one, and hardly ever many. */
const mostReadings = 200;

interface Visit {
  readonly group: Group;
  readonly node: string;
  readonly pods: readonly PodRecord[];
}

interface Progress {
  /** Per group the shares that an even spread may give to a node, as far as the evictions allow them. */
  readonly shares: ReadonlyMap<Group, readonly Share[]>;
  readonly evicted: ReadonlyMap<Visit, readonly PodRecord[]>;
  readonly closed: ReadonlySet<Visit>;
  readonly current: Visit | undefined;
}

/** One way to read the evictions so far: a pod with two owners may have gone for either of them. */
class Reading {
  readonly #view: View;
  readonly #visits: readonly Visit[];
  readonly #progress: Progress;

  constructor(view: View, visits: readonly Visit[], progress: Progress) {
    this.#view = view;
    this.#visits = visits;
    this.#progress = progress;
  }

  /** Every way to go on with this pod, or why there is none. */
  take(pod: PodRecord): (Reading | string)[] {
    const forbidden = this.#view.forbids(pod);
    if (forbidden !== undefined) return [`${title(pod)} must stay: ${forbidden}`];
    const visits = this.#visits.filter((visit) => !this.#progress.closed.has(visit) && visit.pods.includes(pod));
    return visits.length === 0 ? [`${title(pod)} is no copy of anything, or its turn is over`] : visits.map((visit) => this.#takeFor(visit, pod));
  }

  #takeFor(visit: Visit, pod: PodRecord): Reading | string {
    const { current, closed } = this.#progress;
    const isNew = current !== undefined && current !== visit;
    const shares = isNew ? this.#sharesAfter(current, this.#progress.shares) : this.#progress.shares;
    if (typeof shares === 'string') return shares;
    const before = this.#progress.evicted.get(visit) ?? [];
    if (timesIn(before, pod) >= timesIn(visit.pods, pod)) return `${title(pod)} goes twice`;
    const evicted = new Map([...this.#progress.evicted, [visit, [...before, pod]]]);
    const gone = new Set([...evicted.values()].flat());
    if (!visit.pods.some((other) => signatureOf(other) === signatureOf(pod) && !gone.has(other))) return `${title(pod)} is the last of its kind on ${pod.node}: no original is left`;
    const fitting = (shares.get(visit.group) ?? []).filter((share) => !share.originals.has(pod) && before.length + 1 <= surplus(visit, share));
    if (fitting.length === 0) return `${visit.node} has no copy of ${visit.group.key} too many`;
    return new Reading(this.#view, this.#visits, { shares: new Map([...shares, [visit.group, fitting]]), evicted, closed: isNew ? new Set([...closed, current]) : closed, current: visit });
  }

  stop(): string | undefined {
    let { shares } = this.#progress;
    for (const visit of this.#visits) {
      const left = this.#progress.closed.has(visit) ? shares : this.#sharesAfter(visit, shares);
      if (typeof left === 'string') return left;
      shares = left;
    }
    return undefined;
  }

  /** Leaving a visit is right when some share explains the number that went, or a limit stopped it there. */
  #sharesAfter(visit: Visit, shares: Progress['shares']): Progress['shares'] | string {
    const [pod] = visit.pods;
    if (pod === undefined || this.#view.forbids(pod) !== undefined) return shares;
    const went = (this.#progress.evicted.get(visit) ?? []).length;
    const left = (shares.get(visit.group) ?? []).filter((share) => surplus(visit, share) <= went);
    return left.length === 0 ? `${visit.node} keeps too many copies of ${visit.group.key}: ${went} went` : new Map([...shares, [visit.group, left]]);
  }
}

const timesIn = (pods: readonly PodRecord[], pod: PodRecord): number => pods.filter((each) => each === pod).length;

/** One way to choose the originals, as far as it decides over which nodes the copies could be spread. */
interface Share {
  readonly most: number;
  readonly originals: ReadonlySet<PodRecord>;
}

/** How many have to go: the first `most − 1` duplicates stay, besides the originals. */
function surplus({ pods }: Visit, { most }: Share): number {
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
