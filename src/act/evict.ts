import { type Api, answered, ApiError } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import type { Eviction, EvictionAnswer, PodName } from '../model/rebalancing.ts';
import { type Duration, milliseconds, seconds } from '../model/time.ts';

export interface EvictParts {
  readonly api: Api;
  /** Absent leaves the pod its own grace period; 0 ends it at once. */
  readonly gracePeriodSeconds: number | undefined;
}

/**
 * What the API server made of it, or that it asks to be asked again: whoever may wait looks first whether evicting is still
 * right. `unknown`: the pod may be on its way out or not, so nobody can tell how much of the limits is left.
 */
export type Asked = EvictionAnswer | { readonly kind: 'unknown'; readonly because: string } | { readonly kind: 'later'; readonly after: Duration; readonly because: string };

/**
 * Asks the API server to evict one pod, bound to its UID, so that a successor of the same name is never hit. Disruption
 * budgets are the server's to judge. Safe to meet twice: a pod that is already terminating is not evicted again.
 */
export async function evictPod(eviction: Eviction, { api, gracePeriodSeconds }: EvictParts): Promise<Asked> {
  try {
    await api.call({ verb: 'POST', path: objectPath(resources.pods, eviction.pod, 'eviction'), body: evictionOf(eviction, gracePeriodSeconds), limit: seconds(30) });
    return { kind: 'evicted' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return await judge(error, eviction.pod, api);
  }
}

/** The body, with the two annotations by which admission webhooks and audit logs know an eviction of a policy. */
function evictionOf({ pod, profile, strategy, because }: Eviction, gracePeriodSeconds: number | undefined): unknown {
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { namespace: pod.namespace, name: pod.name, annotations: { reason: `triggered by ${profile}/${strategy}: ${because}`, 'requested-by': requestedBy } },
    deleteOptions: { preconditions: { uid: pod.uid }, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) },
  };
}

/** The reference's name: webhooks that treat its evictions in a special way must know ours, too. */
export const requestedBy = 'sigs.k8s.io/descheduler';

async function judge(error: ApiError, pod: PodName, api: Api): Promise<Asked> {
  if (error.status === 429) return notNow(error);
  if (error.status === 404) return { kind: 'gone', because: 'the pod was gone when we asked' };
  if (error.status === 409 && (await lookAgain(api, pod)) === 'gone') return { kind: 'gone', because: 'the pod was replaced by another of its name' };
  // No answer, or one from half-way: the eviction may have been carried out, and must count against the limits if it was.
  const now = error.status === 0 || error.status >= 500 ? await lookAgain(api, pod) : 'there';
  if (now === 'unknown') return { kind: 'unknown', because: error.message };
  return now === 'there' ? { kind: 'failed', because: error.message } : { kind: 'evicted' };
}

/** What a webhook answers that moves the pod by itself, a virtual machine for example. Asking again would not hurry it. */
const evacuation = 'Eviction triggered evacuation';

function notNow({ message, retryAfter = 0 }: ApiError): Asked {
  if (message.includes(evacuation)) return { kind: 'blocked', because: `somebody else is moving it now: ${message}` };
  return retryAfter > 0 ? { kind: 'later', after: milliseconds(retryAfter * 1_000), because: message } : { kind: 'blocked', because: message };
}

/** A live read: is this very pod still there, and is it on its way out? */
async function lookAgain(api: Api, { namespace, name, uid }: PodName): Promise<'gone' | 'going' | 'there' | 'unknown'> {
  try {
    const { metadata } = await api.call<{ metadata: { uid: string; deletionTimestamp?: string } }>({ verb: 'GET', path: objectPath(resources.pods, { namespace, name }) });
    if (metadata.uid !== uid) return 'gone';
    return metadata.deletionTimestamp === undefined ? 'there' : 'going';
  } catch (error) {
    return answered(error, 404) ? 'gone' : 'unknown';
  }
}
