import type { ResourcePath } from './route.ts';

/** Kinds that a real server of v1.36 has and this one does not: a request for one is told so, instead of that there is none. */
const real: Readonly<Record<string, readonly string[]>> = {
  '': ['componentstatuses', 'configmaps', 'endpoints', 'limitranges', 'podtemplates', 'replicationcontrollers', 'resourcequotas', 'secrets', 'serviceaccounts', 'services'],
  'admissionregistration.k8s.io': ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'validatingwebhookconfigurations'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'apiregistration.k8s.io': ['apiservices'],
  apps: ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  'authentication.k8s.io': ['tokenreviews'],
  'authorization.k8s.io': ['localsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'certificates.k8s.io': ['certificatesigningrequests'],
  'discovery.k8s.io': ['endpointslices'],
  'events.k8s.io': ['events'],
  'flowcontrol.apiserver.k8s.io': ['flowschemas', 'prioritylevelconfigurations'],
  'networking.k8s.io': ['ingressclasses', 'ingresses', 'ipaddresses', 'networkpolicies', 'servicecidrs'],
  'node.k8s.io': ['runtimeclasses'],
  policy: ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  'resource.k8s.io': ['deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices'],
  'scheduling.k8s.io': ['priorityclasses'],
  'storage.k8s.io': ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments', 'volumeattributesclasses'],
};

const realSubresources: Readonly<Record<string, readonly string[]>> = {
  pods: ['attach', 'ephemeralcontainers', 'exec', 'log', 'portforward', 'proxy', 'resize'],
  nodes: ['proxy'],
};

/** The name of what a path asks for, if Kubernetes has it; asked only for what this server has not. */
export function realKind({ group, plural, subresource }: ResourcePath): string | undefined {
  const name = group === '' ? plural : `${plural}.${group}`;
  if (subresource !== undefined && group === '' && realSubresources[plural]?.includes(subresource) === true) return `${name}/${subresource}`;
  return real[group]?.includes(plural) === true ? name : undefined;
}
