import { keyOf } from './collection.ts';
import { newMetadata, sentMetadata } from './metadata.ts';
import { validateMetadata } from './metadata-rules.ts';
import { generateName } from './names.ts';
import { namespaceTakesNew } from './namespaces.ts';
import type { KubeObject, ObjectMeta } from './object.ts';
import { Refusal } from './refusal.ts';
import { alreadyExists, badRequest, invalid } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';

/** Who writes, where, and whether in earnest. */
export interface Write {
  readonly user: string;
  /** Of the request; absent for kinds without namespaces. */
  readonly namespace: string | undefined;
  readonly dryRun: boolean;
}

/** Creates an object from what was sent: defaults, admission, rules, then the store. */
export function create(registry: Registry, shelf: Shelf, sent: KubeObject, write: Write): KubeObject {
  const metadata = sentMetadata(sent.metadata);
  const namespace = namespaceOf(shelf, metadata, write);
  namespaceTakesNew(registry, shelf, metadata, namespace);
  // A name from generateName that is taken is tried anew, as often as a real server does.
  const attempts = metadata.name === undefined && metadata.generateName !== undefined ? 8 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return createOnce(registry, shelf, { ...sent, metadata: metadata as ObjectMeta }, { ...write, namespace });
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'AlreadyExists' || attempt >= attempts) throw error;
    }
  }
}

function createOnce(registry: Registry, shelf: Shelf, sent: KubeObject, write: Write): KubeObject {
  const { kind } = shelf;
  const { parts } = registry;
  const context = registry.context(write.user);
  const name = sent.metadata.name ?? (sent.metadata.generateName === undefined ? '' : generateName(sent.metadata.generateName, () => parts.random()));
  const metadata = newMetadata(sent.metadata, { name, namespace: write.namespace, uid: parts.newID(), now: context.now });
  const prepared = kind.prepareCreate({ ...sent, apiVersion: shelf.apiVersion, kind: kind.kind, metadata }, context);
  const admitted = kind.admit?.('create', prepared, context) ?? prepared;
  const object = kind.hasGeneration ? { ...admitted, metadata: { ...admitted.metadata, generation: 1 } } : admitted;
  const causes = [...validateMetadata(object.metadata, undefined, shelf.traits), ...kind.validate(object, undefined, context)];
  if (causes.length > 0) throw invalid({ group: kind.resource.group, kind: kind.kind }, name, causes);
  if (sent.metadata.resourceVersion !== undefined && sent.metadata.resourceVersion !== '0') throw new Refusal(500, '', 'resourceVersion should not be set on objects to be created');
  const existing = shelf.objects.get(keyOf(object.metadata));
  if (existing !== undefined) throw alreadyExists(kind.resource, name, existing.metadata.deletionTimestamp !== undefined);
  return write.dryRun ? { ...object, metadata: sentMetadata(object.metadata) as ObjectMeta } : registry.put(shelf, object);
}

/** The namespace of the request counts; one in the body may only say the same. */
export function namespaceOf(shelf: Shelf, metadata: Partial<ObjectMeta>, { namespace }: Write): string | undefined {
  if (!shelf.kind.resource.namespaced) return undefined;
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return namespace;
}
