import { type Option, type PluginCases, type Settings, scopeOptions, switchOption } from './options.ts';
import type { Random } from './random.ts';
import { gpu, namespaces, ownerKinds } from './words.ts';

const duplicates: PluginCases = {
  name: 'RemoveDuplicates',
  extensionPoint: 'balance',
  taste: { crowded: 0.9, ownWishes: 0.05, taint: 0.2 },
  workloads: 2,
  options: [
    { id: 'RemoveDuplicates.excludeOwnerKinds', usual: 0.1, make: (random) => random.some(ownerKinds).slice(0, 2) },
    ...scopeOptions('RemoveDuplicates', { labelSelector: false }),
  ],
};

const spread: PluginCases = {
  name: 'RemovePodsViolatingTopologySpreadConstraint',
  extensionPoint: 'balance',
  taste: { spread: 0.9, crowded: 1, small: 0.1, taint: 0.15, requiredAffinity: 0.08, nodeSelector: 0.08 },
  workloads: 2,
  options: [
    { id: 'RemovePodsViolatingTopologySpreadConstraint.constraints', usual: 0.4, make: (random) => random.pick([['ScheduleAnyway'], ['ScheduleAnyway'], ['DoNotSchedule', 'ScheduleAnyway'], ['DoNotSchedule'], []]) },
    { id: 'RemovePodsViolatingTopologySpreadConstraint.topologyBalanceNodeFit', usual: 0.3, make: (random) => random.chance(0.1), taste: { small: 0.7, taint: 0.6, nodeSelector: 0.4, hungry: 0.4 } },
    ...scopeOptions('RemovePodsViolatingTopologySpreadConstraint', { labelSelector: true }),
  ],
};

const resourceSets = [['cpu'], ['memory'], ['pods'], ['cpu', 'memory'], ['cpu', 'memory', 'pods'], ['memory', 'pods'], ['cpu', 'memory'], ['cpu'], [gpu], ['cpu', gpu], ['ephemeral-storage', 'cpu']] as const;

/** Fractions keep amounts from sitting exactly on a limit. */
const percentages = (random: Random, resources: readonly string[], [from, to]: readonly [number, number]): Record<string, number> =>
  Object.fromEntries(resources.map((resource) => [resource, random.int(from, to) + (random.chance(0.3) ? 0.5 : 0)]));

const keysOf = (settings: Settings, id: string): readonly string[] | undefined => {
  const set = settings[id] as Record<string, number> | undefined;
  return set === undefined ? undefined : Object.keys(set);
};

const [low, target, deviation] = ['LowNodeUtilization.thresholds', 'LowNodeUtilization.targetThresholds', 'LowNodeUtilization.useDeviationThresholds'];

/** Both maps name the same resources, so only their numbers are flipped. */
const lowOptions: Option[] = [
  switchOption(deviation, { usual: 0.3 }),
  { id: low, usual: 1, required: true, make: (random, settings) => percentages(random, keysOf(settings, low) ?? random.pick(resourceSets), random.chance(0.25) ? [0, 4] : settings[deviation] === true ? [2, 15] : [8, 40]) },
  { id: target, usual: 1, required: true, make: (random, settings) => percentages(random, keysOf(settings, low) ?? ['cpu'], random.chance(0.2) ? [80, 100] : settings[deviation] === true ? [15, 30] : [42, 65]) },
  { id: 'LowNodeUtilization.numberOfNodes', usual: 0.08, make: (random) => random.pick([1, 2, 3, 4]) },
  { id: 'LowNodeUtilization.evictableNamespaces.exclude', usual: 0.1, make: (random) => random.some(namespaces).slice(0, 2) },
  { id: 'LowNodeUtilization.evictionLimits.node', usual: 0.1, make: (random) => random.int(0, 3) },
];

const lowUtilization: PluginCases = { name: 'LowNodeUtilization', extensionPoint: 'balance', taste: { crowded: 1, small: 0.1, taint: 0.12, cordon: 0.06, extendedResource: 0.35, hungry: 0.4 }, options: lowOptions };

const highUtilization: PluginCases = {
  name: 'HighNodeUtilization',
  extensionPoint: 'balance',
  taste: { crowded: 0.8, small: 0.05, taint: 0.12, cordon: 0.06, extendedResource: 0.35, hungry: 0.2 },
  options: [
    { id: 'HighNodeUtilization.thresholds', usual: 1, required: true, make: (random) => percentages(random, random.pick(resourceSets), [10, 40]) },
    { id: 'HighNodeUtilization.numberOfNodes', usual: 0.08, make: (random) => random.pick([1, 2, 3, 4]) },
    { id: 'HighNodeUtilization.evictionModes', usual: 0.15, make: () => ['OnlyThresholdingResources'], beside: (random) => ({ 'HighNodeUtilization.thresholds': percentages(random, random.pick([[gpu], ['cpu'], ['cpu', 'memory']]), [15, 45]) }), taste: { extendedResource: 0.4 } },
    { id: 'HighNodeUtilization.evictableNamespaces.exclude', usual: 0.1, make: (random) => random.some(namespaces).slice(0, 2) },
  ],
};

export const balanceCases: readonly PluginCases[] = [duplicates, spread, lowUtilization, highUtilization];
