import type { PodRecord } from '../../src/model/cluster.ts';
import type { Instant } from '../../src/model/time.ts';
import type { Attempt, Case } from './case.ts';
import { groundOf, type View, viewOf } from './witness/ground.ts';
import { violates } from './witness/inter-pod-anti-affinity.ts';
import { compareKeys } from './witness/keys.ts';
import { type Place, places } from './witness/places.ts';
import { partsOf } from './witness/policy.ts';
import type { SizeClass } from './witness/topology-domains.ts';
import { spreadOf } from './witness/topology-spread.ts';
import { title } from './witness/witness.ts';

/** A sequence that the rules do not allow, made out of one that they do. */
export interface Mutation {
  readonly what: string;
  readonly evictions: Attempt[];
}

/** Where choices come from: a whole number from 0 up to, but not including, `below`. */
export type Choose = (below: number) => number;

interface Situation {
  readonly given: Case;
  readonly view: View;
  readonly args: object;
  readonly by: Pick<Attempt, 'profile' | 'strategy'>;
  readonly evictions: readonly Attempt[];
  /** The pod of each eviction. */
  readonly gone: readonly PodRecord[];
  /** The pods on nodes that were not evicted. */
  readonly stayed: readonly PodRecord[];
  readonly choose: Choose;
}

/**
 * Wrong sequences, for trying whether the judge notices: of each kind at most one. Only such are made whose fault follows
 * from what was changed, without a look at the judge's answers. `evictions` has to be legal, and of a case with one strategy.
 */
export function* mutations(given: Case, evictions: readonly Attempt[], { now, choose }: { readonly now: Instant; readonly choose: Choose }): Iterable<Mutation> {
  const [part, ...others] = partsOf(given.policy);
  if (part === undefined || others.length > 0) return;
  const view = viewOf(groundOf(given, now), given, part.profile);
  const all = view.index.nodes.flatMap(({ name }) => view.index.allPodsOn(name));
  const pods = new Map(all.map((pod) => [title(pod), pod]));
  const gone = evictions.flatMap((eviction) => pods.get(title(eviction)) ?? []);
  const by = { profile: part.profile.name ?? '', strategy: part.strategy };
  const situation: Situation = { given, view, args: part.args, by, evictions, gone, stayed: all.filter((pod) => !gone.includes(pod)), choose };
  for (const mutate of [dropOne, repeatOne, swapTwo, splitAPlace, exchangeOne, addProtected, goOn]) {
    const mutation = mutate(situation);
    if (mutation !== undefined) yield mutation;
  }
}

type Mutate = (situation: Situation) => Mutation | undefined;

/** Whoever goes was due, and still is when it does not go. Where that changes what comes after, it has to be the last one. */
const dropOne: Mutate = (situation) => {
  const { given, view, args, evictions, gone, choose } = situation;
  const at = given.plugin.endsWith('NodeUtilization') ? evictions.length - 1 : choose(Math.max(1, evictions.length));
  const pod = gone[at];
  if (pod === undefined || hasFreedom(situation, pod)) return undefined;
  const partners = new Set(view.pods(args, 'active').filter((other) => !gone.includes(other)));
  if (given.plugin === antiAffinity && !violates(view, pod, partners)) return undefined;
  return { what: `leaves out ${title(pod)}`, evictions: evictions.toSpliced(at, 1) };
};

/** A second time is right only where two passes, or two owners of one pod, ask for it. */
const repeatOne: Mutate = ({ given, args, evictions, gone, choose }) => {
  const at = choose(Math.max(1, evictions.length));
  const [again, pod] = [evictions[at], gone[at]];
  if (again === undefined || pod === undefined || (given.plugin !== topologySpread && places[given.plugin]?.(pod, args) === undefined)) return undefined;
  return { what: `evicts ${title(pod)} twice`, evictions: evictions.toSpliced(at, 0, again) };
};

/** Two neighbours of different rank in one place. */
const swapTwo: Mutate = (situation) => {
  const { evictions, choose } = situation;
  const placed = placesOf(situation);
  const at = pick([...evictions.keys()].filter((each) => isSamePlace(placed[each], placed[each + 1]) && compareKeys(placed[each]?.key ?? [], placed[each + 1]?.key ?? []) !== 0), choose);
  if (at === undefined) return undefined;
  return { what: `swaps numbers ${at} and ${at + 1}`, evictions: [...evictions.slice(0, at), ...evictions.slice(at, at + 2).toReversed(), ...evictions.slice(at + 2)] };
};

