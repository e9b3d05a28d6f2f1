/** Where a plugin can be enabled in a policy, by the policy's own (lower-case) keys. */
export type ExtensionPoint = 'deschedule' | 'balance' | 'filter' | 'preevictionfilter';
export const extensionPoints = ['deschedule', 'balance', 'filter', 'preevictionfilter'] as const satisfies readonly ExtensionPoint[];

export const defaultEvictor = 'DefaultEvictor';

/** Every plugin of descheduler v0.36 and where it may stand. Those without a folder in `strategies/` are not built yet. */
export const knownPlugins: ReadonlyMap<string, readonly ExtensionPoint[]> = new Map([
  ['PodLifeTime', ['deschedule']],
  ['RemoveFailedPods', ['deschedule']],
  ['RemovePodsHavingTooManyRestarts', ['deschedule']],
  ['RemovePodsViolatingInterPodAntiAffinity', ['deschedule']],
  ['RemovePodsViolatingNodeAffinity', ['deschedule']],
  ['RemovePodsViolatingNodeTaints', ['deschedule']],
  ['RemoveDuplicates', ['balance']],
  ['RemovePodsViolatingTopologySpreadConstraint', ['balance']],
  ['LowNodeUtilization', ['balance']],
  ['HighNodeUtilization', ['balance']],
  [defaultEvictor, ['filter', 'preevictionfilter']],
]);
