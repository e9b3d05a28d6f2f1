import type { ShapeTable } from '../language.ts';

/** The fields of the volumes of pods, and claims (Kubernetes v1.36). */
export const podVolumesShapes = {
  Volume: `
    name!:s hostPath?:HostPathVolumeSource emptyDir?:EmptyDirVolumeSource gcePersistentDisk?:a awsElasticBlockStore?:a gitRepo?:a
    secret?:SecretVolumeSource nfs?:NFSVolumeSource iscsi?:a glusterfs?:a persistentVolumeClaim?:PersistentVolumeClaimVolumeSource
    rbd?:a flexVolume?:a cinder?:a cephfs?:a flocker?:a downwardAPI?:DownwardAPIVolumeSource fc?:a azureFile?:a
    configMap?:ConfigMapVolumeSource vsphereVolume?:a quobyte?:a azureDisk?:a photonPersistentDisk?:a projected?:ProjectedVolumeSource
    portworxVolume?:a scaleIO?:a storageos?:a csi?:CSIVolumeSource ephemeral?:EphemeralVolumeSource image?:ImageVolumeSource
  `,
  HostPathVolumeSource: 'path!:s type?:s',
  EmptyDirVolumeSource: 'medium:s sizeLimit?:q',
  SecretVolumeSource: 'secretName:s items:[KeyToPath] defaultMode?:i optional?:b',
  NFSVolumeSource: 'server!:s path!:s readOnly:b',
  PersistentVolumeClaimVolumeSource: 'claimName!:s readOnly:b',
  DownwardAPIVolumeSource: 'items:[DownwardAPIVolumeFile] defaultMode?:i',
  ConfigMapVolumeSource: 'name:s items:[KeyToPath] defaultMode?:i optional?:b',
  ProjectedVolumeSource: 'sources!:[VolumeProjection] defaultMode?:i',
  CSIVolumeSource: 'driver!:s readOnly?:b fsType?:s volumeAttributes:{s} nodePublishSecretRef?:LocalObjectReference',
  EphemeralVolumeSource: 'volumeClaimTemplate?:PersistentVolumeClaimTemplate',
  ImageVolumeSource: 'reference:s pullPolicy:s',
  KeyToPath: 'key!:s path!:s mode?:i',
  DownwardAPIVolumeFile: 'path!:s fieldRef?:ObjectFieldSelector resourceFieldRef?:ResourceFieldSelector mode?:i',
  VolumeProjection: `
    secret?:SecretProjection downwardAPI?:DownwardAPIProjection configMap?:ConfigMapProjection
    serviceAccountToken?:ServiceAccountTokenProjection clusterTrustBundle?:a podCertificate?:a
  `,
  LocalObjectReference: 'name:s',
  PersistentVolumeClaimTemplate: 'metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec',
  ObjectFieldSelector: 'apiVersion:s fieldPath!:s',
  ResourceFieldSelector: 'containerName:s resource!:s divisor!:q',
  SecretProjection: 'name:s items:[KeyToPath] optional?:b',
  DownwardAPIProjection: 'items:[DownwardAPIVolumeFile]',
  ConfigMapProjection: 'name:s items:[KeyToPath] optional?:b',
  ServiceAccountTokenProjection: 'audience:s expirationSeconds?:i path!:s',
  PersistentVolumeClaimSpec: `
    accessModes:[s] selector?:LabelSelector resources!:VolumeResourceRequirements volumeName:s storageClassName?:s volumeMode?:s
    dataSource?:a dataSourceRef?:a volumeAttributesClassName?:s
  `,
  VolumeResourceRequirements: 'limits:{q} requests:{q}',
} as const satisfies ShapeTable;
