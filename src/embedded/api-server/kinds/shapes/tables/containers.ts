import type { ShapeTable } from '../language.ts';

/** The fields of containers (Kubernetes v1.36). */
export const containersShapes = {
  Container: `
    name!:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort@containerPort] envFrom:[EnvFromSource] env:[EnvVar@name]
    resources!:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy?:s restartPolicyRules:[a]
    volumeMounts:[VolumeMount@mountPath] volumeDevices:[VolumeDevice@devicePath] livenessProbe?:Probe readinessProbe?:Probe
    startupProbe?:Probe lifecycle?:Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s
    securityContext?:SecurityContext stdin:b stdinOnce:b tty:b
  `,
  EphemeralContainer: `
    name!:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort@containerPort] envFrom:[EnvFromSource] env:[EnvVar@name]
    resources!:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy?:s restartPolicyRules:[a]
    volumeMounts:[VolumeMount@mountPath] volumeDevices:[VolumeDevice@devicePath] livenessProbe?:Probe readinessProbe?:Probe
    startupProbe?:Probe lifecycle?:Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s
    securityContext?:SecurityContext stdin:b stdinOnce:b tty:b targetContainerName:s
  `,
  ContainerPort: 'name:s hostPort:i containerPort!:i protocol:s hostIP:s',
  EnvFromSource: 'prefix:s configMapRef?:ConfigMapEnvSource secretRef?:SecretEnvSource',
  EnvVar: 'name!:s value:s valueFrom?:EnvVarSource',
  ResourceRequirements: 'limits:{q} requests:{q} claims:[ResourceClaim]',
  ContainerResizePolicy: 'resourceName!:s restartPolicy!:s',
  VolumeMount: 'name!:s readOnly:b recursiveReadOnly?:s mountPath!:s subPath:s mountPropagation?:s subPathExpr:s',
  VolumeDevice: 'name!:s devicePath!:s',
  Probe: `
    exec?:ExecAction httpGet?:HTTPGetAction tcpSocket?:TCPSocketAction grpc?:GRPCAction initialDelaySeconds:i timeoutSeconds:i
    periodSeconds:i successThreshold:i failureThreshold:i terminationGracePeriodSeconds?:i
  `,
  Lifecycle: 'postStart?:LifecycleHandler preStop?:LifecycleHandler stopSignal?:s',
  SecurityContext: `
    capabilities?:Capabilities privileged?:b seLinuxOptions?:a windowsOptions?:a runAsUser?:i runAsGroup?:i runAsNonRoot?:b
    readOnlyRootFilesystem?:b allowPrivilegeEscalation?:b procMount?:s seccompProfile?:SeccompProfile appArmorProfile?:a
  `,
  ConfigMapEnvSource: 'name:s optional?:b',
  SecretEnvSource: 'name:s optional?:b',
  EnvVarSource: `
    fieldRef?:ObjectFieldSelector resourceFieldRef?:ResourceFieldSelector configMapKeyRef?:ConfigMapKeySelector
    secretKeyRef?:SecretKeySelector fileKeyRef?:a
  `,
  ResourceClaim: 'name!:s request:s',
  ExecAction: 'command:[s]',
  HTTPGetAction: 'path:s port!:x host:s scheme:s httpHeaders:[HTTPHeader]',
  TCPSocketAction: 'port!:x host:s',
  GRPCAction: 'port!:i service!?:s',
  LifecycleHandler: 'exec?:ExecAction httpGet?:HTTPGetAction tcpSocket?:TCPSocketAction sleep?:SleepAction',
  Capabilities: 'add:[s] drop:[s]',
  SeccompProfile: 'type!:s localhostProfile?:s',
  ConfigMapKeySelector: 'name:s key!:s optional?:b',
  SecretKeySelector: 'name:s key!:s optional?:b',
  HTTPHeader: 'name!:s value!:s',
  SleepAction: 'seconds!:i',
} as const satisfies ShapeTable;
