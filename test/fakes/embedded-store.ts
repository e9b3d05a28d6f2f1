import { Refusal } from '../../src/embedded/api-server/refusal.ts';
import type { KubeObject, ObjectMeta } from '../../src/embedded/api-server/object.ts';
import type { DeleteOptions, Name, Store, StoreEvent } from '../../src/embedded/api-server/server.ts';
import { type Resource, resources } from '../../src/kube/paths.ts';
import { rfc3339 } from '../../src/kube/timestamps.ts';
import type { Clock } from '../../src/model/time.ts';

/**
 * As much of the API server's store as controllers see: versions, conflicts, finalizers, a pod's grace period, and who is
 * told of what. It checks no object: what a test puts in is what is there.
 */
export function fakeStore(clock: Clock): Store & { readonly writes: string[] } {
  return new FakeStore(clock);
}

type Heard = (event: StoreEvent) => void;

const apps = (plural: string): Resource => ({ group: 'apps', version: 'v1', plural, namespaced: true });
const kinds = [
  ['Node', resources.nodes], ['Pod', resources.pods], ['Namespace', resources.namespaces], ['Event', resources.events], ['Lease', resources.leases], ['CSINode', resources.csinodes],
  ['PersistentVolumeClaim', resources.persistentvolumeclaims], ['VolumeAttachment', resources.volumeattachments], ['Deployment', apps('deployments')], ['ReplicaSet', apps('replicasets')],
].map(([kind, resource]) => ({ kind: kind as string, resource: resource as Resource }));

const plain = ({ group, plural }: Resource): string => `${plural}.${group}`;
const key = ({ namespace = '', name }: Name): string => `${namespace}/${name}`;

class FakeStore implements Store {
  /** One line for each write: what, and on which object. */
  readonly writes: string[] = [];
  readonly #clock: Clock;
  readonly #kinds = new Map<string, Map<string, KubeObject>>();
  readonly #heard = new Map<string, Set<Heard>>();
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get<T extends KubeObject>(resource: Resource, name: Name): T | undefined {
    return this.#of(resource).get(key(name)) as T | undefined;
  }

