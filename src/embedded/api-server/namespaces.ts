import { resources } from '../../kube/paths.ts';
import { mapOf } from './json.ts';
import type { ObjectMeta } from './object.ts';
import { Refusal } from './refusal.ts';
import { forbidden, notFound } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';

/** Refuses a new object in a namespace that does not exist (404) or that is being taken down (403). */
export function namespaceTakesNew(registry: Registry, shelf: Shelf, metadata: Partial<ObjectMeta>, namespace: string | undefined): void {
  const found = namespaceMustExist(registry, namespace);
  if (found === undefined || found['phase'] !== 'Terminating') return;
  const name = metadata.name ?? metadata.generateName ?? 'Unknown';
  const refusal = forbidden(shelf.kind.resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' } as const;
  throw new Refusal(refusal.code, refusal.reason, refusal.message, { ...refusal.details, causes: [cause] });
}

/** The status of the namespace; undefined for kinds without namespaces, and where namespaces are not served at all. */
export function namespaceMustExist(registry: Registry, namespace: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const namespaces = registry.shelf(resources.namespaces);
  if (namespace === undefined || namespaces === undefined) return undefined;
  const found = namespaces.objects.get(namespace);
  if (found === undefined) throw notFound(resources.namespaces, namespace);
  return mapOf(found.status);
}

/** The namespace is empty: without Kubernetes' finalizer, and without others, one that was deleted goes. */
export function finalizeNamespace(registry: Registry, name: string): void {
  const shelf = registry.must(resources.namespaces);
  const current = shelf.objects.get(name);
  if (current === undefined) throw notFound(resources.namespaces, name);
  const { finalizers, ...spec } = mapOf(current.spec);
  const left = Array.isArray(finalizers) ? finalizers.filter((each) => each !== 'kubernetes') : [];
  const holds = left.length > 0 || (current.metadata.finalizers ?? []).length > 0 || current.metadata.deletionTimestamp === undefined;
  if (holds) registry.put(shelf, { ...current, spec: left.length > 0 ? { ...spec, finalizers: left } : spec });
  else registry.remove(shelf, current);
}
