import { keyOf } from './collection.ts';
import { adopt, equal, mapOf } from './json.ts';
import { changedMetadata, sentMetadata } from './metadata.ts';
import { validateMetadata } from './metadata-rules.ts';
import { namespaceMustExist } from './namespaces.ts';
import type { KubeObject, ObjectMeta } from './object.ts';
import { Refusal } from './refusal.ts';
import { conflict, invalid, notFound, plainError, staleVersion, wrongValue } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';
import type { Write } from './write-create.ts';

/** One change of an existing object. */
export interface Update extends Write {
  readonly name: string;
  readonly part: 'status' | undefined;
  /** True when the change is a patch. */
  readonly patched: boolean;
  /** What to make of the object as it is now; throws what is wrong with that. */
  change(current: KubeObject): KubeObject;
}

/** The object with this name, or 404. */
export function find(shelf: Shelf, { namespace, name }: Pick<Update, 'namespace' | 'name'>): KubeObject {
  const found = shelf.objects.get(keyOf({ namespace, name }));
  if (found === undefined) throw notFound(shelf.kind.resource, name);
  return found;
}

/** Changes an object, if the change changes anything; returns it as it is then. Removes it when its last finalizer goes. */
export function update(registry: Registry, shelf: Shelf, wanted: Update): KubeObject {
  const current = find(shelf, wanted);
  const sent = wanted.change(current);
  const metadata = sent.metadata === current.metadata ? current.metadata : sentMetadata(sent.metadata);
  checkVersion(shelf, metadata, current);
  namespaceMustExist(registry, wanted.namespace);
  const next = prepare(registry, shelf, { sent, metadata, current, wanted });
  if (endsDeletion(shelf, next, current)) {
    if (!wanted.dryRun) registry.remove(shelf, current);
    return next;
  }
  if (equal(next, current)) return current;
  return wanted.dryRun ? next : registry.put(shelf, next);
}

function checkVersion({ kind, traits }: Shelf, sent: Partial<ObjectMeta>, { metadata }: KubeObject): void {
  const { resource } = kind;
  const version = sent.resourceVersion === '0' ? undefined : sent.resourceVersion;
  if (version !== undefined && !/^\d+$/u.test(version)) throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  if (version === undefined && !traits.unconditionalUpdate) {
    throw invalid({ group: resource.group, kind: resource.plural }, metadata.name, [wrongValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
  if (version !== undefined && version !== metadata.resourceVersion) throw staleVersion(resource, metadata.name);
}

interface Preparation {
  readonly sent: KubeObject;
  readonly metadata: Partial<ObjectMeta>;
  readonly current: KubeObject;
  readonly wanted: Update;
}

function prepare(registry: Registry, shelf: Shelf, { sent, metadata, current, wanted }: Preparation): KubeObject {
  const { kind, traits } = shelf;
  const context = registry.context(wanted.user);
  const candidate = { ...sent, apiVersion: shelf.apiVersion, kind: kind.kind, metadata: changedMetadata(metadata, current.metadata) };
  const prepared = readable(wanted, () => kind.prepareUpdate(candidate, current, wanted.part, context));
  const admitted = wanted.part === undefined ? (kind.admit?.('update', prepared, context) ?? prepared) : prepared;
  // Annotations may come along with a status: that is no new generation.
  const object = adopt(wanted.part === 'status' ? admitted : withGeneration(shelf, admitted, current), kind.strategicPatch);
  const causes = [...validateMetadata(object.metadata, current.metadata, traits), ...kind.validate(object, current, context)];
  if (causes.length > 0) throw invalid({ group: kind.resource.group, kind: kind.kind }, current.metadata.name, causes);
  return object;
}

/** What a kind cannot read is a bad request, and a patch that does not fit when it is a patch that made it so. */
function readable<T>({ patched }: Update, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!patched || !(error instanceof Refusal) || error.code !== 400) throw error;
    throw invalid({ group: '', kind: '' }, '', [wrongValue('patch', null, error.message)]);
  }
}

function withGeneration({ kind, traits }: Shelf, next: KubeObject, current: KubeObject): KubeObject {
  const { generation } = current.metadata;
  if (!kind.hasGeneration || generation === undefined) return next;
  const spec = adopt(next.spec, kind.strategicPatch);
  const same = equal(spec, current.spec) && (!traits.generationOfAnnotations || equal(next.metadata.annotations, current.metadata.annotations));
  return same ? next : { ...next, spec: spec ?? {}, metadata: { ...next.metadata, generation: generation + 1 } };
}

/** True when nothing holds the object any more that was asked to go. */
function endsDeletion({ name }: Shelf, next: KubeObject, { metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  if ((next.metadata.finalizers ?? []).length > 0) return false;
  return name !== 'namespaces' || !Array.isArray(mapOf(next.spec)['finalizers']);
}

/** Refuses a write that names another object of the same name by its UID. */
export function checkUID({ kind }: Shelf, { name, sent, found }: { readonly name: string; readonly sent: string | undefined; readonly found: string | undefined }): void {
  if (sent === undefined || sent === '' || sent === found) return;
  throw conflict(kind.resource, name, `Precondition failed: UID in precondition: ${sent}, UID in object meta: ${found ?? ''}`);
}
