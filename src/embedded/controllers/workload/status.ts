import type { Resource } from '../../../kube/paths.ts';
import type { KubeObject } from '../../api-server/object.ts';
import type { Store } from '../../api-server/server.ts';
import { same } from './same.ts';

/** Writes the status when it says something else; returns the object as it then stands. */
export function writeStatus<T extends KubeObject>(store: Store, resource: Resource, object: T, status: object): T {
  if (same(object.status, status)) return object;
  return store.updateStatus(resource, { ...object, status: status as Readonly<Record<string, unknown>> }) as T;
}

/** Kubernetes leaves counters that are zero out of most of its statuses (`omitempty`). */
export const withoutZeros = <T extends Readonly<Record<string, unknown>>>(counters: T): Partial<T> =>
  Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0)) as Partial<T>;
