import type { ShapeTable } from '../language.ts';

/** The fields of Pods (Kubernetes v1.36). */
export const podShapes = {
  Pod: 'spec!:PodSpec status!:PodStatus',
  PodTemplateSpec: 'metadata!:ObjectMeta spec!:PodSpec',
  PodSpec: `
    volumes:[Volume@name] initContainers:[Container@name] containers!:[Container@name] ephemeralContainers:[EphemeralContainer@name]
    restartPolicy:s terminationGracePeriodSeconds?:i activeDeadlineSeconds?:i dnsPolicy:s nodeSelector:{s} serviceAccountName:s
    serviceAccount:s automountServiceAccountToken?:b nodeName:s hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace?:b
    securityContext?:PodSecurityContext imagePullSecrets:[LocalObjectReference@name] hostname:s subdomain:s affinity?:Affinity
    schedulerName:s tolerations:[Toleration] hostAliases:[HostAlias@ip] priorityClassName:s priority?:i dnsConfig?:PodDNSConfig
    readinessGates:[PodReadinessGate] runtimeClassName?:s enableServiceLinks?:b preemptionPolicy?:s overhead:{q}
    topologySpreadConstraints:[TopologySpreadConstraint@topologyKey] setHostnameAsFQDN?:b os?:PodOS hostUsers?:b
    schedulingGates:[PodSchedulingGate@name] resourceClaims:[PodResourceClaim@name] resources?:ResourceRequirements hostnameOverride?:s
    schedulingGroup?:a
  `,
  PodStatus: `
    observedGeneration:i phase:s conditions:[PodCondition@type] message:s reason:s nominatedNodeName:s hostIP:s hostIPs:[HostIP@ip]
    podIP:s podIPs:[PodIP@ip] startTime?:t initContainerStatuses:[ContainerStatus] containerStatuses:[ContainerStatus] qosClass:s
    ephemeralContainerStatuses:[ContainerStatus] resize:s resourceClaimStatuses:[a@name] extendedResourceClaimStatus?:a
    allocatedResources:{q} resources?:ResourceRequirements nodeAllocatableResourceClaimStatuses:[a]
  `,
  PodSecurityContext: `
    seLinuxOptions?:a windowsOptions?:a runAsUser?:i runAsGroup?:i runAsNonRoot?:b supplementalGroups:[i] supplementalGroupsPolicy?:s
    fsGroup?:i sysctls:[Sysctl] fsGroupChangePolicy?:s seccompProfile?:SeccompProfile appArmorProfile?:a seLinuxChangePolicy?:s
  `,
  Affinity: 'nodeAffinity?:NodeAffinity podAffinity?:PodAffinity podAntiAffinity?:PodAntiAffinity',
  Toleration: 'key:s operator:s value:s effect:s tolerationSeconds?:i',
  HostAlias: 'ip!:s hostnames:[s]',
  PodDNSConfig: 'nameservers:[s] searches:[s] options:[PodDNSConfigOption]',
  PodReadinessGate: 'conditionType!:s',
  TopologySpreadConstraint: `
    maxSkew!:i topologyKey!:s whenUnsatisfiable!:s labelSelector?:LabelSelector minDomains?:i nodeAffinityPolicy?:s nodeTaintsPolicy?:s
    matchLabelKeys:[s]
  `,
  PodOS: 'name!:s',
  PodSchedulingGate: 'name!:s',
  PodResourceClaim: 'name!:s resourceClaimName?:s resourceClaimTemplateName?:s',
  PodCondition: 'type!:s observedGeneration:i status!:s lastProbeTime!:t lastTransitionTime!:t reason:s message:s',
  HostIP: 'ip!:s',
  PodIP: 'ip!:s',
  ContainerStatus: `
    name!:s state!:ContainerState lastState!:ContainerState ready!:b restartCount!:i image!:s imageID!:s containerID:s started?:b
    allocatedResources:{q} resources?:ResourceRequirements volumeMounts:[VolumeMountStatus@mountPath] user?:a
    allocatedResourcesStatus:[a@name] stopSignal?:s
  `,
  Sysctl: 'name!:s value!:s',
  NodeAffinity: `
    requiredDuringSchedulingIgnoredDuringExecution?:NodeSelector
    preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
  `,
  PodAffinity: `
    requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
    preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
  `,
  PodAntiAffinity: `
    requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
    preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
  `,
  PodDNSConfigOption: 'name:s value?:s',
  ContainerState: 'waiting?:ContainerStateWaiting running?:ContainerStateRunning terminated?:ContainerStateTerminated',
  VolumeMountStatus: 'name!:s mountPath!:s readOnly:b recursiveReadOnly?:s volumeStatus?:a',
  NodeSelector: 'nodeSelectorTerms!:[NodeSelectorTerm]',
  PreferredSchedulingTerm: 'weight!:i preference!:NodeSelectorTerm',
  PodAffinityTerm: `
    labelSelector?:LabelSelector namespaces:[s] topologyKey!:s namespaceSelector?:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
  `,
  WeightedPodAffinityTerm: 'weight!:i podAffinityTerm!:PodAffinityTerm',
  ContainerStateWaiting: 'reason:s message:s',
  ContainerStateRunning: 'startedAt!:t',
  ContainerStateTerminated: 'exitCode!:i signal:i reason:s message:s startedAt!:t finishedAt!:t containerID:s',
  NodeSelectorTerm: 'matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]',
  NodeSelectorRequirement: 'key!:s operator!:s values:[s]',
} as const satisfies ShapeTable;
