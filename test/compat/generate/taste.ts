/** How likely each trait of nodes, workloads and pods is. A plugin's cases, and the options flipped in them, change some. */
export const plainTaste = {
  // Pods: what the DefaultEvictor looks at.
  emptyDir: 0.05,
  hostPath: 0.03,
  claim: 0.1,
  otherVolume: 0.2,
  daemonSet: 0.04,
  bare: 0.04,
  secondOwner: 0.06,
  mirror: 0.02,
  staticPod: 0.03,
  terminating: 0.05,
  evictAnnotation: 0.04,
  preferNoEviction: 0.1,
  critical: 0.03,
  resourceClaim: 0.04,
  notStarted: 0.04,
  // Pods: where they may run.
  tolerations: 0.3,
  nodeSelector: 0.12,
  requiredAffinity: 0.12,
  preferredAffinity: 0.1,
  antiAffinity: 0.12,
  spread: 0.12,
  ownWishes: 0.1,
  // Pods: what they ask for and how they fare.
  initContainer: 0.15,
  sidecar: 0.1,
  overhead: 0.06,
  podLevelRequests: 0.06,
  extendedResource: 0.15,
  hungry: 0.15,
  pending: 0.05,
  succeeded: 0.04,
  failed: 0.05,
  unbound: 0.03,
  troubled: 0.2,
  old: 0.6,
  // Nodes.
  taint: 0.3,
  cordon: 0.1,
  notReady: 0.06,
  small: 0.3,
  noZone: 0.08,
  capacityOnly: 0.03,
  // Of the whole cluster.
  crowded: 0.5,
};

export type Taste = Record<keyof typeof plainTaste, number>;
export type Trait = keyof Taste;

/** How much an order among pods is left open. */
export type Ties = 'none' | 'some' | 'many';
