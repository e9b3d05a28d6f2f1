import type { ShapeTable } from '../language.ts';

/** The fields of what makes pods (Kubernetes v1.36). */
export const workloadsShapes = {
  StatefulSet: 'spec!:StatefulSetSpec status!:StatefulSetStatus',
  Deployment: 'spec!:DeploymentSpec status!:DeploymentStatus',
  ReplicaSet: 'spec!:ReplicaSetSpec status!:ReplicaSetStatus',
  DaemonSet: 'spec!:DaemonSetSpec status!:DaemonSetStatus',
  ControllerRevision: 'data:a revision!:i',
  Job: 'spec!:JobSpec status!:JobStatus',
  StatefulSetSpec: `
    replicas?:i selector!?:LabelSelector template!:PodTemplateSpec volumeClaimTemplates:[ClaimTemplate] serviceName!:s
    podManagementPolicy:s updateStrategy!:StatefulSetUpdateStrategy revisionHistoryLimit?:i minReadySeconds:i
    persistentVolumeClaimRetentionPolicy?:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals?:StatefulSetOrdinals
  `,
  StatefulSetStatus: `
    observedGeneration:i replicas!:i readyReplicas:i currentReplicas:i updatedReplicas:i currentRevision:s updateRevision:s
    collisionCount?:i conditions:[StatefulSetCondition@type] availableReplicas!:i
  `,
  DeploymentSpec: `
    replicas?:i selector!?:LabelSelector template!:PodTemplateSpec strategy!:DeploymentStrategy minReadySeconds:i
    revisionHistoryLimit?:i paused:b progressDeadlineSeconds?:i
  `,
  DeploymentStatus: `
    observedGeneration:i replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i unavailableReplicas:i terminatingReplicas?:i
    conditions:[DeploymentCondition@type] collisionCount?:i
  `,
  ReplicaSetSpec: 'replicas?:i minReadySeconds:i selector!?:LabelSelector template!:PodTemplateSpec',
  ReplicaSetStatus: `
    replicas!:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i terminatingReplicas?:i observedGeneration:i
    conditions:[ReplicaSetCondition@type]
  `,
  DaemonSetSpec: `
    selector!?:LabelSelector template!:PodTemplateSpec updateStrategy!:DaemonSetUpdateStrategy minReadySeconds:i revisionHistoryLimit?:i
  `,
  DaemonSetStatus: `
    currentNumberScheduled!:i numberMisscheduled!:i desiredNumberScheduled!:i numberReady!:i observedGeneration:i
    updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount?:i conditions:[DaemonSetCondition@type]
  `,
  JobSpec: `
    parallelism?:i completions?:i activeDeadlineSeconds?:i podFailurePolicy?:PodFailurePolicy successPolicy?:a backoffLimit?:i
    backoffLimitPerIndex?:i maxFailedIndexes?:i selector?:LabelSelector manualSelector?:b template!:PodTemplateSpec
    ttlSecondsAfterFinished?:i completionMode?:s suspend?:b podReplacementPolicy?:s managedBy?:s
  `,
  JobStatus: `
    conditions:[JobCondition@type] startTime?:t completionTime?:t active:i succeeded:i failed:i terminating?:i completedIndexes:s
    failedIndexes?:s uncountedTerminatedPods?:a ready?:i
  `,
  StatefulSetUpdateStrategy: 'type:s rollingUpdate?:RollingUpdateStatefulSetStrategy',
  StatefulSetPersistentVolumeClaimRetentionPolicy: 'whenDeleted:s whenScaled:s',
  StatefulSetOrdinals: 'start!:i',
  StatefulSetCondition: 'type!:s status!:s lastTransitionTime!:t reason:s message:s',
  DeploymentStrategy: 'type:s rollingUpdate?:RollingUpdateDeployment',
  DeploymentCondition: 'type!:s status!:s lastUpdateTime!:t lastTransitionTime!:t reason:s message:s',
  ReplicaSetCondition: 'type!:s status!:s lastTransitionTime!:t reason:s message:s',
  DaemonSetUpdateStrategy: 'type:s rollingUpdate?:RollingUpdateDaemonSet',
  DaemonSetCondition: 'type!:s status!:s lastTransitionTime!:t reason:s message:s',
  PodFailurePolicy: 'rules!:[PodFailurePolicyRule]',
  JobCondition: 'type!:s status!:s lastProbeTime!:t lastTransitionTime!:t reason:s message:s',
  RollingUpdateStatefulSetStrategy: 'partition?:i maxUnavailable?:x',
  RollingUpdateDeployment: 'maxUnavailable?:x maxSurge?:x',
  RollingUpdateDaemonSet: 'maxUnavailable?:x maxSurge?:x',
  PodFailurePolicyRule: 'action!:s onExitCodes?:PodFailurePolicyOnExitCodesRequirement onPodConditions:[PodFailurePolicyOnPodConditionsPattern]',
  PodFailurePolicyOnExitCodesRequirement: 'containerName?:s operator!:s values!:[i]',
  PodFailurePolicyOnPodConditionsPattern: 'type!:s status!:s',
  ClaimTemplate: 'kind:s apiVersion:s metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus',
} as const satisfies ShapeTable;
