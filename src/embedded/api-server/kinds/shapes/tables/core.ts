import type { ShapeTable } from '../language.ts';

/** The fields of Namespaces, Events, Services, ServiceAccounts and ConfigMaps (Kubernetes v1.36). */
export const coreShapes = {
  Namespace: 'spec!:NamespaceSpec status!:NamespaceStatus',
  Event: `
    involvedObject!:ObjectReference reason:s message:s source!:EventSource firstTimestamp!:t lastTimestamp!:t count:i type:s
    eventTime!:u series?:a action:s related?:ObjectReference reportingComponent!:s reportingInstance!:s
  `,
  Service: 'spec!:ServiceSpec status!:ServiceStatus',
  ServiceAccount: 'secrets:[ObjectReference@name] imagePullSecrets:[LocalObjectReference] automountServiceAccountToken?:b',
  ConfigMap: 'immutable?:b data:{s} binaryData:{s}',
  NamespaceSpec: 'finalizers:[s]',
  NamespaceStatus: 'phase:s conditions:[NamespaceCondition@type]',
  ObjectReference: 'kind:s namespace:s name:s uid:s apiVersion:s resourceVersion:s fieldPath:s',
  EventSource: 'component:s host:s',
  ServiceSpec: `
    ports:[ServicePort@port] selector:{s} clusterIP:s clusterIPs:[s] type:s externalIPs:[s] sessionAffinity:s loadBalancerIP:s
    loadBalancerSourceRanges:[s] externalName:s externalTrafficPolicy:s healthCheckNodePort:i publishNotReadyAddresses:b
    sessionAffinityConfig?:SessionAffinityConfig ipFamilies:[s] ipFamilyPolicy?:s allocateLoadBalancerNodePorts?:b loadBalancerClass?:s
    internalTrafficPolicy?:s trafficDistribution?:s
  `,
  ServiceStatus: 'loadBalancer!:LoadBalancerStatus conditions:[Condition@type]',
  NamespaceCondition: 'type!:s status!:s lastTransitionTime!:t reason:s message:s',
  ServicePort: 'name:s protocol:s appProtocol?:s port!:i targetPort!:x nodePort:i',
  SessionAffinityConfig: 'clientIP?:ClientIPConfig',
  LoadBalancerStatus: 'ingress:[LoadBalancerIngress]',
  ClientIPConfig: 'timeoutSeconds?:i',
  LoadBalancerIngress: 'ip:s hostname:s ipMode?:s ports:[PortStatus]',
  PortStatus: 'port!:i protocol!:s error?:s',
} as const satisfies ShapeTable;
