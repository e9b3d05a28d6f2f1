import { type Condition, given, meets, sentence } from '../../src/decide/rebalancing/conditions.ts';
import { statusesOf } from '../../src/decide/rebalancing/container-states.ts';
import { scopeOf } from '../../src/decide/rebalancing/scope.ts';
import type { Proposals, Strategy, StrategyView } from '../../src/decide/rebalancing/strategy.ts';
import type { PodRecord } from '../../src/model/cluster.ts';
import { parseArgs, type TooManyRestartsArgs } from './args.ts';

/** Gives pods that keep failing where they are a chance on another node; on each node those that failed most go first. */
export const removePodsHavingTooManyRestarts: Strategy<TooManyRestartsArgs> = {
  name: 'RemovePodsHavingTooManyRestarts',
  summary: 'Evicts pods whose containers were restarted too often.',
  extensionPoint: 'deschedule',
  parseArgs,
  propose,
  needs: () => ({ podDetails: true }),
};

function* propose(view: StrategyView, args: TooManyRestartsArgs): Proposals {
  const conditions = [restartedOften(args), ...given(args.states, (states) => isInState(states, args))];
  const wanted = { ...scopeOf(args), phases: 'all', where: meets(conditions, view.explain) } as const;
  for (const node of view.nodes) {
    const mostFirst = view.candidates(node, wanted).toSorted((left, right) => restartsOf(right, args) - restartsOf(left, args));
    for (const pod of mostFirst) yield { pod, because: sentence(pod, conditions), group: node.name };
  }
}

function restartsOf(pod: PodRecord, { includingInitContainers: init }: TooManyRestartsArgs): number {
  return statusesOf(pod, { init }).reduce((sum, { restarts }) => sum + restarts, 0);
}

const restartedOften = (args: TooManyRestartsArgs): Condition => ({
  holds: (pod) => restartsOf(pod, args) >= args.podRestartThreshold,
  because: (pod) => `has ${restartsOf(pod, args)} restarts, podRestartThreshold is ${args.podRestartThreshold}`,
  otherwise: (pod) => `its ${restartsOf(pod, args)} restarts are fewer than podRestartThreshold (${args.podRestartThreshold})`,
});

/** Waiting is what counts here: a container that has ended is about to be started again. */
function isInState(states: readonly string[], { includingInitContainers: init }: TooManyRestartsArgs): Condition {
  const listed = (pod: PodRecord): string | undefined => [pod.phase, ...statusesOf(pod, { init }).map(({ waiting }) => waiting ?? '')].find((state) => states.includes(state));
  return {
    holds: (pod) => listed(pod) !== undefined,
    because: (pod) => `is in the state ${listed(pod)}`,
    otherwise: ({ phase }) => `its phase is ${phase} and no container of it waits for one of states (${states.join(', ')})`,
  };
}