  list<T extends KubeObject>(resource: Resource, namespace?: string): Iterable<T> {
    const all = [...this.#of(resource)].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object as T);
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  podsOn<T extends KubeObject>(node: string): Iterable<T> {
    return [...this.list<T>(resources.pods)].filter(({ spec }) => spec?.['nodeName'] === node);
  }

  ownedBy<T extends KubeObject>(resource: Resource, ownerUID: string): Iterable<T> {
    return [...this.list<T>(resource)].filter(({ metadata }) => metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === ownerUID));
  }

  create(resource: Resource, object: object): KubeObject {
    const { metadata, ...rest } = object as KubeObject;
    if (this.get(resource, metadata) !== undefined) throw new Refusal(409, 'AlreadyExists', `${resource.plural} "${metadata.name}" already exists`);
    const created = { ...rest, metadata: { uid: `uid-${this.#version + 1}`, creationTimestamp: rfc3339(this.#clock.now().wall), ...(metadata as Partial<ObjectMeta>) } } as KubeObject;
    return this.#put(resource, created, 'create');
  }

  update(resource: Resource, object: KubeObject): KubeObject {
    return this.#change(resource, object, 'update');
  }

  updateStatus(resource: Resource, object: KubeObject): KubeObject {
    const current = this.#current(resource, object);
    return this.#change(resource, { ...current, metadata: { ...current.metadata, resourceVersion: object.metadata.resourceVersion }, status: object.status ?? {} }, 'status');
  }

  remove(resource: Resource, name: Name, options: DeleteOptions = {}): void {
    const current = this.#of(resource).get(key(name));
    if (current === undefined) throw new Refusal(404, 'NotFound', `${resource.plural} "${name.name}" not found`);
    if (options.uid !== undefined && options.uid !== current.metadata.uid) throw new Refusal(409, 'Conflict', `the UID in the precondition (${options.uid}) does not match`);
    this.writes.push(`delete ${resource.plural} ${name.name}${options.gracePeriodSeconds === 0 ? ' now' : ''}`);
    const marked = { ...current, metadata: doomed(current, options, rfc3339(this.#clock.now().wall)) };
    if (marked.metadata.deletionGracePeriodSeconds === 0 && marked.metadata.finalizers?.length === 0) this.#drop(resource, current);
    else if (JSON.stringify(marked) !== JSON.stringify(current)) this.#put(resource, marked, undefined);
  }

  bind(pod: Name, node: string): void {
    const current = this.get(resources.pods, pod);
    if (current !== undefined) this.#put(resources.pods, { ...current, spec: { ...current.spec, nodeName: node } }, 'bind');
  }

  finalizeNamespace(name: string): void {
    const current = this.#current(resources.namespaces, { metadata: { name } } as KubeObject);
    this.writes.push(`finalize namespaces ${name}`);
    this.#drop(resources.namespaces, current);
  }

  kinds(): Iterable<{ readonly resource: Resource; readonly kind: string }> {
    return kinds;
  }

  subscribe(resource: Resource, heard: Heard): () => void {
    const all = this.#heard.get(plain(resource)) ?? new Set();
    this.#heard.set(plain(resource), all.add(heard));
    return () => all.delete(heard);
  }

  #change(resource: Resource, object: KubeObject, what: string): KubeObject {
    const current = this.#current(resource, object);
    if (object.metadata.resourceVersion !== current.metadata.resourceVersion) throw new Refusal(409, 'Conflict', `${resource.plural} "${current.metadata.name}": the object has been modified`);
    const changed = this.#put(resource, object, what);
    const over = changed.metadata.deletionTimestamp !== undefined && (changed.metadata.finalizers ?? []).length === 0;
    if (over && (changed.metadata.deletionGracePeriodSeconds ?? 0) === 0) this.#drop(resource, changed);
    return changed;
  }

  #current(resource: Resource, { metadata }: KubeObject): KubeObject {
    const current = this.get(resource, metadata);
    if (current === undefined) throw new Refusal(404, 'NotFound', `${resource.plural} "${metadata.name}" not found`);
    return current;
  }

  #put(resource: Resource, object: KubeObject, what: string | undefined): KubeObject {
    const metadata: ObjectMeta = { ...object.metadata, resourceVersion: String((this.#version += 1)) };
    const next = { ...object, metadata };
    const before = this.#of(resource).get(key(metadata));
    this.#of(resource).set(key(metadata), next);
    if (what !== undefined) this.writes.push(`${what} ${resource.plural} ${metadata.name}`);
    this.#tell(resource, { type: before === undefined ? 'ADDED' : 'MODIFIED', object: next, before });
    return next;
  }

  #drop(resource: Resource, object: KubeObject): void {
    this.#of(resource).delete(key(object.metadata));
    this.#tell(resource, { type: 'DELETED', object, before: object });
  }

  #tell(resource: Resource, event: StoreEvent): void {
    for (const heard of this.#heard.get(plain(resource)) ?? []) heard(event);
  }

  #of(resource: Resource): Map<string, KubeObject> {
    const known = this.#kinds.get(plain(resource)) ?? new Map<string, KubeObject>();
    this.#kinds.set(plain(resource), known);
    return known;
  }
}

/** What a deletion leaves of an object that does not vanish at once. */
function doomed({ kind, spec, metadata }: KubeObject, { gracePeriodSeconds, propagationPolicy = 'Background' }: DeleteOptions, at: string): ObjectMeta {
  const policy = { Foreground: ['foregroundDeletion'], Orphan: ['orphan'], Background: [] }[propagationPolicy];
  const usual = kind === 'Pod' && spec?.['nodeName'] !== undefined ? 30 : 0;
  return {
    ...metadata,
    deletionTimestamp: metadata.deletionTimestamp ?? at,
    deletionGracePeriodSeconds: gracePeriodSeconds ?? metadata.deletionGracePeriodSeconds ?? usual,
    finalizers: [...new Set([...(metadata.finalizers ?? []), ...policy])],
  };
}
