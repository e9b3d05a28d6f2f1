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
