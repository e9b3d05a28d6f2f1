import type { Api } from './api.ts';
import type { Permission } from './permissions.ts';

interface Review {
  readonly status?: { readonly allowed?: boolean; readonly reason?: string; readonly evaluationError?: string };
}

/**
 * Asks the API server which of these permissions whoever speaks through `api` does not have. An authorizer may allow
 * what it is not asked about by name, so a permission with a name is asked with it. Nothing is changed by asking.
 */
export async function missingPermissions(api: Api, permissions: readonly Permission[]): Promise<readonly Permission[]> {
  const allowed = await Promise.all(permissions.map((permission) => isAllowed(api, permission)));
  return permissions.filter((_, index) => allowed[index] !== true);
}

async function isAllowed(api: Api, { verb, resource, subresource, namespace, name }: Permission): Promise<boolean> {
  const resourceAttributes = { verb, group: resource.group, version: resource.version, resource: resource.plural, subresource, namespace, name };
  const review = await api.call<Review>({
    verb: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
  });
  return review.status?.allowed === true;
}
