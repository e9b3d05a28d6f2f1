import type { ShapeTable } from '../language.ts';

/** The fields of volumes and what is known of storage (Kubernetes v1.36). */
export const storageShapes = {
  PersistentVolume: 'spec!:PersistentVolumeSpec status!:PersistentVolumeStatus',
  PersistentVolumeClaim: 'spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus',
  StorageClass: `
    provisioner!:s parameters:{s} reclaimPolicy?:s mountOptions:[s] allowVolumeExpansion?:b volumeBindingMode?:s
    allowedTopologies:[TopologySelectorTerm]
  `,
  CSINode: 'spec!:CSINodeSpec',
  CSIDriver: 'spec!:CSIDriverSpec',
  VolumeAttachment: 'spec!:VolumeAttachmentSpec status!:VolumeAttachmentStatus',
  PersistentVolumeSpec: `
    capacity:{q} gcePersistentDisk?:a awsElasticBlockStore?:a hostPath?:HostPathVolumeSource glusterfs?:a nfs?:NFSVolumeSource rbd?:a
    iscsi?:a cinder?:a cephfs?:a fc?:a flocker?:a flexVolume?:a azureFile?:a vsphereVolume?:a quobyte?:a azureDisk?:a
    photonPersistentDisk?:a portworxVolume?:a scaleIO?:a local?:LocalVolumeSource storageos?:a csi?:CSIPersistentVolumeSource
    accessModes:[s] claimRef?:ObjectReference persistentVolumeReclaimPolicy:s storageClassName:s mountOptions:[s] volumeMode?:s
    nodeAffinity?:VolumeNodeAffinity volumeAttributesClassName?:s
  `,
  PersistentVolumeStatus: 'phase:s message:s reason:s lastPhaseTransitionTime?:t',
  PersistentVolumeClaimStatus: `
    phase:s accessModes:[s] capacity:{q} conditions:[PersistentVolumeClaimCondition@type] allocatedResources:{q}
    allocatedResourceStatuses:{s} currentVolumeAttributesClassName?:s modifyVolumeStatus?:a
  `,
  TopologySelectorTerm: 'matchLabelExpressions:[TopologySelectorLabelRequirement]',
  CSINodeSpec: 'drivers!:[CSINodeDriver@name]',
  CSIDriverSpec: `
    attachRequired?:b podInfoOnMount?:b volumeLifecycleModes:[s] storageCapacity?:b fsGroupPolicy?:s tokenRequests:[TokenRequest]
    requiresRepublish?:b seLinuxMount?:b nodeAllocatableUpdatePeriodSeconds?:i serviceAccountTokenInSecrets?:b
    preventPodSchedulingIfMissing?:b
  `,
  VolumeAttachmentSpec: 'attacher!:s source!:VolumeAttachmentSource nodeName!:s',
  VolumeAttachmentStatus: 'attached!:b attachmentMetadata:{s} attachError?:VolumeError detachError?:VolumeError',
  LocalVolumeSource: 'path!:s fsType?:s',
  CSIPersistentVolumeSource: `
    driver!:s volumeHandle!:s readOnly:b fsType:s volumeAttributes:{s} controllerPublishSecretRef?:SecretReference
    nodeStageSecretRef?:SecretReference nodePublishSecretRef?:SecretReference controllerExpandSecretRef?:SecretReference
    nodeExpandSecretRef?:SecretReference
  `,
  VolumeNodeAffinity: 'required?:NodeSelector',
  PersistentVolumeClaimCondition: 'type!:s status!:s lastProbeTime!:t lastTransitionTime!:t reason:s message:s',
  TopologySelectorLabelRequirement: 'key!:s values!:[s]',
  CSINodeDriver: 'name!:s nodeID!:s topologyKeys!:[s] allocatable?:VolumeNodeResources',
  TokenRequest: 'audience!:s expirationSeconds?:i',
  VolumeAttachmentSource: 'persistentVolumeName?:s inlineVolumeSpec?:PersistentVolumeSpec',
  VolumeError: 'time!:t message:s errorCode?:i',
  SecretReference: 'name:s namespace:s',
  VolumeNodeResources: 'count?:i',
} as const satisfies ShapeTable;
