import type { LeaderFact } from '../decide/why/facts.ts';
import { type Api, answered } from '../kube/api.ts';
import { holderOf, readLease } from '../kube/lease-object.ts';
import { pauseLease } from '../kube/permissions.ts';
import { parsePause } from '../kube/records/pause.ts';
import { parseInstant } from '../kube/timestamps.ts';
import type { Paused } from '../model/snapshot.ts';
import { between, type Instant, seconds } from '../model/time.ts';

/** Renewed every 2 s, taken over after 15 s: whoever is silent for longer than this does not lead. By two clocks, so with room. */
const silentAfter = seconds(60);

/** Whether anybody leads, as far as whoever asks may see it. */
export async function leaderOf(api: Api, namespace: string, now: Instant): Promise<LeaderFact> {
  const lease = await unless(403, () => readLease(api, { namespace, name: 'evenkeel' }).then((found) => found ?? 'none'));
  if (lease === undefined) return { kind: 'unseen' };
  const holder = lease === 'none' ? '' : holderOf(lease);
  if (lease === 'none' || holder === '') return { kind: 'nobody' };
  const renewed = parseInstant(lease.spec?.renewTime ?? undefined);
  const silent = renewed === undefined ? undefined : between(renewed, now);
  return silent !== undefined && silent > silentAfter ? { kind: 'silent', holder, for: silent } : { kind: 'leads', holder };
}

/** Who has paused evenkeel; nobody, or the asker may not see it: `undefined`. */
export async function pausedIn(api: Api, namespace: string): Promise<Paused | undefined> {
  const lease = await unless(403, () => readLease(api, { namespace, name: pauseLease }));
  return lease === undefined ? undefined : parsePause(lease).paused;
}

/** What the asker may not see, or what is not there, is no reason to say nothing. */
export async function unless<T>(status: number, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (answered(error, status)) return undefined;
    throw error;
  }
}
