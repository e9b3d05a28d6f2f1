import { missingPermissions } from '../kube/access-review.ts';
import { type Api, answered, ApiError } from '../kube/api.ts';
import { describePermission, type Permission } from '../kube/permissions.ts';

/** What of the cluster is not ready for evenkeel: one sentence each, with what to do. Empty when all is well. */
export async function checkCluster(api: Api, permissions: readonly Permission[]): Promise<readonly string[]> {
  try {
    // Discovery: every account may ask, so a missing CRD is not mistaken for a missing permission.
    const known = await kindsOf(api);
    const problems = known === undefined ? [] : crdProblems(known);
    const missing = await missingPermissions(api, permissions);
    return [...problems, ...missing.map((permission) => `permission missing: ${describePermission(permission)}; run kubectl apply -k manifests/base, or grant it to the account that evenkeel runs as`)];
  } catch (error) {
    if (answered(error, 401)) return ['the API server does not accept our credentials; check the kubeconfig or the service account token'];
    if (error instanceof ApiError && error.status === 0) return [`the API server cannot be reached: ${error.message}; check the address in the kubeconfig and the network to it`];
    if (error instanceof ApiError) return [`the API server refuses to say what we may do: ${error.message}; look at its log, then try again`];
    throw error;
  }
}

/** The names of our kinds that the API server serves; `undefined` when it does not let us ask. */
async function kindsOf(api: Api): Promise<readonly string[] | undefined> {
  try {
    const { resources = [] } = await api.call<{ resources?: readonly { name: string }[] }>({ verb: 'GET', path: '/apis/evenkeel.dev/v1alpha1' });
    return resources.map(({ name }) => name);
  } catch (error) {
    if (answered(error, 404)) return [];
    if (answered(error, 403)) return undefined;
    throw error;
  }
}

function crdProblems(known: readonly string[]): string[] {
  const cure = 'run kubectl apply -k manifests/base, of the version that runs here';
  if (!known.includes('nodefences')) return [`the CustomResourceDefinition nodefences.evenkeel.dev is not installed: without it nothing can be recorded, so nothing is fenced; ${cure}`];
  return known.includes('nodefences/status') ? [] : [`the CustomResourceDefinition nodefences.evenkeel.dev has no status subresource; ${cure}`];
}
