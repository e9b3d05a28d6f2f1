import { ageInSeconds, showAge } from '../../src/decide/rebalancing/age.ts';
import { type Condition, given, hasExitCode, hasNoOwnerOf, meets, sentence } from '../../src/decide/rebalancing/conditions.ts';
import { reasonsOf } from '../../src/decide/rebalancing/container-states.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { PodCondition, PodRecord } from '../../src/model/cluster.ts';
import type { Instant } from '../../src/model/time.ts';
import { type ConditionFilter, parseArgs, type PodLifeTimeArgs } from './args.ts';

/** Ends pods that have lived, or have been in a state, for long enough; the oldest of the whole cluster first. */
export const podLifeTime: Strategy<PodLifeTimeArgs> = {
  name: 'PodLifeTime',
  summary: 'Evicts pods above an age, or in given states or conditions, or with given exit codes; the oldest first.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
  needs: ({ states = [], conditions = [], exitCodes = [] }) => ({ podDetails: states.length + conditions.length + exitCodes.length > 0 }),
};

function* propose(view: StrategyView, args: PodLifeTimeArgs): Proposals {
  const conditions = conditionsOf(args, view.now);
  const wanted = { ...scopeOf(args), phases: 'all', where: meets(conditions, view.explain) } as const;
  const pods = view.nodes.flatMap((node) => view.candidates(node, wanted));
  // No group: the next oldest pod may run on another node, so a node's limit must not end anything.
  for (const pod of pods.toSorted(oldestFirst)) yield { pod, because: sentence(pod, conditions) };
}

/** The sort is stable: pods of one age stay in the order of nodes, namespaces and names. One without a time of creation counts as the oldest. */
const oldestFirst = (left: PodRecord, right: PodRecord): number => (left.createdAt ?? Number.MIN_SAFE_INTEGER) - (right.createdAt ?? Number.MIN_SAFE_INTEGER);

/** One for each kind of argument that is given; a pod goes when all of them hold. */
function conditionsOf(args: PodLifeTimeArgs, now: Instant): Condition[] {
  const { maxPodLifeTimeSeconds, ownerKinds, includingInitContainers: init } = args;
  return [
    ...(maxPodLifeTimeSeconds === undefined ? [] : [isOlderThan(maxPodLifeTimeSeconds, now)]),
    ...given(args.states, (states) => isInState(states, args)),
    ...given(ownerKinds?.include, hasOwnerOf),
    ...given(ownerKinds?.exclude, (kinds) => hasNoOwnerOf(kinds, 'ownerKinds.exclude')),
    ...given(args.conditions, (filters) => hasCondition(filters, now)),
    ...given(args.exitCodes, (codes) => hasExitCode(codes, { init })),
  ];
}

const isOlderThan = (limit: number, now: Instant): Condition => ({
  holds: ({ createdAt }) => (ageInSeconds(createdAt, now) ?? -1) > limit,
  because: ({ createdAt }) => `has an ${showAge(ageInSeconds(createdAt, now))}, above maxPodLifeTimeSeconds (${limit})`,
  otherwise: ({ createdAt }) => `its ${showAge(ageInSeconds(createdAt, now))} is not above maxPodLifeTimeSeconds (${limit})`,
});

function isInState(states: readonly string[], { includingInitContainers: init, includingEphemeralContainers: ephemeral }: PodLifeTimeArgs): Condition {
  const listed = (pod: PodRecord): string | undefined => [pod.phase, ...reasonsOf(pod, { init, ephemeral })].find((state) => states.includes(state));
  return {
    holds: (pod) => listed(pod) !== undefined,
    because: (pod) => `is in the state ${listed(pod)}`,
    otherwise: ({ phase }) => `neither its phase (${phase}) nor another state of it is one of states (${states.join(', ')})`,
  };
}

function hasCondition(filters: readonly ConditionFilter[], now: Instant): Condition {
  const matched = (pod: PodRecord): PodCondition | undefined => pod.details?.conditions.find((condition) => filters.some((filter) => matchesFilter(condition, filter, now)));
  return {
    holds: (pod) => matched(pod) !== undefined,
    because: (pod) => {
      const found = matched(pod);
      return `has had the condition ${found?.type}=${found?.status} for ${ageInSeconds(found?.lastTransition, now) ?? 'an unknown number of'} s`;
    },
    otherwise: () => 'none of its conditions matches an entry of conditions',
  };
}

/** A condition without a known time of transition has not lasted for any length of time. */
function matchesFilter(condition: PodCondition, { type = '', status = '', reason = '', minTimeSinceLastTransitionSeconds: least }: ConditionFilter, now: Instant): boolean {
  const suits = (wanted: string, has: string): boolean => wanted === '' || wanted === has;
  const lasted = (): boolean => least === undefined || (ageInSeconds(condition.lastTransition, now) ?? -1) >= least;
  return suits(type, condition.type) && suits(status, condition.status) && suits(reason, condition.reason) && lasted();
}

const hasOwnerOf = (kinds: readonly string[]): Condition => ({
  holds: ({ owners }) => owners.some(({ kind }) => kinds.includes(kind)),
  because: ({ owners }) => `belongs to a ${owners.find(({ kind }) => kinds.includes(kind))?.kind}`,
  otherwise: () => `none of its owners is of a kind in ownerKinds.include (${kinds.join(', ')})`,
});
