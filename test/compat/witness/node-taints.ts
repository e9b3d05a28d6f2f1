import type { Taint } from '../../../src/model/cluster.ts';
import { toleratesTaints } from '../../../src/decide/rebalancing/taints.ts';
import type { Scope, View } from './ground.ts';
import { Sweep } from './sweep.ts';
import type { Witness } from './witness.ts';

interface Args extends Scope {
  readonly includePreferNoSchedule?: boolean;
  readonly excludedTaints?: readonly string[];
  readonly includedTaints?: readonly string[] | null;
}

/** Node by node, the pods of a node in any order. */
export function nodeTaints(view: View, args: object): Witness {
  const considered = (taint: Taint): boolean => isConsidered(taint, args);
  const pods = view.candidates(args, 'active').filter((pod) => {
    const node = view.index.node(pod.node);
    return node !== undefined && !toleratesTaints(pod, node, considered);
  });
  return new Sweep(pods.map((pod) => ({ pod, place: pod.node, key: [] })), view);
}

function isConsidered(taint: Taint, { includePreferNoSchedule, excludedTaints = [], includedTaints }: Args): boolean {
  const soft = taint.effect === 'PreferNoSchedule' && includePreferNoSchedule === true;
  const names = (entry: string): boolean => entry === taint.key || ((taint.value ?? '') !== '' && entry === `${taint.key}=${taint.value}`);
  return (taint.effect === 'NoSchedule' || soft) && !excludedTaints.some(names) && (includedTaints ?? [taint.key]).some(names);
}
