import type { PodDetails, PodRecord } from '../../../src/model/cluster.ts';
import { between, type Instant } from '../../../src/model/time.ts';
import { containersOf, hasExitCode, reasonsOf } from './containers.ts';
import type { Scope, View } from './ground.ts';
import { Sweep } from './sweep.ts';
import type { Witness } from './witness.ts';

interface Args extends Scope {
  readonly maxPodLifeTimeSeconds?: number;
  readonly states?: readonly string[];
  readonly conditions?: readonly ConditionFilter[];
  readonly exitCodes?: readonly number[];
  readonly ownerKinds?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly includingInitContainers?: boolean;
  readonly includingEphemeralContainers?: boolean;
}

interface ConditionFilter {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly minTimeSinceLastTransitionSeconds?: number;
}

/** All nodes together, the oldest pods first. */
export function podLifeTime(view: View, args: object): Witness {
  const pods = view.candidates(args, 'all').filter((pod) => isWanted(pod, args, view.now));
  return new Sweep(pods.map((pod) => ({ pod, place: 'the cluster', key: [createdAt(pod)] })), view);
}

export const createdAt = (pod: PodRecord): number => pod.createdAt ?? -Infinity;

/** Whole seconds since the pod was created. */
export const ageOf = (pod: PodRecord, now: Instant): number => (pod.createdAt === undefined ? Infinity : wholeSeconds(pod.createdAt, now));

const wholeSeconds = (from: Instant, to: Instant): number => Math.trunc(between(from, to) / 1_000);

function isWanted(pod: PodRecord, args: Args, now: Instant): boolean {
  const { maxPodLifeTimeSeconds: limit, exitCodes = [], includingInitContainers: init } = args;
  if (limit !== undefined && !((pod.createdAt ?? 0) <= now && ageOf(pod, now) > limit)) return false;
  const ended = exitCodes.length === 0 || hasExitCode(containersOf(pod, { init }), exitCodes);
  return ended && isOfKind(pod, args) && isInState(pod, args) && isInCondition(pod.details, args, now);
}

function isOfKind({ owners }: PodRecord, { ownerKinds = {} }: Args): boolean {
  const { include = [], exclude = [] } = ownerKinds;
  return (include.length === 0 || owners.some(({ kind }) => include.includes(kind))) && !owners.some(({ kind }) => exclude.includes(kind));
}

function isInState(pod: PodRecord, { states = [], includingInitContainers: init, includingEphemeralContainers: ephemeral }: Args): boolean {
  return states.length === 0 || [pod.phase, pod.details?.reason ?? '', ...reasonsOf(containersOf(pod, { init, ephemeral }))].some((state) => states.includes(state));
}

function isInCondition(details: PodDetails | undefined, { conditions = [] }: Args, now: Instant): boolean {
  return conditions.length === 0 || (details?.conditions ?? []).some((condition) => conditions.some((filter) => meets(condition, filter, now)));
}

function meets(condition: PodDetails['conditions'][number], filter: ConditionFilter, now: Instant): boolean {
  const words = (['type', 'status', 'reason'] as const).every((word) => (filter[word] ?? '') === '' || filter[word] === condition[word]);
  const least = filter.minTimeSinceLastTransitionSeconds;
  if (!words || least === undefined) return words;
  return condition.lastTransition !== undefined && condition.lastTransition <= now && wholeSeconds(condition.lastTransition, now) >= least;
}
