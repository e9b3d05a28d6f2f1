import type { Taint, Toleration } from '../../../model/cluster.ts';
import type { KubeObject } from '../../api-server/object.ts';

/*
 * The parts of Kubernetes objects that workload controllers and the scheduler read. Aliases, not interfaces: only those fit
 * into the open maps of KubeObject.
 */

export type Words = Readonly<Record<string, string>>;

export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime?: string | null;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
};

export type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

export type RawSelector = { readonly matchLabels?: Words; readonly matchExpressions?: readonly Requirement[] };

export type NodeSelectorTerm = { readonly matchExpressions?: readonly Requirement[]; readonly matchFields?: readonly Requirement[] };

export type PodAffinityTerm = {
  readonly labelSelector?: RawSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: RawSelector;
  readonly topologyKey: string;
};

export type PodTerms = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm }[];
};

export type Affinity = {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[];
  };
  readonly podAffinity?: PodTerms;
  readonly podAntiAffinity?: PodTerms;
};

export type SpreadConstraint = {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: RawSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
};

export type Container = {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Words; readonly limits?: Words };
  readonly ports?: readonly { readonly hostPort?: number; readonly hostIP?: string; readonly protocol?: string }[];
};

export type Volume = {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: object;
};

export type PodSpec = {
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly restartPolicy?: string;
  readonly schedulerName?: string;
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly priority?: number;
  readonly preemptionPolicy?: string;
  readonly nodeSelector?: Words;
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly SpreadConstraint[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly overhead?: Words;
  readonly volumes?: readonly Volume[];
};

export type PodStatus = {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly { readonly restartCount?: number }[];
};

export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export type NodeSpec = { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };

export interface Node extends KubeObject {
  readonly spec?: NodeSpec;
  readonly status?: { readonly allocatable?: Words };
}

/** `spec.template` of a workload. */
export type PodTemplate = {
  readonly metadata?: { readonly labels?: Words; readonly annotations?: Words; readonly finalizers?: readonly string[] };
  readonly spec: PodSpec;
};

export type ClaimSpec = {
  readonly accessModes?: readonly string[];
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly volumeMode?: string;
  readonly selector?: RawSelector;
  readonly resources?: { readonly requests?: Words };
};

export interface Claim extends KubeObject {
  readonly spec: ClaimSpec;
  readonly status?: { readonly phase?: string; readonly accessModes?: readonly string[]; readonly capacity?: Words };
}

export type ClaimReference = {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
};

export type VolumeSpec = {
  readonly capacity?: Words;
  readonly accessModes?: readonly string[];
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly claimRef?: ClaimReference;
  readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } };
  readonly csi?: { readonly driver: string; readonly volumeHandle: string };
};

export interface PersistentVolume extends KubeObject {
  readonly spec: VolumeSpec;
  readonly status?: { readonly phase?: string };
}

export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly volumeBindingMode?: string;
}
