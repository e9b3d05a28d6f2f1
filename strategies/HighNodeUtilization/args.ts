import { z } from 'zod';
import { problemIf, readArgs, type ReadArgs, texts } from '../../src/decide/rebalancing/args.ts';
import { checkEvictableNamespaces, checkThresholds, evictableNamespacesArg, numberOfNodesArg, thresholdsArg, withZeroThresholds } from '../../src/decide/rebalancing/utilization/args.ts';

const schema = z.strictObject({
  thresholds: thresholdsArg.optional().describe('A node is under-utilised, and is emptied, when none of these resources is requested above its percentage. Required.'),
  numberOfNodes: numberOfNodesArg.describe('Nothing moves unless more nodes than this are under-utilised. Default: 0.'),
  evictionModes: texts.optional().describe('`OnlyThresholdingResources`: only pods go whose containers name one of the thresholded resources in their requests. Default: all pods.'),
  evictableNamespaces: evictableNamespacesArg.describe('Pods of the namespaces in `exclude` stay, though their requests count. Default: none.'),
});

/** The `args` of HighNodeUtilization. */
export type HighNodeUtilizationArgs = z.infer<typeof schema>;

export const onlyThresholdingResources = 'OnlyThresholdingResources';

export const parseArgs = (raw: unknown): ReadArgs<HighNodeUtilizationArgs> =>
  readArgs(schema, withZeroThresholds(raw, ['thresholds']), ({ thresholds, evictionModes = [], evictableNamespaces }) => [
    ...checkEvictableNamespaces(evictableNamespaces),
    ...checkThresholds('thresholds', thresholds),
    ...evictionModes.flatMap((mode, at) => problemIf(mode !== onlyThresholdingResources, ['evictionModes', at], `evictionModes: ${JSON.stringify(mode)} is not known; only ${onlyThresholdingResources} is`)),
  ]);
