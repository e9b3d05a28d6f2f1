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
  const { resource, selector, orphans } = rules;
  const children: T[] = [];
  for (const child of [...store.ownedBy<T>(resource, owner.metadata.uid)]) {
    if (selectsLabels(selector, child.metadata.labels)) children.push(child);
    else if (owner.metadata.deletionTimestamp === undefined) release(store, resource, child, owner.metadata.uid);
  }
  if (owner.metadata.deletionTimestamp !== undefined) return children;
  for (const name of orphans.names(owner.metadata.namespace ?? '')) {
    const orphan = store.get<T>(resource, { namespace: owner.metadata.namespace ?? '', name });
    if (orphan === undefined || orphan.metadata.deletionTimestamp !== undefined || rules.mayAdopt?.(orphan) === false) continue;
    if (selectsLabels(selector, orphan.metadata.labels)) children.push(adopt(store, resource, orphan, owner));
  }
  return children;
}

function adopt<T extends KubeObject>(store: Store, resource: Resource, child: T, owner: KubeObject): T {
  const ownerReferences = [...(child.metadata.ownerReferences ?? []), controllerReference(owner)];
  return store.update(resource, { ...child, metadata: { ...child.metadata, ownerReferences } }) as T;
}

function release(store: Store, resource: Resource, child: KubeObject, uid: string): void {
  const ownerReferences = child.metadata.ownerReferences?.filter((each) => each.uid !== uid) ?? [];
  store.update(resource, { ...child, metadata: { ...child.metadata, ownerReferences } });
}
