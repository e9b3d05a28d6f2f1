import { type Api, ApiError, type ApiRequest, answered } from '../../kube/api.ts';
import { type ObjectName, type Resource, collectionPath, objectPath } from '../../kube/paths.ts';

/** The few calls that machines make, in words; a thin coat over `Api` that stops when the machine does. */
export interface Door {
  /** Undefined when there is none. */
  get<T>(resource: Resource, object: ObjectName): Promise<T | undefined>;
  list<T>(resource: Resource, fieldSelector?: string): Promise<readonly T[]>;
  create<T>(resource: Resource, body: object, namespace?: string): Promise<T>;
  /** Merge patch: lists are replaced as a whole. With `metadata.resourceVersion` or `uid` in the body it is a compare-and-swap. */
  patch<T>(resource: Resource, object: ObjectName, body: object, subresource?: 'status'): Promise<T>;
  /** With grace 0, and only the object with this UID; nothing to do is fine. */
  delete(resource: Resource, object: ObjectName, uid: string): Promise<void>;
}

/** Calls fail once `signal` is aborted, and as long as `networkCut` says so. */
export function doorOf(api: Api, signal: AbortSignal, networkCut: () => boolean = () => false): Door {
  const call = async <T>(request: ApiRequest): Promise<T> => {
    if (signal.aborted || networkCut()) throw noWay(request);
    const answer = await api.call<T>({ ...request, signal });
    // What came back after the cut never reached the machine.
    if (signal.aborted || networkCut()) throw noWay(request);
    return answer;
  };
  return {
    get: <T>(resource: Resource, object: ObjectName) => unless404(call<T>({ verb: 'GET', path: objectPath(resource, object) })),
    list: async <T>(resource: Resource, fieldSelector?: string) =>
      (await call<{ items: T[] }>({ verb: 'GET', path: collectionPath(resource), query: { fieldSelector } })).items,
    create: (resource, body, namespace) => call({ verb: 'POST', path: collectionPath(resource, namespace), body }),
    patch: (resource, object, body, subresource) => call({ verb: 'PATCH', path: objectPath(resource, object, subresource), body, patch: 'application/merge-patch+json' }),
    async delete(resource, object, uid) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
      await unless404(call({ verb: 'DELETE', path: objectPath(resource, object), body }));
    },
  };
}

const noWay = ({ verb, path }: ApiRequest): ApiError => new ApiError({ status: 0, reason: 'NoAnswer', message: `${verb} ${path}: the machine is off, stopped or cut off` });

async function unless404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}
