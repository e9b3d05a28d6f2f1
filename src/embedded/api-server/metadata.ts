import { adopt, equal, isMap, type JsonMap, mapOf } from './json.ts';
import type { ObjectMeta } from './object.ts';

/** The fields of `metadata` that this server keeps, in the order that it writes them. */
const kept = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

/** What a client sent, without what is empty and what nobody keeps (managedFields, selfLink, unknown fields). */
export function sentMetadata(metadata: unknown): Partial<ObjectMeta> {
  const sent = mapOf(metadata);
  const result: Record<string, unknown> = {};
  for (const field of kept) {
    const value = sent[field];
    if (!isNothing(value)) result[field] = adopt(isTexts(field) ? withoutNull(value as JsonMap) : value, true);
  }
  if (Array.isArray(result['ownerReferences'])) result['ownerReferences'] = withoutRepeats(result['ownerReferences'] as readonly JsonMap[]);
  return result;
}

const isTexts = (field: string): boolean => field === 'labels' || field === 'annotations';

/** In a map of texts null is the empty one. */
function withoutNull(map: JsonMap): JsonMap {
  return Object.values(map).includes(null) ? Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? ''])) : map;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The second of two equal owners is dropped, as a real server does. */
function withoutRepeats(owners: readonly JsonMap[]): readonly JsonMap[] {
  const kept = owners.filter((owner, index) => owners.findIndex((other) => equal(other, owner)) === index);
  return kept.length === owners.length ? owners : Object.freeze(kept);
}

/** Metadata of a new object: what belongs to the server is the server's, whatever was sent. */
export function newMetadata(sent: Partial<ObjectMeta>, own: { readonly name: string; readonly namespace?: string | undefined; readonly uid: string; readonly now: string }): ObjectMeta {
  const { deletionTimestamp: _time, deletionGracePeriodSeconds: _grace, generation: _generation, namespace: _namespace, ...rest } = sent;
  return {
    ...rest,
    name: own.name,
    ...(own.namespace === undefined ? {} : { namespace: own.namespace }),
    uid: own.uid,
    resourceVersion: '',
    creationTimestamp: own.now,
  };
}

/**
 * Metadata of the changed object: what is the server's stays; deletion is not taken back. The current metadata itself when
 * nothing was changed, so that later comparisons are quick.
 */
export function changedMetadata(sent: Partial<ObjectMeta>, current: ObjectMeta): ObjectMeta {
  if (sent === current) return current;
  const changed: Record<string, unknown> = {
    ...sent,
    name: current.name,
    uid: sent.uid ?? current.uid,
    resourceVersion: current.resourceVersion,
    creationTimestamp: current.creationTimestamp,
  };
  for (const field of ['namespace', 'generation', 'deletionTimestamp'] as const) {
    if (current[field] !== undefined) changed[field] = current[field];
  }
  // Never a client's to set: what is not there, stays away. A namespace in the body of a kind without them means nothing.
  if (current.generation === undefined) delete changed['generation'];
  if (current.namespace === undefined) delete changed['namespace'];
  changed['deletionGracePeriodSeconds'] ??= current.deletionGracePeriodSeconds;
  if (changed['deletionGracePeriodSeconds'] === undefined) delete changed['deletionGracePeriodSeconds'];
  return equal(changed, current) ? current : (changed as unknown as ObjectMeta);
}

/** What is wrong with the types inside `metadata`, in words; such a body cannot be read at all. */
export function unreadableMetadata(metadata: unknown): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isMap(metadata)) return 'metadata must be an object';
  for (const [field, isRight] of Object.entries(shapes)) {
    const value = metadata[field];
    if (value !== undefined && value !== null && !isRight(value)) return `metadata.${field} has the wrong type`;
  }
  return undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isInteger = (value: unknown): boolean => Number.isInteger(value);
const isTime = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u.test(value);
const isTextMap = (value: unknown): boolean => isMap(value) && Object.values(value).every((each) => each === null || isText(each));

const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  generateName: isText,
  namespace: isText,
  uid: isText,
  resourceVersion: isText,
  generation: isInteger,
  creationTimestamp: isTime,
  deletionTimestamp: isTime,
  deletionGracePeriodSeconds: isInteger,
  labels: isTextMap,
  annotations: isTextMap,
  finalizers: (value) => Array.isArray(value) && value.every(isText),
  ownerReferences: (value) => Array.isArray(value) && value.every((each) => isMap(each) && ['apiVersion', 'kind', 'name', 'uid'].every((field) => each[field] === undefined || isText(each[field]))),
};
