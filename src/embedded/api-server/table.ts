import type { Column, Kind } from './kind.ts';
import type { KubeObject } from './object.ts';

/** How much of each object goes with its row (`includeObject` in the query). */
export type Included = 'None' | 'Metadata' | 'Object';

interface Rows {
  readonly kind: Kind;
  readonly objects: readonly KubeObject[];
  /** RFC 3339: ages are of this moment. */
  readonly now: string;
  readonly included: Included;
  readonly metadata: object;
}

/** Objects as `kubectl get` prints them (`meta.k8s.io/v1 Table`). */
export const table = ({ kind, objects, now, included, metadata }: Rows): object => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: kind.columns.map(definition),
  rows: objects.map((object) => ({ cells: kind.columns.map((column) => column.value(object, now)), ...withObject(object, included) })),
});

const definition = ({ name, type, format, description, priority }: Column): object => ({ name, type, format: format ?? '', description: description ?? '', priority });

function withObject(object: KubeObject, included: Included): object {
  if (included === 'None') return {};
  return { object: included === 'Object' ? object : partial(object) };
}

/** An object's metadata alone (`meta.k8s.io/v1 PartialObjectMetadata`). */
export const partial = ({ metadata }: Pick<KubeObject, 'metadata'>): object => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
