import type { KubeObject, OwnerReference } from '../../api-server/object.ts';

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined => metadata.ownerReferences?.find(({ controller }) => controller === true);

/** The reference that makes `owner` the one controller of an object. */
export const controllerReference = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true,
});

/** How queues name an object. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export function nameOf(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
