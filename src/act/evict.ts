import { type Api, answered, ApiError } from '../kube/api.ts';
import { objectPath, resources } from '../kube/paths.ts';
import type { Eviction, EvictionAnswer, PodName } from '../model/rebalancing.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../model/time.ts';

export interface EvictParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Absent leaves the pod its own grace period; 0 ends it at once. */
  readonly gracePeriodSeconds: number | undefined;
  /** How long this cycle may still wait altogether because the server says Retry-After. */
  readonly patience: Patience;
}

/** A cycle's allowance for waiting; each wait is taken from it. */
export interface Patience {
  left: Duration;
}

/** A budget whose status is being written asks for 10 s. One cycle waits three of those, not ten for each pod. */
export const cyclePatience = (): Patience => ({ left: seconds(30) });

/**
 * Asks the API server to evict one pod, bound to its UID, so that a successor of the same name is never hit. Disruption
 * budgets are the server's to judge. Safe to meet twice: a pod that is already terminating is not evicted again.
 */
export async function evictPod(eviction: Eviction, parts: EvictParts): Promise<EvictionAnswer> {
  for (;;) {
    try {
      await parts.api.call({ verb: 'POST', path: objectPath(resources.pods, eviction.pod, 'eviction'), body: evictionOf(eviction, parts.gracePeriodSeconds), limit: seconds(30) });
      return { kind: 'evicted' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (answered(error, 429) && (await waited(error.retryAfter, parts))) continue;
      return await judge(error, eviction.pod, parts.api);
    }
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

/** Waits as long as the server asks, if the cycle can afford it. Without Retry-After the answer is final for this cycle. */
async function waited(retryAfter: number | undefined, { clock, patience, signal }: EvictParts): Promise<boolean> {
  const wanted = milliseconds((retryAfter ?? 0) * 1_000);
  if (wanted <= 0 || wanted > patience.left || isStopped(signal)) return false;
  patience.left = milliseconds(patience.left - wanted);
  await clock.sleep(wanted, signal);
  return !isStopped(signal);
}

const isStopped = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

async function judge(error: ApiError, pod: PodName, api: Api): Promise<EvictionAnswer> {
  if (error.status === 429) return { kind: 'blocked', because: error.message };
  if (error.status === 404) return { kind: 'gone', because: 'the pod was gone when we asked' };
  if (error.status === 409 && (await lookAgain(api, pod)) === 'gone') return { kind: 'gone', because: 'the pod was replaced by another of its name' };
  // No answer, or one from half-way: the eviction may have been carried out, and must count against the limits if it was.
  if ((error.status === 0 || error.status >= 500) && ['going', 'gone'].includes(await lookAgain(api, pod))) return { kind: 'evicted' };
  return { kind: 'failed', because: error.message };
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
