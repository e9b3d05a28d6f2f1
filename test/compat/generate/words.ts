/** The few words that clusters and policies share, so that they meet. */
export const namespaces = ['shop', 'pay', 'ops'] as const;
export const apps = ['web', 'db', 'cache'] as const;
export const tiers = ['front', 'back'] as const;
export const zones = ['a', 'b', 'c'] as const;
export const storageClasses = ['gold', 'silver'] as const;
export const teams = ['red', 'blue'] as const;
export const gpu = 'example.com/gpu';
export const zoneKey = 'topology.kubernetes.io/zone';
export const hostKey = 'kubernetes.io/hostname';

/** Seconds that policies name as limits. No pod's age comes nearer to one of them than `clear` seconds. */
export const ageLimits = [600, 3_600, 86_400] as const;
export const clear = 60;

export const waitingReasons = ['CrashLoopBackOff', 'ImagePullBackOff', 'ContainerCreating', 'CreateContainerConfigError'] as const;
export const endings = [
  { reason: 'OOMKilled', exitCode: 137 },
  { reason: 'Error', exitCode: 1 },
  { reason: 'Completed', exitCode: 0 },
  { reason: 'Error', exitCode: 2 },
] as const;
export const exitCodes = [137, 1, 0, 2] as const;
export const failureReasons = ['Evicted', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError'] as const;
export const ownerKinds = ['ReplicaSet', 'StatefulSet', 'Job'] as const;

export const evict = 'descheduler.alpha.kubernetes.io/evict';
export const preferNoEviction = 'descheduler.alpha.kubernetes.io/prefer-no-eviction';
