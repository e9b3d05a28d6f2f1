import { isDaemonSetPod, isMirrorPod, type PodRecord } from '../../model/cluster.ts';
import type { LabelSelector } from '../../model/configuration.ts';
import { selects } from '../../model/labels.ts';
import { between, type Duration, type Instant } from '../../model/time.ts';
import type { ClusterIndex } from './cluster-index.ts';
import type { Fit } from './strategy.ts';

/** What may protect a pod, by the names of the policy. */
export const protections = ['PodsWithLocalStorage', 'DaemonSetPods', 'SystemCriticalPods', 'FailedBarePods', 'PodsWithPVC', 'PodsWithoutPDB', 'PodsWithResourceClaims'] as const;
export type Protection = (typeof protections)[number];

/** The arguments of DefaultEvictor in final form: defaults applied, priority class looked up. */
export interface EvictorSettings {
  readonly active: ReadonlySet<Protection>;
  /** Storage classes that PodsWithPVC protects; empty means every claim does. */
  readonly protectedStorageClasses: ReadonlySet<string>;
  /** Pods with this priority or more are protected, by SystemCriticalPods. */
  readonly priorityThreshold: number;
  readonly labelSelector: LabelSelector | undefined;
  readonly namespaceLabelSelector: LabelSelector | undefined;
  /** Which nodes node fit may count on. `undefined`: the text could not be read, and no pod may be evicted. */
  readonly nodeSelector: LabelSelector | undefined;
  readonly nodeFit: boolean;
  /** 0 and 1 switch it off. */
  readonly minReplicas: number;
  readonly minPodAge: Duration | undefined;
  /** `prefer-no-eviction` means never, not only last. */
  readonly mandatory: boolean;
}

/** Why a pod may not be evicted: a closed list, each with its sentence. */
export const refusals = {
  NoEvictionPolicy: 'it asks not to be evicted and noEvictionPolicy is Mandatory',
  MirrorPod: 'it is the mirror of a static pod',
  StaticPod: 'it is a static pod',
  Terminating: 'it is already terminating',
  PodsWithLocalStorage: 'it has a hostPath or emptyDir volume',
  DaemonSetPods: 'it belongs to a DaemonSet',
  SystemCriticalPods: 'its priority is at or above the threshold',
  FailedBarePods: 'nothing owns it, so nothing would replace it',
  PodsWithPVC: 'it has a persistent volume claim',
  PodsWithoutPDB: 'no disruption budget covers it',
  PodsWithResourceClaims: 'it has a resource claim',
  LabelSelector: 'its labels do not match labelSelector',
  MinReplicas: 'its owner has fewer pods than minReplicas',
  MinPodAge: 'it is younger than minPodAge, or has not started',
  NodeFit: 'no other node would take it',
  NodeSelector: 'the nodeSelector of DefaultEvictor cannot be read',
  NamespaceLabelSelector: 'its namespace does not match namespaceLabelSelector',
} as const;
export type Refusal = keyof typeof refusals;

export const systemCriticalPriority = 2_000_000_000;

/** The annotations that this filter reads; the value of the first two never matters. */
export const evictAnnotation = 'descheduler.alpha.kubernetes.io/evict';
const preferNoEviction = 'descheduler.alpha.kubernetes.io/prefer-no-eviction';
const configSource = 'kubernetes.io/config.source';

/** What it looks at, and whether it is to have the reference's defects too. */
export interface EvictorSurroundings {
  readonly index: ClusterIndex;
  readonly now: Instant;
  readonly referenceDefects?: boolean;
}

/** DefaultEvictor with one profile's settings. `undefined` means that nothing stands against the eviction. */
export class Evictor {
  readonly #settings: EvictorSettings;
  readonly #index: ClusterIndex;
  readonly #now: Instant;
  readonly #nodeFit: Fit;
  readonly #referenceDefects: boolean;

  constructor(settings: EvictorSettings, surroundings: EvictorSurroundings, nodeFit: Fit) {
    this.#settings = settings;
    this.#index = surroundings.index;
    this.#now = surroundings.now;
    this.#referenceDefects = surroundings.referenceDefects ?? false;
    this.#nodeFit = nodeFit;
  }

