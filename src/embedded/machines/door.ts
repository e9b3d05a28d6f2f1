import { type Api, ApiError, type ApiRequest, answered } from '../../kube/api.ts';
import { type ObjectName, type Resource, collectionPath, objectPath } from '../../kube/paths.ts';

/** The few calls that machines make, in words; a thin coat over `Api` that stops when the machine does. */
export interface Door {
  /** Undefined when there is none. */
  get<T>(resource: Resource, object: ObjectName): Promise<T | undefined>;
  list<T>(resource: Resource, fieldSelector?: string): Promise<{ readonly items: readonly T[]; readonly version: string }>;
  /** What happens after this version, until the server ends it. Throws when it cannot be gone on with. */
  watch<T>(resource: Resource, from: { readonly fieldSelector: string | undefined; readonly version: string }): AsyncIterable<WatchEvent<T>>;
  create<T>(resource: Resource, body: object, namespace?: string): Promise<T>;
  /** Merge patch: lists are replaced as a whole. With `metadata.resourceVersion` or `uid` in the body it is a compare-and-swap. */
  patch<T>(resource: Resource, object: ObjectName, body: object, subresource?: 'status'): Promise<T>;
  /** With grace 0, and only the object with this UID; nothing to do is fine. */
  delete(resource: Resource, object: ObjectName, uid: string): Promise<void>;
}

export interface WatchEvent<T> {
  /** A bookmark's object has nothing but a version: there was no change up to it. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** A server may keep a connection open for ever that leads nowhere: it is asked to end it after this many seconds. */
const longestWatch = 300;

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
    async list<T>(resource: Resource, fieldSelector?: string) {
      const { items, metadata } = await call<{ items: T[]; metadata: { resourceVersion: string } }>({ verb: 'GET', path: collectionPath(resource), query: { fieldSelector } });
      return { items, version: metadata.resourceVersion };
    },
    async *watch<T>(resource: Resource, { fieldSelector, version }: { fieldSelector: string | undefined; version: string }) {
      const request = { path: collectionPath(resource), query: { watch: true, allowWatchBookmarks: true, fieldSelector, resourceVersion: version, timeoutSeconds: longestWatch } };
      if (networkCut()) throw noWay({ verb: 'GET', ...request });
      for await (const line of await api.watch(request, signal)) {
        if (signal.aborted || networkCut()) throw noWay({ verb: 'GET', ...request });
        yield readEvent<T>(line);
      }
    },
    create: (resource, body, namespace) => call({ verb: 'POST', path: collectionPath(resource, namespace), body }),
    patch: (resource, object, body, subresource) => call({ verb: 'PATCH', path: objectPath(resource, object, subresource), body, patch: 'application/merge-patch+json' }),
    async delete(resource, object, uid) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
      await unless404(call({ verb: 'DELETE', path: objectPath(resource, object), body }));
    },
  };
}

function readEvent<T>(line: string): WatchEvent<T> {
  const event = JSON.parse(line) as WatchEvent<T> | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly reason?: string; readonly message?: string } };
  if (event.type !== 'ERROR') return event;
  const { code = 0, reason = '', message = '' } = event.object;
  throw new ApiError({ status: code, reason, message: `The watch said ${code} ${reason}: ${message}` });
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