/** Goes away from a place with evictions left to do there, and comes back. */
const splitAPlace: Mutate = (situation) => {
  const { evictions, choose } = situation;
  const placed = placesOf(situation);
  const elsewhere = (at: number): number => placed.findIndex((each, index) => index > at + 1 && each !== undefined && !isSamePlace(each, placed[at]));
  const at = pick([...evictions.keys()].filter((each) => isSamePlace(placed[each], placed[each + 1]) && elsewhere(each) !== -1), choose);
  if (at === undefined) return undefined;
  const moved = evictions.slice(elsewhere(at), elsewhere(at) + 1);
  return { what: `goes elsewhere after number ${at} and comes back`, evictions: evictions.toSpliced(elsewhere(at), 1).toSpliced(at + 1, 0, ...moved) };
};

/** Evicts a pod that stayed in place of one that was due, where no tie can make that right. */
const exchangeOne: Mutate = (situation) => {
  const { given, view, args, evictions, gone, stayed, choose } = situation;
  const at = choose(Math.max(1, evictions.length));
  const pod = gone[at];
  if (pod === undefined || hasLimit(given) || hasFreedom(situation, pod)) return undefined;
  const rank = given.plugin === topologySpread ? rankInDomain(constraintsOn(view, args, pod.namespace)) : (other: PodRecord) => places[given.plugin]?.(other, args);
  const isLater = (other: PodRecord): boolean => isSamePlace(rank(other), rank(pod)) && compareKeys(rank(other)?.key ?? [], rank(pod)?.key ?? []) > 0;
  const isElsewhere = (other: PodRecord): boolean => (asSets.has(given.plugin) ? other.node !== pod.node : counted.has(given.plugin) && other.namespace !== pod.namespace);
  const instead = pick(stayed.filter((other) => isLater(other) || isElsewhere(other)), choose);
  return instead && { what: `evicts ${title(instead)} in place of ${title(pod)}`, evictions: evictions.toSpliced(at, 1, evictionOf(situation, instead)) };
};

const addProtected: Mutate = (situation) => {
  const { view, evictions, stayed, choose } = situation;
  const pod = pick(stayed.filter((each) => !view.evictable(each) || !view.mayGo(each)), choose);
  return pod && { what: `evicts the protected ${title(pod)}`, evictions: evictions.toSpliced(choose(evictions.length + 1), 0, evictionOf(situation, pod)) };
};

/** After a legal stop nothing is legal any more: what could still go should have gone before. */
const goOn: Mutate = (situation) => {
  const { evictions, stayed, choose } = situation;
  const pod = pick(stayed, choose);
  if (pod === undefined || hasFreedom(situation, pod)) return undefined;
  return { what: `goes on with ${title(pod)}`, evictions: [...evictions, evictionOf(situation, pod)] };
};

const antiAffinity = 'RemovePodsViolatingInterPodAntiAffinity';
const topologySpread = 'RemovePodsViolatingTopologySpreadConstraint';
/** Strategies whose evictions are one certain set, and those that owe each namespace a number. */
const asSets: ReadonlySet<string> = new Set(['PodLifeTime', 'RemoveFailedPods', 'RemovePodsHavingTooManyRestarts', 'RemovePodsViolatingNodeAffinity', 'RemovePodsViolatingNodeTaints']);
const counted: ReadonlySet<string> = new Set(['RemoveDuplicates', topologySpread]);

/** Overlapping constraints and attempts that a limit stops leave open how many pods of a namespace go. */
function hasFreedom({ given, view, args }: Situation, { namespace }: PodRecord): boolean {
  return given.plugin === topologySpread && (hasLimit(given) || constraintsOn(view, args, namespace).length > 1);
}

const constraintsOn = (view: View, args: object, namespace: string): SizeClass[][] => (spreadOf(view, args).get(namespace) ?? []).filter((each) => each.length > 0);

const hasLimit = ({ policy }: Case): boolean => Object.keys(policy).some((name) => name.startsWith('maxNoOfPodsToEvict'));

const pick = <T>(list: readonly T[], choose: Choose): T | undefined => list[choose(Math.max(1, list.length))];

const evictionOf = ({ by }: Situation, { namespace, name }: PodRecord): Attempt => ({ namespace, name, ...by });

const placesOf = ({ given, args, gone }: Situation): (Place | undefined)[] => gone.map((pod) => places[given.plugin]?.(pod, args));

function rankInDomain([constraint = []]: readonly (readonly SizeClass[])[]): (pod: PodRecord) => Place | undefined {
  const ranked = constraint.flatMap(({ domains }) => domains.flatMap((domain) => domain.ranked.map(({ pod, key }) => [pod, { place: domain.value, key }] as const)));
  const known = new Map(ranked);
  return (pod) => known.get(pod);
}

const isSamePlace = (left: Place | undefined, right: Place | undefined): boolean => left !== undefined && left.place === right?.place;
