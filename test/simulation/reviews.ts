import type { Api, ApiRequest } from '../../src/kube/api.ts';

/**
 * The embedded server grants everything to everybody. What a client asks about itself is answered here: who it is, and that it
 * may do what it asks about, but for deleting nodes where that component is not installed.
 */
export function withReviews(api: Api, { user, mayDeleteNodes }: { readonly user: string; readonly mayDeleteNodes: boolean }): Api {
  return {
    ...api,
    call<T>(request: ApiRequest) {
      if (request.path.endsWith('/selfsubjectreviews')) return Promise.resolve({ status: { userInfo: { username: user } } } as T);
      if (request.path.endsWith('/selfsubjectaccessreviews')) return Promise.resolve({ status: { allowed: isAllowed(request.body, mayDeleteNodes) } } as T);
      return api.call<T>(request);
    },
  };
}

function isAllowed(body: unknown, mayDeleteNodes: boolean): boolean {
  const { resourceAttributes } = (body as { spec: { resourceAttributes: { verb: string; resource: string } } }).spec;
  return mayDeleteNodes || resourceAttributes.verb !== 'delete' || resourceAttributes.resource !== 'nodes';
}
