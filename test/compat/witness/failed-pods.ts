import type { PodRecord } from '../../../src/model/cluster.ts';
import { containersOf, hasExitCode, reasonsOf } from './containers.ts';
import type { Scope, View } from './ground.ts';
import { ageOf } from './pod-life-time.ts';
import { Sweep } from './sweep.ts';
import type { Witness } from './witness.ts';

interface Args extends Scope {
  readonly minPodLifetimeSeconds?: number;
  readonly excludeOwnerKinds?: readonly string[];
  readonly reasons?: readonly string[];
  readonly exitCodes?: readonly number[];
  readonly includingInitContainers?: boolean;
}

/** Node by node, the pods of a node in any order. */
export function failedPods(view: View, args: object): Witness {
  const pods = view.candidates(args, 'all').filter((pod) => pod.phase === 'Failed' && ageOf(pod, view.now) >= ((args as Args).minPodLifetimeSeconds ?? 3_600) && isWanted(pod, args));
  return new Sweep(pods.map((pod) => ({ pod, place: pod.node, key: [] })), view);
}

function isWanted(pod: PodRecord, { excludeOwnerKinds = [], reasons = [], exitCodes = [], includingInitContainers: init }: Args): boolean {
  const containers = containersOf(pod, { init });
  const found = [pod.details?.reason ?? '', ...reasonsOf(containers)];
  if (pod.owners.some(({ kind }) => excludeOwnerKinds.includes(kind))) return false;
  return (reasons.length === 0 || found.some((reason) => reasons.includes(reason))) && (exitCodes.length === 0 || hasExitCode(containers, exitCodes));
}
