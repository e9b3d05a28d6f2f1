import { z } from 'zod';
import { flag, problemIf, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';
import { checkScope, scopeArgs } from '../../src/decide/rebalancing/scope.ts';

const schema = z.strictObject({
  constraints: texts.optional().describe('Which constraints count, by their `whenUnsatisfiable`: `DoNotSchedule`, `ScheduleAnyway` or both. Default, also when empty: `[DoNotSchedule]`.'),
  topologyBalanceNodeFit: flag.optional().describe('Only pods go that fit a node of the domains that are too small. Default: true.'),
  ...scopeArgs,
});

/** The `args` of RemovePodsViolatingTopologySpreadConstraint. */
export type TopologySpreadArgs = z.infer<typeof schema>;

const known = ['DoNotSchedule', 'ScheduleAnyway'];

export const parseArgs = (raw: unknown): ReadArgs<TopologySpreadArgs> =>
  readArgs(schema, raw, ({ constraints = [], ...scope }) => [
    ...checkScope(scope),
    ...constraints.flatMap((each, at) => problemIf(!known.includes(each), ['constraints', at], `constraints: ${JSON.stringify(each)} is not known; DoNotSchedule and ScheduleAnyway are`)),
  ]);
