import type { Labels, LabelSelector } from './configuration.ts';
import type { Instant } from './time.ts';

/*
 * The pruned records that `observe` keeps. 150,000 pods must fit a small heap, so each kind lists exactly the fields
 * that some decision reads; parts that many objects have in common (labels, tolerations, requests, owners) are shared.
 */

export interface NodeRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly createdAt: Instant | undefined;
  readonly deleting: boolean;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  /** Status of the condition `Ready`; absent when the node has none (or has it twice, which proves nothing). */
  readonly ready: 'True' | 'False' | 'Unknown' | undefined;
  /** Three fields that the node's own kubelet writes: compared with recorded ones, never used to choose a machine. */
  readonly bootID: string;
  readonly systemUUID: string;
  readonly machineID: string;
  /** Resource name → Kubernetes quantity as written. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** `status.capacity`, written in the same way. */
  readonly capacity: Readonly<Record<string, string>>;
  /** `status.volumesAttached` names: what attach-detach believes is attached. */
  readonly volumesAttached: readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly timeAdded?: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: boolean;
}

export interface PodRecord {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Labels;
  /** Only annotations that a decision reads (`kubernetes.io/config.*`, `descheduler.alpha.kubernetes.io/*`). */
  readonly annotations: Labels;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  /** `spec.nodeName`; empty when the pod is not bound. */
  readonly node: string;
  readonly phase: string;
  /** Set once somebody asked for its deletion. */
  readonly deletionTimestamp: Instant | undefined;
  readonly createdAt: Instant | undefined;
  readonly startTime: Instant | undefined;
  readonly ready: boolean;
  readonly priority: number | undefined;
  readonly qosClass: string | undefined;
  readonly tolerations: readonly Toleration[];
  readonly nodeSelector: Labels | undefined;
  /** `spec.affinity` as written; strategies read what they need of it. */
  readonly affinity: unknown;
  readonly topologySpreadConstraints: readonly unknown[];
  /** The parts of each container that decide requests and duplicates. */
  readonly containers: readonly ContainerRecord[];
  readonly initContainers: readonly ContainerRecord[];
  readonly podRequests: Readonly<Record<string, string>> | undefined;
  readonly overhead: Readonly<Record<string, string>> | undefined;
  readonly volumes: readonly VolumeRecord[];
  readonly hasResourceClaims: boolean;
  /** What only some rebalancing strategies read; absent unless the list was asked for it. */
  readonly details?: PodDetails;
}

/** The part of a pod's status that tells how its containers fare. */
export interface PodDetails {
  /** `status.reason`; empty when there is none. */
  readonly reason: string;
  readonly conditions: readonly PodCondition[];
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  readonly ephemeralContainers: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly lastTransition: Instant | undefined;
}

/** A container's status as it is now; `lastState` is never looked at. */
export interface ContainerStatus {
  readonly restarts: number;
  /** The reason why it waits; `undefined` when it does not wait. */
  readonly waiting: string | undefined;
  readonly terminated: { readonly reason: string; readonly exitCode: number } | undefined;
}

export interface ContainerRecord {
  readonly image: string;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
  /** An init container with restartPolicy Always (a sidecar). */
  readonly restartable: boolean;
  readonly restarts: number;
}

export type VolumeRecord =
  | { readonly kind: 'claim'; readonly claim: string }
  | { readonly kind: 'hostPath' | 'emptyDir' | 'other' };

export interface AttachmentRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly node: string;
  readonly attacher: string;
  readonly persistentVolume: string | undefined;
  readonly attached: boolean;
  readonly deleting: boolean;
}

/** A PersistentVolume, as far as it decides whether a pod can run elsewhere. */
export interface PersistentVolumeRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** `namespace/name` of the claim that has it. */
  readonly claim: string | undefined;
  /** `spec.nodeAffinity.required` as written: the nodes on which it can be used; absent: on all. */
  readonly usableOn: object | undefined;
}

export interface CsiNodeRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly drivers: readonly string[];
}

export interface LeaseRecord {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly holder: string;
  /** As written. Compared for equality only: the node's clock may be off by hours. */
  readonly renewTime: string;
}

export interface BudgetRecord {
  readonly namespace: string;
  readonly name: string;
  /** `undefined` selects nothing; an empty one everything in the namespace. */
  readonly selector: LabelSelector | undefined;
}

/** The annotation that the kubelet puts on the mirror of a static pod. Deleting a mirror does nothing to the process. */
export const isMirrorPod = (pod: PodRecord): boolean => Object.hasOwn(pod.annotations, 'kubernetes.io/config.mirror');

export const isDaemonSetPod = (pod: PodRecord): boolean => pod.owners.some((owner) => owner.kind === 'DaemonSet');

export interface NamespaceRecord {
  readonly name: string;
  readonly labels: Labels;
}

/** A PersistentVolumeClaim, as far as a pod's protection depends on it. */
export interface ClaimRecord {
  readonly namespace: string;
  readonly name: string;
  /** `spec.storageClassName`; empty when there is none. */
  readonly storageClass: string;
}
