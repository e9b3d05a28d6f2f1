import { type Api, answered, ApiError } from '../kube/api.ts';
import { releaseLease, renewLease, takeLeaseWhenExpired } from '../kube/lease.ts';
import { collectionPath, resources } from '../kube/paths.ts';
import { rebalanceLease } from '../kube/permissions.ts';
import type { NodeFence } from '../model/nodefence.ts';
import type { StopCause } from '../model/rebalancing.ts';
import { type Clock, elapsed, minutes, seconds, type Tick } from '../model/time.ts';
import { readOpenFences } from '../observe/open-fences.ts';

/** Why a run must not go on, in a whole sentence. */
export interface Stop {
  readonly cause: StopCause;
  readonly because: string;
}

export interface GuardParts {
  readonly api: Api;
  readonly clock: Clock;
  /** A name that no other process has. */
  readonly identity: string;
  /** Where the Lease lives: the namespace that evenkeel is installed in. */
  readonly namespace: string;
  readonly signal: AbortSignal;
  warn(because: string): void;
}

/** The right to rebalance, for one run. */
export interface RunLease {
  /** Renews when due; says why not when the Lease is somebody else's by now. */
  check(): Promise<Stop | undefined>;
  release(): Promise<void>;
}

const duration = minutes(2);
const renewAfter = seconds(20);

/** Takes the Lease that the CronJob and the controller share, waiting once for a holder that may have died. */
export async function takeRunLease(parts: GuardParts): Promise<RunLease | Stop> {
  const { api, clock, namespace, identity: holder, signal } = parts;
  const lease = { namespace, name: rebalanceLease, holder };
  let renewed: Tick = clock.now().tick;
  try {
    const taken = await takeLeaseWhenExpired(api, { ...lease, duration }, clock, signal);
    if (typeof taken !== 'string') return { cause: 'leaseHeldElsewhere', because: `${taken.heldBy} is rebalancing now (Lease ${namespace}/${rebalanceLease})` };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0 || (await namespaceExists(api, namespace))) throw error;
    parts.warn(`The namespace ${namespace} does not exist, so evenkeel is not installed and nobody else can hold its Lease: rebalancing goes on without it. Use --lease-namespace where evenkeel runs elsewhere`);
    return { check: () => Promise.resolve(undefined), release: () => Promise.resolve() };
  }
  return {
    async check() {
      if (elapsed(renewed, clock.now().tick) < renewAfter) return undefined;
      const sent = clock.now();
      const answer = await renewLease(api, { ...lease, now: sent });
      if (answer !== 'renewed') return { cause: 'leaseLost', because: `the Lease ${namespace}/${rebalanceLease} is ${answer.heldBy === '' ? 'nobody' : answer.heldBy}'s by now` };
      renewed = sent.tick;
      return undefined;
    },
    async release() {
      await releaseLease(api, { ...lease, now: clock.now() });
    },
  };
}

async function namespaceExists(api: Api, name: string): Promise<boolean> {
  const { items } = await api.call<{ items: readonly unknown[] }>({ verb: 'GET', path: collectionPath(resources.namespaces), query: { fieldSelector: `metadata.name=${name}` } });
  return items.length > 0;
}

/**
 * No eviction while any fence is open. Probation counts as open too: while a returned node is on trial, the next
 * incident has priority. So do Held and NeedsHuman: a node is down, and its pods are about to need the room.
 */
export async function findOpenFence(parts: Pick<GuardParts, 'api' | 'clock' | 'signal'>): Promise<Stop | 'notInstalled' | undefined> {
  try {
    const open = await patiently(parts, () => readOpenFences(parts.api, parts.signal));
    const fence = open === 'notInstalled' ? undefined : open.find((each) => !isAtRest(each));
    if (fence === undefined) return open === 'notInstalled' ? open : undefined;
    return { cause: 'openFence', because: `the fence ${fence.metadata.name} of node ${fence.spec.nodeName} is open (${fence.status?.phase ?? 'not taken up yet'}): an incident has priority` };
  } catch (error) {
    return blind('whether a fence is open', error);
  }
}

/** Everything is released and nothing is under way: a machine that may stay away for months does not keep the rest lopsided. */
const isAtRest = ({ status }: NodeFence): boolean => status?.phase === 'Returning' && (status.nodeDeleted !== undefined || status.reason === 'PowerOnFailed');

/** A server that has just read a new definition of a kind says 429 for a second while it fills its cache: asked again, a few times. */
async function patiently<Answer>({ clock, signal }: Pick<GuardParts, 'clock' | 'signal'>, read: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!answered(error, 429) || attempt === mostReads) throw error;
      await clock.sleep(seconds(Math.min(5, error.retryAfter ?? 1)), signal);
    }
  }
}

const mostReads = 4;

/** When we cannot see, we do not act. */
export const blind = (what: string, error: unknown): Stop => ({ cause: 'blind', because: `it cannot be told ${what}: ${error instanceof Error ? error.message : String(error)}` });
