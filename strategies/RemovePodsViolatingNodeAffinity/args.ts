import { z } from 'zod';
import { type ArgsProblem, problemIf, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject({
  nodeAffinityType: texts
    .default([])
    .describe('Which affinity is looked at, in this order: `requiredDuringSchedulingIgnoredDuringExecution`, `preferredDuringSchedulingIgnoredDuringExecution`. Required.'),
  ...scopeArgs,
});

/** The `args` of RemovePodsViolatingNodeAffinity. */
export type NodeAffinityArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<NodeAffinityArgs> => readArgs(schema, raw, check);

function check(args: NodeAffinityArgs): ArgsProblem[] {
  return [...problemIf(args.nodeAffinityType.length === 0, ['nodeAffinityType'], 'nodeAffinityType must name at least one type'), ...checkScope(args)];
}
