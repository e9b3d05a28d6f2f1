import { type Api, answered, ApiError } from '../kube/api.ts';
import { collectionPath, objectPath, resources } from '../kube/paths.ts';
import { parseNodeFence } from '../kube/records/nodefence.ts';
import { listPages } from '../kube/reflector-list.ts';
import type { NodeFence } from '../model/nodefence.ts';
import { Exit, type Io } from './io.ts';
import { openApi } from './open-api.ts';

/** Why evenkeel does not do what a person asked: exit 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export const kubeconfigOption = ['--kubeconfig <file>', 'kubeconfig to use; default: in-cluster, $KUBECONFIG, ~/.kube/config'] as const;

/** What every command of a person says at the end of its help. */
export const exitCodes = '\nExit codes: 0 done, 1 refused, 2 wrong usage.';

/** Runs `work` at the cluster that the person means; refusals, ours and the API server's, end with exit 1 and the reason. */
export async function asPerson(io: Io, kubeconfig: string | undefined, work: (api: Api) => Promise<void>): Promise<void> {
  const api = openOrFail(io, kubeconfig);
  try {
    await work(api);
  } catch (error) {
    if (error instanceof Refused) return fail(io, error.message, 1);
    if (error instanceof ApiError) return fail(io, explain(error), 1);
    throw error;
  } finally {
    await api.close();
  }
}

/** The door to the cluster, or exit code 2 with what to do. */
export function openOrFail(io: Pick<Io, 'connect' | 'error'>, kubeconfig: string | undefined): Api {
  const opened = openApi(io, kubeconfig);
  return 'api' in opened ? opened.api : fail(io, opened.problem, 2);
}

export function fail(io: Pick<Io, 'error'>, says: string, code: number): never {
  io.error(`${says}\n`);
  throw new Exit(code);
}

function explain(error: ApiError): string {
  if (error.status === 403) return `The API server refuses: ${error.message}\nThe ClusterRole evenkeel-operator grants what people need (docs/operating.md, Who may)`;
  if (error.status === 404) return `${error.message}\nIs evenkeel installed here? kubectl apply -k manifests/base`;
  return error.message;
}

/** The name that the API server knows this person by: what a request and a confirmation must be signed with. */
export async function whoAmI(api: Api): Promise<string> {
  const review = await api.call<{ status?: { userInfo?: { username?: string } } }>({
    verb: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  const name = review.status?.userInfo?.username ?? '';
  if (name === '') throw new Refused('the API server does not say who you are');
  return name;
}

/** Every record of this node, from etcd itself. */
export async function fencesOf(api: Api, node: string, signal: AbortSignal): Promise<NodeFence[]> {
  const fences: NodeFence[] = [];
  await listPages(api, { path: collectionPath(resources.nodefences), query: { fieldSelector: `spec.nodeName=${node}` } }, (page) => void fences.push(...page.map(parseNodeFence)), signal);
  return fences.filter(({ spec }) => spec.nodeName === node);
}

const tries = 5;

/** Writes a part of the spec of the record that was looked at. The controller writes it too: who loses looks again. */
export async function writeSpec(api: Api, look: () => Promise<NodeFence>, spec: object): Promise<NodeFence> {
  for (let attempt = 1; ; attempt += 1) {
    const { metadata } = await look();
    try {
      return parseNodeFence(
        await api.call<unknown>({
          verb: 'PATCH',
          path: objectPath(resources.nodefences, metadata),
          patch: 'application/merge-patch+json',
          body: { metadata: { uid: metadata.uid, resourceVersion: metadata.resourceVersion }, spec },
        }),
      );
    } catch (error) {
      if (!answered(error, 409) || attempt === tries) throw error;
    }
  }
}

/** `worker-1-3f2a (Verifying, CommandClaimed)` */
export const inWords = ({ metadata, status }: NodeFence): string => `${metadata.name} (${status === undefined ? 'not taken up yet' : `${status.phase}, ${status.reason}`})`;
