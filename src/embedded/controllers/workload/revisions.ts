import type { KubeObject } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import type { PodTemplate } from './objects.ts';
import { controllerReference } from './owner.ts';
import { builtInResources } from '../../api-server/kinds/resources.ts';
import { same } from './same.ts';
import { templateHash } from './template-hash.ts';

/** A ControllerRevision: a pod template that an owner has, or once had. */
export interface Revision extends KubeObject {
  readonly data: { readonly spec: { readonly template: PodTemplate } };
  readonly revision: number;
}

export interface Revisions {
  /** That of the owner's template as it is now. */
  readonly update: Revision;
  /** All of the owner, oldest first. */
  readonly all: readonly Revision[];
}

/** Records the owner's template, unless it is known: a known one that was replaced and has come back becomes the newest again. */
export function recordTemplate(store: Store, owner: KubeObject, template: PodTemplate, labels: (hash: string) => Readonly<Record<string, string>>): Revisions {
  const all = [...store.ownedBy<Revision>(builtInResources.controllerrevisions, owner.metadata.uid)].sort((left, right) => left.revision - right.revision);
  const data = { spec: { template: { ...template, $patch: 'replace' } } };
  const newest = all.at(-1);
  const known = all.findLast((each) => same(each.data, data));
  if (known !== undefined && known === newest) return { update: known, all };
  const revision = (newest?.revision ?? 0) + 1;
  if (known !== undefined) {
    const update = store.update(builtInResources.controllerrevisions, { ...known, revision }) as Revision;
    return { update, all: [...all.filter((each) => each !== known), update] };
  }
  const hash = templateHash(data);
  const { namespace, name } = owner.metadata;
  const update = store.create(builtInResources.controllerrevisions, {
    apiVersion: 'apps/v1', kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`, namespace, ownerReferences: [controllerReference(owner)],
      labels: { ...template.metadata?.labels, ...labels(hash) },
      ...(owner.metadata.annotations === undefined ? {} : { annotations: owner.metadata.annotations }),
    },
    data, revision,
  }) as Revision;
  return { update, all: [...all, update] };
}

/** Deletes the oldest revisions that nobody needs, beyond the `limit` that are kept for going back. */
export function forgetRevisions(store: Store, all: readonly Revision[], inUse: ReadonlySet<string>, limit: number): void {
  const unused = all.filter(({ metadata }) => !inUse.has(metadata.name));
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    store.remove(builtInResources.controllerrevisions, { namespace: metadata.namespace ?? '', name: metadata.name });
  }
}
