/** Where a kind of object lives in the REST API. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const core = (plural: string, namespaced: boolean): Resource => ({ group: '', version: 'v1', plural, namespaced });
const named = (group: string, version: string, plural: string, namespaced: boolean): Resource => ({ group, version, plural, namespaced });

export const resources = {
  nodes: core('nodes', false),
  pods: core('pods', true),
  namespaces: core('namespaces', false),
  events: core('events', true),
  persistentvolumeclaims: core('persistentvolumeclaims', true),
  persistentvolumes: core('persistentvolumes', false),
  leases: named('coordination.k8s.io', 'v1', 'leases', true),
  csinodes: named('storage.k8s.io', 'v1', 'csinodes', false),
  volumeattachments: named('storage.k8s.io', 'v1', 'volumeattachments', false),
  poddisruptionbudgets: named('policy', 'v1', 'poddisruptionbudgets', true),
  priorityclasses: named('scheduling.k8s.io', 'v1', 'priorityclasses', false),
  /** Measured usage, served by metrics-server. */
  nodeMetrics: named('metrics.k8s.io', 'v1beta1', 'nodes', false),
  podMetrics: named('metrics.k8s.io', 'v1beta1', 'pods', true),
  nodefences: named('evenkeel.dev', 'v1alpha1', 'nodefences', false),
} as const satisfies Record<string, Resource>;

export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** Path of a collection, in one namespace or in all. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const base = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${scope}/${resource.plural}`;
}

/** Path of one object, or of its subresource. Names are encoded: no name can leave its segment. */
export function objectPath(resource: Resource, object: ObjectName, subresource?: 'status' | 'eviction' | 'binding'): string {
  const tail = subresource === undefined ? '' : `/${subresource}`;
  return `${collectionPath(resource, object.namespace)}/${encodeURIComponent(object.name)}${tail}`;
}
