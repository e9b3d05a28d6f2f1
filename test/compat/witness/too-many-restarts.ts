import type { PodRecord } from '../../../src/model/cluster.ts';
import { containersOf } from './containers.ts';
import type { Scope, View } from './ground.ts';
import { Sweep } from './sweep.ts';
import type { Witness } from './witness.ts';

interface Args extends Scope {
  readonly podRestartThreshold?: number;
  readonly includingInitContainers?: boolean;
  readonly states?: readonly string[];
}

/** Node by node, those that restarted most often first. */
export function tooManyRestarts(view: View, args: object): Witness {
  const pods = view.candidates(args, 'all').filter((pod) => restartsOf(pod, args) >= ((args as Args).podRestartThreshold ?? 0) && isInState(pod, args));
  return new Sweep(pods.map((pod) => ({ pod, place: pod.node, key: [-restartsOf(pod, args)] })), view);
}

export const restartsOf = (pod: PodRecord, { includingInitContainers: init }: Args): number => containersOf(pod, { init }).reduce((sum, { restarts }) => sum + restarts, 0);

function isInState(pod: PodRecord, { states = [], includingInitContainers: init }: Args): boolean {
  return states.length === 0 || [pod.phase, ...containersOf(pod, { init }).map(({ waiting }) => waiting ?? '')].some((state) => states.includes(state));
}
