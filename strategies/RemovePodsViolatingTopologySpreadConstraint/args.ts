import { z } from 'zod';
import { checkLabelSelector, checkNamespaces, flag, labelSelectorArg, namespacesArg, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';

const schema = z.strictObject({
  constraints: texts.optional().describe('Which constraints count, by their `whenUnsatisfiable`: `DoNotSchedule`, `ScheduleAnyway` or both. Default, also when empty: `[DoNotSchedule]`.'),
  topologyBalanceNodeFit: flag.optional().describe('Only pods go that fit a node of the domains that are too small. Default: true.'),
  namespaces: namespacesArg.optional().describe('Only these namespaces (`include`) or all but these (`exclude`); not both. Default: all.'),
  labelSelector: labelSelectorArg.optional().describe('Only pods with these labels are looked at: others are neither counted nor moved. Default: all.'),
});

/** The `args` of RemovePodsViolatingTopologySpreadConstraint. */
export type TopologySpreadArgs = z.infer<typeof schema>;

const known = ['DoNotSchedule', 'ScheduleAnyway'];

export const parseArgs = (raw: unknown): ReadArgs<TopologySpreadArgs> =>
  readArgs(schema, raw, ({ constraints = [], namespaces, labelSelector }) => [
    ...checkNamespaces(namespaces),
    ...checkLabelSelector(labelSelector),
    ...constraints.filter((each) => !known.includes(each)).map((each) => `constraints: ${JSON.stringify(each)} is not known; DoNotSchedule and ScheduleAnyway are`),
  ]);
