import { type Resource, collectionPath } from '../../../src/kube/paths.ts';
import { type KindName, specimenOf } from './specimens.ts';

/** Where a kind's objects are in a sequence. */
export interface Reference {
  readonly collection: string;
  /** Path of one object; `name` is the short one. */
  object(name: string): string;
  /** The name that the server knows. */
  name(short: string): string;
}

/** Namespaced objects lie in the sequence's namespace; the names of others begin with its tag. */
export function referenceOf(kind: KindName): Reference {
  const { resource } = specimenOf(kind);
  const collection = pathOf(resource, resource.namespaced ? '{{tag}}' : undefined);
  const name = (short: string): string => (resource.namespaced ? short : `{{tag}}-${short}`);
  return { collection, name, object: (short) => `${collection}/${name(short)}` };
}

/** References are no part of a path's encoding. */
const pathOf = (resource: Resource, namespace: string | undefined): string => collectionPath(resource, namespace).replaceAll('%7B%7B', '{{').replaceAll('%7D%7D', '}}');

/** Type and metadata of a new object, with the label that tells this sequence's objects from others'. */
export function metadata(kind: KindName, short: string, labels: Readonly<Record<string, string>> = {}): object {
  const { resource, kind: type } = specimenOf(kind);
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const place = resource.namespaced ? { namespace: '{{tag}}' } : {};
  return { apiVersion, kind: type, metadata: { name: referenceOf(kind).name(short), ...place, labels: { sequence: '{{tag}}', color: 'red', ...labels } } };
}
