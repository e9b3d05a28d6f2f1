import type { ShapeTable } from '../language.ts';

/** The fields of Nodes (Kubernetes v1.36). */
export const nodeShapes = {
  Node: 'spec!:NodeSpec status!:NodeStatus',
  NodeSpec: 'podCIDR:s podCIDRs:[s@] providerID:s unschedulable:b taints:[Taint] configSource?:a externalID:s',
  NodeStatus: `
    capacity:{q} allocatable:{q} phase:s conditions:[NodeCondition@type] addresses:[NodeAddress@type]
    daemonEndpoints!:NodeDaemonEndpoints nodeInfo!:NodeSystemInfo images:[ContainerImage] volumesInUse:[s]
    volumesAttached:[AttachedVolume] config?:a runtimeHandlers:[a] features?:a declaredFeatures:[s]
  `,
  Taint: 'key!:s value:s effect!:s timeAdded?:t',
  NodeCondition: 'type!:s status!:s lastHeartbeatTime!:t lastTransitionTime!:t reason:s message:s',
  NodeAddress: 'type!:s address!:s',
  NodeDaemonEndpoints: 'kubeletEndpoint!:DaemonEndpoint',
  NodeSystemInfo: `
    machineID!:s systemUUID!:s bootID!:s kernelVersion!:s osImage!:s containerRuntimeVersion!:s kubeletVersion!:s kubeProxyVersion!:s
    operatingSystem!:s architecture!:s swap?:a
  `,
  ContainerImage: 'names!:[s] sizeBytes:i',
  AttachedVolume: 'name!:s devicePath!:s',
  DaemonEndpoint: 'Port!:i',
} as const satisfies ShapeTable;
