import { z } from 'zod';
import { type ArgsProblem, checkAllowed, flag, int32, problemIf, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject({
  podRestartThreshold: int32.default(0).describe('So many restarts over all containers of the pod, or more, and it goes. Required, at least 1.'),
  includingInitContainers: flag.optional().describe('Init containers count too, for restarts and states. Default: false.'),
  states: texts.optional().describe('`Running` (the phase) and `CrashLoopBackOff` (why a container waits): the pod is in one of these. Default: any state.'),
  ...scopeArgs,
});

/** The `args` of RemovePodsHavingTooManyRestarts. */
export type TooManyRestartsArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<TooManyRestartsArgs> => readArgs(schema, raw, check);

function check(args: TooManyRestartsArgs): ArgsProblem[] {
  return [
    ...checkScope(args),
    ...problemIf(args.podRestartThreshold < 1, ['podRestartThreshold'], `invalid podRestartThreshold: it must be at least 1, not ${args.podRestartThreshold}`),
    ...checkAllowed('states', args.states ?? [], ['Running', 'CrashLoopBackOff']),
  ];
}
