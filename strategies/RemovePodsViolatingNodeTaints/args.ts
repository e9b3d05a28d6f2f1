import { z } from 'zod';
import { type ArgsProblem, flag, problemIf, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject({
  includePreferNoSchedule: flag.optional().describe('PreferNoSchedule taints count like NoSchedule ones. Default: false.'),
  excludedTaints: texts.optional().describe('Taints that do not count, as `key` or `key=value`. Default: none.'),
  includedTaints: texts.optional().describe('Only these taints count, as `key` or `key=value`; an empty list means that none does. Default: all.'),
  ...scopeArgs,
});

/** The `args` of RemovePodsViolatingNodeTaints. */
export type NodeTaintsArgs = z.infer<typeof schema>;

export const parseArgs = (raw: unknown): ReadArgs<NodeTaintsArgs> => readArgs(schema, raw, check);

function check(args: NodeTaintsArgs): ArgsProblem[] {
  const bothLists = (args.excludedTaints ?? []).length > 0 && (args.includedTaints ?? []).length > 0;
  return [...checkScope(args), ...problemIf(bothLists, ['excludedTaints'], 'only one of includedTaints and excludedTaints can be set')];
}
