/*
 * The parts of Kubernetes objects that machines read or write. Everything else in an object is left as it is, because
 * only patches are sent.
 */

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[];
  readonly deletionTimestamp?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
}

export interface NodeObject {
  readonly metadata: Meta;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly volumesInUse?: readonly string[];
    readonly volumesAttached?: readonly { readonly name: string }[];
  };
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
}

export interface PodObject {
  readonly metadata: Meta;
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly ContainerSpec[];
    readonly initContainers?: readonly ContainerSpec[];
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ClaimObject {
  readonly metadata: Meta;
  readonly spec: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

export interface PersistentVolumeObject {
  readonly metadata: Meta;
  readonly spec: { readonly csi?: { readonly driver: string; readonly volumeHandle: string } };
}

export interface AttachmentObject {
  readonly metadata: Meta;
  readonly spec: { readonly attacher: string; readonly nodeName: string; readonly source: { readonly persistentVolumeName?: string } };
  readonly status?: { readonly attached: boolean; readonly attachError?: { readonly message?: string } };
}

export interface CsiNodeObject {
  readonly metadata: Meta;
  readonly spec: { readonly drivers: readonly { readonly name: string; readonly nodeID: string }[] };
}
