import { formatInstant, parseRfc3339, seconds, after } from '../../model/time.ts';
import { adopt, equal, mapOf } from './json.ts';
import type { KubeObject, ObjectMeta } from './object.ts';
import { conflict, forbidden } from './refusals.ts';
import type { Registry, Shelf } from './registry.ts';
import type { DeleteOptions } from './server.ts';
import type { Write } from './write-create.ts';
import { find } from './write-update.ts';

/** A deletion, with what the client asked for. */
export interface Removal extends Write {
  readonly name: string;
  readonly options: DeleteOptions;
}

/** What a deletion came to: the object is gone, or it stays until somebody else is done with it. */
export interface Removed {
  readonly object: KubeObject;
  readonly outcome: 'gone' | 'going' | 'alreadyGoing';
}

/** Deletes an object, or marks it as going when finalizers or its grace period hold it. */
export function remove(registry: Registry, shelf: Shelf, wanted: Removal): Removed {
  const current = find(shelf, wanted);
  refuseImmortal(shelf, current);
  shelf.kind.admit?.('delete', current, registry.context(wanted.user));
  checkPreconditions(shelf, current, wanted.options);
  if (shelf.name === 'namespaces') return removeNamespace(registry, shelf, current, wanted);
  const graceful = shelf.traits.graceful ? shorten(registry, shelf, current, wanted.options.gracePeriodSeconds) : undefined;
  if (graceful === 'pending') return { object: current, outcome: 'alreadyGoing' };
  return carryOut(registry, shelf, wanted, { current, graceful });
}

/** Namespaces that a real server refuses to delete. */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

function refuseImmortal({ name, kind }: Shelf, { metadata }: KubeObject): void {
  if (name === 'namespaces' && immortal.has(metadata.name)) throw forbidden(kind.resource, metadata.name, 'this namespace may not be deleted');
}

function checkPreconditions({ kind }: Shelf, { metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  // A real server names the kind here, not the resource.
  const named = { group: kind.resource.group, plural: kind.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(named, metadata.name, `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflict(named, metadata.name, `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`);
  }
}

type Grace = Pick<ObjectMeta, 'deletionTimestamp' | 'deletionGracePeriodSeconds' | 'generation'>;

/** The metadata that a graceful deletion sets; 'pending' when one is under way that this one does not shorten; undefined: at once. */
function shorten(registry: Registry, { kind }: Shelf, current: KubeObject, asked: number | undefined): Grace | 'pending' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: period = 0, generation } = current.metadata;
  const wanted = asked !== undefined && asked < 0 ? 1 : asked;
  const now = registry.parts.clock.now().wall;
  if (deletionTimestamp === undefined) {
    const grace = kind.gracePeriod(current, wanted);
    return {
      deletionTimestamp: formatInstant(after(now, seconds(grace))),
      deletionGracePeriodSeconds: grace,
      ...(generation === undefined ? {} : { generation: generation + 1 }),
    };
  }
  if (period === 0) return undefined;
  if (wanted === undefined || wanted >= period) return 'pending';
  const end = after(parseRfc3339(deletionTimestamp) ?? now, seconds(wanted - period));
  // The end may not lie in the past; a second is the shortest period that still waits for somebody.
  if (end >= now) return { deletionTimestamp: formatInstant(end), deletionGracePeriodSeconds: wanted };
  return { deletionTimestamp: formatInstant(now), deletionGracePeriodSeconds: wanted === 0 ? 0 : 1 };
}

function carryOut(registry: Registry, shelf: Shelf, wanted: Removal, state: { readonly current: KubeObject; readonly graceful: Grace | undefined }): Removed {
  const { current, graceful } = state;
  const finalizers = finalizersFor(shelf, current, wanted.options);
  const marks = graceful ?? (finalizers.length > 0 ? deleting(registry, current) : {});
  const marked = withMetadata(shelf, current, { ...marks, finalizers });
  const stored = wanted.dryRun || equal(marked, current) ? marked : graceful !== undefined || finalizers.length > 0 ? registry.put(shelf, marked) : current;
  if (finalizers.length > 0 || (graceful?.deletionGracePeriodSeconds ?? 0) > 0) return { object: stored, outcome: 'going' };
  return { object: wanted.dryRun ? stored : registry.remove(shelf, stored), outcome: 'gone' };
}

/** Without a grace period of its own the object goes as soon as its finalizers are gone. */
function deleting(registry: Registry, { metadata }: KubeObject): Grace {
  const now = registry.now();
  const { deletionTimestamp, generation } = metadata;
  const first = deletionTimestamp === undefined && generation !== undefined;
  return {
    deletionTimestamp: deletionTimestamp === undefined || deletionTimestamp > now ? now : deletionTimestamp,
    deletionGracePeriodSeconds: 0,
    ...(first ? { generation: generation + 1 } : {}),
  };
}

/** The finalizers that the object has to have: those for its dependents are the deletion's choice. */
function finalizersFor({ traits }: Shelf, { metadata }: KubeObject, { propagationPolicy }: DeleteOptions): readonly string[] {
  const finalizers = metadata.finalizers ?? [];
  const others = finalizers.filter((each) => each !== 'orphan' && each !== 'foregroundDeletion');
  const chosen = traits.dependents === 'unsupported' ? undefined : choice(finalizers, propagationPolicy, traits.dependents);
  const next = chosen === undefined ? others : [...others, chosen];
  return next.length === finalizers.length && next.every((each) => finalizers.includes(each)) ? finalizers : next;
}

function choice(finalizers: readonly string[], policy: DeleteOptions['propagationPolicy'], usual: 'delete' | 'orphan'): string | undefined {
  if (policy === 'Orphan') return 'orphan';
  if (policy === 'Foreground') return 'foregroundDeletion';
  if (policy === 'Background') return undefined;
  const standing = finalizers.find((each) => each === 'orphan' || each === 'foregroundDeletion');
  return standing ?? (usual === 'orphan' ? 'orphan' : undefined);
}

function withMetadata({ kind }: Shelf, object: KubeObject, changes: Partial<ObjectMeta>): KubeObject {
  return adopt({ ...object, metadata: adopt({ ...object.metadata, ...changes }, true) }, kind.strategicPatch);
}

/** A namespace is emptied first: who does that takes `spec.finalizers` away, and a deletion after that removes it. */
function removeNamespace(registry: Registry, shelf: Shelf, current: KubeObject, wanted: Removal): Removed {
  const held = Array.isArray(mapOf(current.spec)['finalizers']);
  if (current.metadata.deletionTimestamp !== undefined) {
    return held ? { object: current, outcome: 'alreadyGoing' } : carryOut(registry, shelf, wanted, { current, graceful: undefined });
  }
  const marked = withMetadata(shelf, { ...current, status: { ...current.status, phase: 'Terminating' } }, { deletionTimestamp: registry.now(), finalizers: finalizersFor(shelf, current, wanted.options) });
  return { object: wanted.dryRun ? marked : registry.put(shelf, marked), outcome: 'going' };
}
