import { resources } from '../../kube/paths.ts';
import { assignPod } from './binding.ts';
import { keyOf } from './collection.ts';
import { adopt } from './json.ts';
import type { KubeObject } from './object.ts';
import { badRequest } from './refusals.ts';
import { finalizeNamespace } from './namespaces.ts';
import { byNode, byOwner, type Registry } from './registry.ts';
import type { Name, Store, WriteOptions } from './server.ts';
import { create, type Write } from './write-create.ts';
import { remove } from './write-delete.ts';
import { update } from './write-update.ts';

/** The synchronous door for the parts of the control plane itself; the same code as for requests, without their texts. */
export function storeDoor(registry: Registry): Store {
  const change = (part: 'status' | undefined): Store['update'] => (resource, object, options) => {
    const shelf = registry.must(resource);
    const { name, namespace } = object.metadata;
    const taken = adopt(object, shelf.kind.strategicPatch);
    return update(registry, shelf, { ...write(options, namespace), name, part, patched: false, change: () => taken });
  };
  return {
    get: (resource, name) => registry.must(resource).objects.get(keyOf(name)) as never,
    list: (resource, namespace) => registry.must(resource).objects.values(namespace) as never,
    podsOn: (node) => (registry.shelf(resources.pods)?.objects.indexed(byNode, node) ?? []) as never,
    ownedBy: (resource, ownerUID) => registry.must(resource).objects.indexed(byOwner, ownerUID) as never,
    create(resource, object, options) {
      const shelf = registry.must(resource);
      const taken = adopt(object, shelf.kind.strategicPatch) as KubeObject;
      const namespace = taken.metadata.namespace;
      if (resource.namespaced && namespace === undefined) throw badRequest(`A new object in ${resource.plural} names no namespace: set metadata.namespace`);
      return create(registry, shelf, taken, write(options, namespace));
    },
    update: change(undefined),
    updateStatus: change('status'),
    remove(resource, name, options = {}) {
      remove(registry, registry.must(resource), { ...write(options, name.namespace), name: name.name, options });
    },
    bind(pod, node) {
      assignPod(registry, { ...write(undefined, pod.namespace), name: pod.name, uid: pod.uid, node });
    },
    finalizeNamespace: (name) => finalizeNamespace(registry, name),
    kinds: () => [...registry.shelves].map(({ kind }) => kind),
    subscribe(resource, heard) {
      const { subscribers } = registry.must(resource);
      // A function of its own: the same one may be handed in twice.
      const listener: typeof heard = (event) => heard(event);
      subscribers.add(listener);
      return () => void subscribers.delete(listener);
    },
  };
}

const write = (options: WriteOptions | undefined, namespace: Name['namespace']): Write => ({ user: options?.user ?? 'system:kube-controller-manager', namespace, dryRun: false });
