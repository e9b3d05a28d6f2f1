import { missingPermissions } from '../kube/access-review.ts';
import { type Api, answered, ApiError } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { describePermission, type Permission } from '../kube/permissions.ts';

/** What of the cluster is not ready for evenkeel: one sentence each, with what to do. Empty when all is well. */
export async function checkCluster(api: Api, permissions: readonly Permission[]): Promise<readonly string[]> {
  try {
    await api.call({ verb: 'GET', path: collectionPath(resources.nodefences), query: { limit: 1 } });
  } catch (error) {
    if (answered(error, 404)) return ['The CustomResourceDefinition nodefences.evenkeel.dev is not installed; run: kubectl apply -k manifests/base'];
    if (answered(error, 401)) return ['The API server does not accept our credentials; check the kubeconfig or the service account token'];
    if (error instanceof ApiError && error.status !== 403) return [`The API server cannot be reached: ${error.message}; check the address in the kubeconfig and the network to it`];
    if (!answered(error, 403)) throw error;
  }
  const missing = await missingPermissions(api, permissions);
  return missing.map((permission) => `Permission missing: ${describePermission(permission)}; run: kubectl apply -k manifests/base, or grant it to the account that evenkeel runs as`);
}
