import type { PluginName } from './plugin.ts';

/** Changes of the cluster that may make room for a pod that had none. */
export type Change = 'node added' | 'node changed' | 'pod placed' | 'pod gone' | 'claim changed' | 'volume changed' | 'class changed' | 'CSINode changed';

/** Which changes may help a pod that this plugin rejected (`EventsToRegister` of the plugins). A new node may help all. */
const helped: Readonly<Record<PluginName, readonly Change[]>> = {
  NodeUnschedulable: ['node changed'],
  NodeName: ['node changed'],
  TaintToleration: ['node changed'],
  NodeAffinity: ['node changed'],
  NodePorts: ['pod gone'],
  NodeResourcesFit: ['pod gone', 'node changed'],
  VolumeRestrictions: ['pod gone', 'claim changed'],
  NodeVolumeLimits: ['pod gone', 'CSINode changed', 'claim changed'],
  VolumeBinding: ['claim changed', 'volume changed', 'class changed', 'CSINode changed', 'node changed'],
  VolumeZone: ['claim changed', 'volume changed', 'class changed', 'node changed'],
  PodTopologySpread: ['pod placed', 'pod gone', 'node changed'],
  InterPodAffinity: ['pod placed', 'pod gone', 'node changed'],
};

/** A pod that no plugin rejected had no nodes to look at, or met an error: anything may help. */
export const mayHelp = (change: Change, rejectedBy: ReadonlySet<PluginName>): boolean =>
  change === 'node added' || rejectedBy.size === 0 || [...rejectedBy].some((plugin) => helped[plugin].includes(change));
