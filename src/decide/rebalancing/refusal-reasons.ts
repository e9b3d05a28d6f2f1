import type { PodRecord } from '../../model/cluster.ts';
import { between, type Duration, formatDuration, type Instant } from '../../model/time.ts';
import { formatSelector } from '../../model/selector-text.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { type EvictorSettings, type Refusal, refusals } from './evictor.ts';

/** What a refusal's figures are taken from. */
export interface RefusalGround {
  readonly settings: EvictorSettings;
  readonly index: ClusterIndex;
  readonly now: Instant;
  readonly referenceDefects: boolean;
  /** Why no other node takes the pod; asked only for `NodeFit`. */
  misfit(pod: PodRecord): string;
}

/** Why a filter refused this pod, with the figure that decided. Costs something: for whoever asked why, not for counting. */
export function whyRefused(refusal: Refusal, pod: PodRecord, ground: RefusalGround): string {
  return withFigure[refusal]?.(pod, ground) ?? refusals[refusal];
}

const withFigure: Partial<Readonly<Record<Refusal, (pod: PodRecord, ground: RefusalGround) => string | undefined>>> = {
  StaticPod: ({ annotations }) => `it is a static pod (from ${annotations['kubernetes.io/config.source'] ?? ''})`,
  PodsWithLocalStorage: ({ volumes }) => `it has local storage: ${counted(volumes.map(({ kind }) => kind).filter((kind) => kind === 'hostPath' || kind === 'emptyDir'))}`,
  DaemonSetPods: ({ owners }) => `it belongs to the DaemonSet ${owners.find(({ kind }) => kind === 'DaemonSet')?.name ?? ''}`,
  SystemCriticalPods: ({ priority }, { settings }) => `its priority ${priority} is at or above the threshold ${settings.priorityThreshold}`,
  PodsWithPVC: (pod, ground) => claimReason(pod, ground),
  PodsWithoutPDB: ({ namespace }, { index, referenceDefects }) => (referenceDefects ? 'no disruption budget counts, by a defect of the reference' : `none of the ${index.budgetsIn(namespace).length} disruption budgets of namespace ${namespace} covers it`),
  LabelSelector: (_, { settings }) => settings.labelSelector && `its labels do not match labelSelector (${formatSelector(settings.labelSelector)})`,
  MinReplicas: ({ owners: [owner] }, { settings, index }) => owner && `its owner, ${owner.kind} ${owner.name}, has ${index.ownedBy(owner.uid)} of minReplicas ${settings.minReplicas} pods`,
  MinPodAge: ({ startTime }, { settings, now }) => youth(startTime, now, settings.minPodAge),
  NodeFit: (pod, { misfit }) => `no other node would take it: ${misfit(pod)}`,
  NamespaceLabelSelector: ({ namespace }, { settings }) => settings.namespaceLabelSelector && `its namespace ${namespace} does not match namespaceLabelSelector (${formatSelector(settings.namespaceLabelSelector)})`,
};

const counted = (words: readonly string[]): string => [...Map.groupBy(words, (word) => word)].map(([word, all]) => `${all.length} ${word}`).join(', ');

function claimReason(pod: PodRecord, { settings, index }: RefusalGround): string | undefined {
  const classes = settings.protectedStorageClasses;
  for (const volume of pod.volumes) {
    if (volume.kind !== 'claim') continue;
    if (classes.size === 0) return `it has the persistent volume claim ${volume.claim}`;
    const claim = index.claim(pod.namespace, volume.claim);
    if (claim === undefined) return `its persistent volume claim ${volume.claim} cannot be found, so its storage class may be a protected one`;
    if (claim.storageClass === '') return `its persistent volume claim ${volume.claim} names no storage class`;
    if (classes.has(claim.storageClass)) return `its persistent volume claim ${volume.claim} is of the protected storage class ${claim.storageClass}`;
  }
  return undefined;
}

function youth(startTime: Instant | undefined, now: Instant, least: Duration | undefined): string | undefined {
  if (startTime === undefined || least === undefined) return startTime === undefined ? 'it has not started, and minPodAge is set' : undefined;
  return `its age ${formatDuration(between(startTime, now))} is below minPodAge ${formatDuration(least)}`;
}
