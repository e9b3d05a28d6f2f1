import type { Resource } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import type { RawSelector } from './objects.ts';
import type { Orphans } from './orphans.ts';
import { controllerReference } from './owner.ts';
import { selectsLabels } from './selectors.ts';

export interface ChildRules {
  readonly resource: Resource;
  readonly selector: RawSelector | undefined;
  readonly orphans: Orphans;
  /** Whether an orphan with matching labels may be adopted at all; StatefulSets look at its name, too. */
  readonly mayAdopt?: (child: KubeObject) => boolean;
}

/**
 * The children of `owner`: those that it controls and still selects, and orphans that it selects and so adopts. Those that it
 * controls but does not select any more are let go. An owner that is being deleted adopts nobody.
 */
export function claimChildren<T extends KubeObject>(store: Store, owner: KubeObject, rules: ChildRules): readonly T[] {
  const children = ownChildren<T>(store, owner, rules);
  return owner.metadata.deletionTimestamp === undefined ? [...children, ...adoptable<T>(store, owner, rules).map((orphan) => adopt(store, rules.resource, orphan, owner))] : children;
}

function ownChildren<T extends KubeObject>(store: Store, owner: KubeObject, { resource, selector }: ChildRules): readonly T[] {
  const all = [...store.ownedBy<T>(resource, owner.metadata.uid)];
  const children = all.filter(({ metadata }) => selectsLabels(selector, metadata.labels));
  if (owner.metadata.deletionTimestamp === undefined && children.length < all.length) {
    for (const child of all) if (!children.includes(child)) release(store, resource, child, owner.metadata.uid);
  }
  return children;
}

function adoptable<T extends KubeObject>(store: Store, { metadata: { namespace = '' } }: KubeObject, { resource, selector, orphans, mayAdopt }: ChildRules): T[] {
  return orphans.names(namespace)
    .flatMap((name) => store.get<T>(resource, { namespace, name }) ?? [])
    .filter((orphan) => orphan.metadata.deletionTimestamp === undefined && mayAdopt?.(orphan) !== false && selectsLabels(selector, orphan.metadata.labels));
}

function adopt<T extends KubeObject>(store: Store, resource: Resource, child: T, owner: KubeObject): T {
  const ownerReferences = [...(child.metadata.ownerReferences ?? []), controllerReference(owner)];
  return store.update(resource, { ...child, metadata: { ...child.metadata, ownerReferences } }) as T;
}

function release(store: Store, resource: Resource, child: KubeObject, uid: string): void {
  const ownerReferences = child.metadata.ownerReferences?.filter((each) => each.uid !== uid) ?? [];
  store.update(resource, { ...child, metadata: { ...child.metadata, ownerReferences } });
}
