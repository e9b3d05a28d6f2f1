import type { KubeObject } from '../api-server/object.ts';

/* What the controllers read of nodes and pods. A copy that is written back carries all other fields along. */

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface NodeObject extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly volumesInUse?: readonly string[];
    readonly volumesAttached?: readonly { readonly name: string; readonly devicePath: string }[];
  };
}

export interface ContainerStatus {
  readonly state?: { readonly waiting?: object; readonly running?: object; readonly terminated?: object };
}

export interface PodVolume {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string; readonly tolerations?: readonly Toleration[]; readonly volumes?: readonly PodVolume[] };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

export const conditionOf = (object: NodeObject | PodObject, type: string): Condition | undefined => object.status?.conditions?.find((each) => each.type === type);

export const isReady = (object: NodeObject | PodObject): boolean => conditionOf(object, 'Ready')?.status === 'True';

/** True when the pod will never run again. */
export const isOver = (pod: PodObject): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/**
 * The pod with this condition, or the same pod when it has it already. The transition time changes with the status only
 * (pkg/api/v1/pod UpdatePodCondition).
 */
export function withCondition(pod: PodObject, wanted: Condition, at: string): PodObject {
  const conditions = pod.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === wanted.type);
  const same = before !== undefined && before.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message;
  if (same) return pod;
  const lastTransitionTime = before?.status === wanted.status ? (before.lastTransitionTime ?? at) : at;
  const next = { ...wanted, lastTransitionTime };
  const list = before === undefined ? [...conditions, next] : conditions.map((each) => (each === before ? next : each));
  return { ...pod, status: { ...pod.status, conditions: list } };
}

/** `namespace/name`, or the name alone for what belongs to no namespace. */
export const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => (namespace === undefined ? name : `${namespace}/${name}`);

/** The other way round. */
export function nameOfKey(key: string): { readonly namespace?: string; readonly name: string } {
  const at = key.indexOf('/');
  return at < 0 ? { name: key } : { namespace: key.slice(0, at), name: key.slice(at + 1) };
}
