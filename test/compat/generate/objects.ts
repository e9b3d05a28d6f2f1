/*
 * Objects of the Kubernetes API, as far as a descheduler looks at them; undefined fields do not reach the JSON.
 */

export type Amounts = Record<string, string>;
export type Labels = Record<string, string>;

export interface Metadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Labels;
  annotations?: Labels;
  ownerReferences?: readonly Owner[];
}

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

export interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: readonly Expression[];
}

export interface NodeTerm {
  readonly matchExpressions?: readonly Expression[];
  readonly matchFields?: readonly Expression[];
}

export interface PodTerm {
  readonly labelSelector?: Selector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
  readonly mismatchLabelKeys?: readonly string[];
  readonly topologyKey: string;
}

export interface Affinity {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeTerm[] };
    preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly preference: NodeTerm }[];
  };
  podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution: readonly PodTerm[] };
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly minDomains?: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: Selector;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

export interface Container {
  name: string;
  image: string;
  restartPolicy?: string;
  resources?: { requests?: Amounts; limits?: Amounts };
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state: { readonly running?: object; readonly waiting?: { readonly reason: string }; readonly terminated?: { readonly reason: string; readonly exitCode: number } };
  readonly lastState?: { readonly terminated: { readonly reason: string; readonly exitCode: number } };
}

export interface PodSpec {
  nodeName?: string;
  containers: Container[];
  initContainers?: Container[];
  priority?: number;
  tolerations?: readonly Toleration[];
  nodeSelector?: Labels;
  affinity?: Affinity;
  topologySpreadConstraints?: readonly SpreadConstraint[];
  volumes?: readonly object[];
  resourceClaims?: readonly object[];
  overhead?: Amounts;
  resources?: { readonly requests: Amounts };
}

export interface PodStatus {
  phase: string;
  reason?: string;
  startTime?: string;
  qosClass?: string;
  conditions?: readonly object[];
  containerStatuses?: readonly ContainerStatus[];
  initContainerStatuses?: readonly ContainerStatus[];
  ephemeralContainerStatuses?: readonly ContainerStatus[];
}

export interface Pod {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: Metadata & { namespace: string };
  spec: PodSpec;
  status: PodStatus;
}

export interface Node {
  apiVersion: 'v1';
  kind: 'Node';
  metadata: Metadata & { labels: Labels };
  spec: { unschedulable?: boolean; taints?: readonly Taint[] };
  status: { conditions?: readonly { readonly type: string; readonly status: string }[]; allocatable?: Amounts; capacity?: Amounts };
}

export interface Cluster {
  nodes: Node[];
  pods: Pod[];
  namespaces: object[];
  persistentvolumeclaims: object[];
  poddisruptionbudgets: object[];
  priorityclasses: object[];
}

/** A moment so many seconds before another, as the API writes it: in whole seconds. */
export const secondsBefore = (now: number, age: number): string => new Date(Math.floor(now / 1_000 - age) * 1_000).toISOString().replace('.000Z', 'Z');
