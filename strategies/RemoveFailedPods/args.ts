import { z } from 'zod';
import { exitCodes, flag, readArgs, type ReadArgs, texts, uint } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject({
  minPodLifetimeSeconds: uint.default(3_600).describe('Pods younger than this many seconds stay. 0: age does not matter. Default: 3600.'),
  excludeOwnerKinds: texts.optional().describe('Pods with an owner of one of these kinds stay. Default: none.'),
  reasons: texts.optional().describe('The reason of the pod, or the reason why a container waits or has ended, is one of these. Default: any.'),
  exitCodes: exitCodes.optional().describe('Some container has ended with one of these codes. Default: any.'),
  includingInitContainers: flag.optional().describe('`reasons` and `exitCodes` look at init containers too. Default: false.'),
  ...scopeArgs,
});

/** The `args` of RemoveFailedPods. */
export type RemoveFailedPodsArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<RemoveFailedPodsArgs> => readArgs(schema, raw, checkScope);