  /** Whether the pod is evictable at all. */
  filter(pod: PodRecord): Refusal | undefined {
    if (Object.hasOwn(pod.annotations, evictAnnotation)) return undefined;
    if (this.#settings.mandatory && Object.hasOwn(pod.annotations, preferNoEviction)) return 'NoEvictionPolicy';
    if (isMirrorPod(pod)) return 'MirrorPod';
    if ((pod.annotations[configSource] ?? 'api') !== 'api') return 'StaticPod';
    if (this.#index.isTerminating(pod)) return 'Terminating';
    return this.#protectedBy(pod) ?? this.#outOfScope(pod);
  }

  /** Whether it may be evicted now; the evict annotation does not get around this. */
  preEvictionFilter(pod: PodRecord): Refusal | undefined {
    const { nodeFit, nodeSelector, namespaceLabelSelector } = this.#settings;
    if (nodeFit && nodeSelector === undefined) return 'NodeSelector';
    if (nodeFit && !this.#nodeFit.fitsAnyOther(pod)) return 'NodeFit';
    if (namespaceLabelSelector === undefined || namespaceLabelSelector.requirements.length === 0) return undefined;
    const namespace = this.#index.namespace(pod.namespace);
    return namespace !== undefined && selects(namespaceLabelSelector, namespace.labels) ? undefined : 'NamespaceLabelSelector';
  }

  #protectedBy(pod: PodRecord): Refusal | undefined {
    for (const protection of protections) if (this.#settings.active.has(protection) && this.#protects[protection](pod)) return protection;
    // A pod that nothing owns is out of reach in any case; only a failed one can be had, by switching FailedBarePods off.
    return pod.owners.length === 0 && pod.phase !== 'Failed' ? 'FailedBarePods' : undefined;
  }

  readonly #protects: Readonly<Record<Protection, (pod: PodRecord) => boolean>> = {
    PodsWithLocalStorage: ({ volumes }) => volumes.some(({ kind }) => kind === 'hostPath' || kind === 'emptyDir'),
    DaemonSetPods: isDaemonSetPod,
    SystemCriticalPods: ({ priority }) => priority !== undefined && priority >= this.#settings.priorityThreshold,
    FailedBarePods: ({ owners }) => owners.length === 0,
    PodsWithPVC: (pod) => this.#hasProtectedClaim(pod),
    // The reference never loads the budgets in a real run, so that every pod counts as uncovered (descheduler issue 1882).
    PodsWithoutPDB: (pod) => this.#referenceDefects || !this.#index.budgetsIn(pod.namespace).some(({ selector }) => selector !== undefined && selects(selector, pod.labels)),
    PodsWithResourceClaims: ({ hasResourceClaims }) => hasResourceClaims,
  };

  /** A claim that cannot be found, or names no class, counts as protected: we cannot know that it is not. */
  #hasProtectedClaim(pod: PodRecord): boolean {
    const classes = this.#settings.protectedStorageClasses;
    return pod.volumes.some((volume) => {
      if (volume.kind !== 'claim') return false;
      const storageClass = this.#index.claim(pod.namespace, volume.claim)?.storageClass ?? '';
      return classes.size === 0 || storageClass === '' || classes.has(storageClass);
    });
  }

  #outOfScope(pod: PodRecord): Refusal | undefined {
    const { labelSelector, minReplicas, minPodAge } = this.#settings;
    if (labelSelector !== undefined && !selects(labelSelector, pod.labels)) return 'LabelSelector';
    const owner = pod.owners.length === 1 ? pod.owners[0] : undefined;
    if (minReplicas >= 2 && owner !== undefined && this.#index.ownedBy(owner.uid) < minReplicas) return 'MinReplicas';
    if (minPodAge !== undefined && (pod.startTime === undefined || between(pod.startTime, this.#now) < minPodAge)) return 'MinPodAge';
    return undefined;
  }
}
