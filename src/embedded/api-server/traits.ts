import type { Resource } from '../../kube/paths.ts';

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
  /** New names are DNS labels; others DNS subdomains. */
  readonly labelNames: boolean;
}

const usual: Traits = {
  createOnUpdate: false,
  unconditionalUpdate: true,
  returnsDeleted: false,
  graceful: false,
  dependents: 'delete',
  generationOfAnnotations: false,
  labelNames: false,
};

const special: Readonly<Record<string, Partial<Traits>>> = {
  '/pods': { returnsDeleted: true, graceful: true },
  '/namespaces': { returnsDeleted: true, labelNames: true },
  '/events': { createOnUpdate: true, dependents: 'unsupported' },
  '/persistentvolumes': { returnsDeleted: true },
  '/persistentvolumeclaims': { returnsDeleted: true },
  '/serviceaccounts': { returnsDeleted: true },
  '/services': { returnsDeleted: true, createOnUpdate: true, labelNames: true },
  '/replicationcontrollers': { dependents: 'orphan' },
  'apps/deployments': { generationOfAnnotations: true },
  'apps/statefulsets': { labelNames: true },
  'batch/jobs': { dependents: 'orphan' },
  'coordination.k8s.io/leases': { createOnUpdate: true, unconditionalUpdate: false },
  'policy/poddisruptionbudgets': { unconditionalUpdate: false },
  'storage.k8s.io/storageclasses': { returnsDeleted: true },
  'storage.k8s.io/volumeattachments': { returnsDeleted: true, unconditionalUpdate: false },
  'storage.k8s.io/csinodes': { returnsDeleted: true, unconditionalUpdate: false },
  'storage.k8s.io/csidrivers': { returnsDeleted: true, unconditionalUpdate: false },
};

/** Traits of a built-in kind, or those that all custom resources share. */
export function traitsOf({ group, plural }: Resource, builtIn: boolean): Traits {
  if (!builtIn) return { ...usual, unconditionalUpdate: false };
  return { ...usual, ...special[`${group}/${plural}`] };
}
