import { type Api, answered } from '../kube/api.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { listPages } from '../kube/reflector-list.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import { closedPhases, isClosed, type NodeFence } from '../model/nodefence.ts';

/** The fences that are not closed, read from etcd itself; `notInstalled` when the cluster knows no NodeFence at all. */
export async function readOpenFences(api: Api, signal: AbortSignal): Promise<readonly NodeFence[] | 'notInstalled'> {
  try {
    return (await listFences(api, signal)).filter(({ status }) => status === undefined || !isClosed(status.phase));
  } catch (error) {
    // RBAC answers 403 also for a kind that does not exist; discovery tells the two apart.
    if (answered(error, 404) || (answered(error, 403) && !(await isInstalled(api)))) return 'notInstalled';
    throw error;
  }
}

async function listFences(api: Api, signal: AbortSignal): Promise<NodeFence[]> {
  const path = collectionPath(resources.nodefences);
  const fences: NodeFence[] = [];
  const take = (page: readonly unknown[]): void => void fences.push(...page.map(parseNodeFence));
  try {
    // History stays for weeks: where the server can, it leaves the closed ones out.
    await listPages(api, { path, query: { fieldSelector: closedPhases.map((phase) => `status.phase!=${phase}`).join(',') } }, take, signal);
  } catch (error) {
    if (!answered(error, 400)) throw error;
    await listPages(api, { path, query: {} }, take, signal);
  }
  return fences;
}

async function isInstalled(api: Api): Promise<boolean> {
  try {
    await api.call({ verb: 'GET', path: `/apis/${resources.nodefences.group}/${resources.nodefences.version}` });
    return true;
  } catch (error) {
    if (answered(error, 404)) return false;
    throw error;
  }
}
