import type { Resource } from '../../kube/paths.ts';
import type { NameRule } from './names.ts';

/** What Kubernetes' registry of a built-in kind decides and the kind itself does not say (the strategies under `pkg/registry`, v1.36). */
export interface Traits {
  /** PUT on a name that does not exist creates. */
  readonly createOnUpdate: boolean;
  /** PUT without a resourceVersion replaces whatever is there; otherwise it is refused. */
  readonly unconditionalUpdate: boolean;
  /** DELETE answers the object; others answer a Status. */
  readonly returnsDeleted: boolean;
  /** Deletion is in two steps: the moment it ends is set first, and whoever runs the object takes it away. */
  readonly graceful: boolean;
  /** What becomes of dependents when a DELETE does not say. */
  readonly dependents: 'delete' | 'orphan' | 'unsupported';
  /** `metadata.generation` counts changes of the annotations, too. */
  readonly generationOfAnnotations: boolean;
  /** What new names have to be. */
  readonly names: NameRule;
  /** Finalizers that are not Kubernetes' own need a domain in front (`example.org/name`). */
  readonly qualifiedFinalizers: boolean;
}

const usual: Traits = {
  createOnUpdate: false,
  unconditionalUpdate: true,
  returnsDeleted: false,
  graceful: false,
  dependents: 'delete',
  generationOfAnnotations: false,
  names: 'subdomain',
  qualifiedFinalizers: true,
};

const special: Readonly<Record<string, Partial<Traits>>> = {
  '/pods': { returnsDeleted: true, graceful: true },
  '/namespaces': { returnsDeleted: true, names: 'label' },
  '/events': { createOnUpdate: true, dependents: 'unsupported' },
  '/persistentvolumes': { returnsDeleted: true },
  '/persistentvolumeclaims': { returnsDeleted: true },
  '/serviceaccounts': { returnsDeleted: true },
  '/services': { returnsDeleted: true, createOnUpdate: true, names: 'label' },
  '/replicationcontrollers': { dependents: 'orphan' },
  'apps/deployments': { generationOfAnnotations: true },
  'apps/statefulsets': { names: 'label' },
  'batch/jobs': { dependents: 'orphan' },
  'coordination.k8s.io/leases': { createOnUpdate: true, unconditionalUpdate: false, qualifiedFinalizers: false },
  'policy/poddisruptionbudgets': { unconditionalUpdate: false, qualifiedFinalizers: false, names: 'segment' },
  'storage.k8s.io/storageclasses': { returnsDeleted: true },
  'storage.k8s.io/volumeattachments': { returnsDeleted: true, unconditionalUpdate: false },
  'storage.k8s.io/csinodes': { returnsDeleted: true, unconditionalUpdate: false },
  'storage.k8s.io/csidrivers': { returnsDeleted: true, unconditionalUpdate: false },
};

/** Traits of a built-in kind, or those that all custom resources share. */
export function traitsOf({ group, plural }: Resource, builtIn: boolean): Traits {
  if (!builtIn) return { ...usual, unconditionalUpdate: false, qualifiedFinalizers: false };
  return { ...usual, ...special[`${group}/${plural}`] };
}
