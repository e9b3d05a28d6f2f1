import type { PodRecord } from '../../model/cluster.ts';
import { exitCodesOf, type OtherContainers, statusesOf } from './container-states.ts';
import type { Explainer } from './strategy.ts';

/** One thing that a strategy asks of a pod before it goes, with its words for either answer. */
export interface Condition {
  holds(pod: PodRecord): boolean;
  /** Goes on from the pod's name: `has an age of 700 s, above maxPodLifeTimeSeconds (600)`. Absent where it says nothing. */
  because?(pod: PodRecord): string;
  /** Why the pod stays: `its age of 100 s is not above maxPodLifeTimeSeconds (600)`. */
  otherwise(pod: PodRecord): string;
}

/** Asks the conditions in turn. The first that does not hold is taken down when somebody wants to know. */
export const meets = (conditions: readonly Condition[], explain: Explainer | undefined) => (pod: PodRecord): boolean => {
  const missed = conditions.find((condition) => !condition.holds(pod));
  if (missed !== undefined) explain?.pod(pod, missed.otherwise(pod));
  return missed === undefined;
};

/** A condition that is asked only when its list in the policy has entries. */
export const given = <Entry>(list: readonly Entry[] | undefined, make: (list: readonly Entry[]) => Condition): Condition[] => (list === undefined || list.length === 0 ? [] : [make(list)]);

/** One sentence about a pod that meets them all. */
export const sentence = (pod: PodRecord, conditions: readonly Condition[]): string =>
  `${pod.namespace}/${pod.name} ${conditions.flatMap((condition) => condition.because?.(pod) ?? []).join(' and ')}`;

/** No owner of the pod is of one of these kinds. `field` is where the policy lists them. */
export const hasNoOwnerOf = (kinds: readonly string[], field: string): Condition => {
  const listed = ({ owners }: PodRecord): string | undefined => owners.find(({ kind }) => kinds.includes(kind))?.kind;
  return {
    holds: (pod) => listed(pod) === undefined,
    otherwise: (pod) => `its owner is a ${listed(pod)}, which ${field} lists`,
  };
};

/** Some container has ended, and was not started again, with one of these codes. */
export const hasExitCode = (codes: readonly number[], which: OtherContainers): Condition => {
  const listed = (pod: PodRecord): number | undefined => exitCodesOf(statusesOf(pod, which)).find((code) => codes.includes(code));
  return {
    holds: (pod) => listed(pod) !== undefined,
    because: (pod) => `has a container that ended with exit code ${listed(pod)}`,
    otherwise: () => `no container of it has ended with one of exitCodes (${codes.join(', ')})`,
  };
};
