import { type Clock, type Duration, milliseconds, type Now } from '../model/time.ts';
import { type Api, answered, ApiError } from './api.ts';
import { createLease, heldFrom, holderOf, type LeaseName, type LeaseObject, newLease, readLease, replaceLease, transitionsOf } from './lease-object.ts';
import { rfc3339Micro } from './timestamps.ts';

/** A named Lease that one holder at a time may have: a slot for a fence, the right to rebalance. */
export interface WantedLease extends LeaseName {
  readonly holder: string;
  /** Written into the Lease for whoever reads it; nothing here takes a Lease over because of its age. */
  readonly duration: Duration;
  readonly now: Now;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Take it over from this holder, whom the caller knows to have ended. */
  readonly instead?: string;
}

export interface HeldElsewhere {
  readonly heldBy: string;
  /** The version that was seen: a holder that is alive will have changed it. */
  readonly version: string;
}

/** Takes a Lease by compare-and-swap if nobody holds it. A lost reply throws; the next try then says `held-by-us`. */
export async function takeLease(api: Api, wanted: WantedLease): Promise<'taken' | 'held-by-us' | HeldElsewhere> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const current = await readLease(api, wanted);
    const holder = holderOf(current);
    if (current !== undefined && holder === wanted.holder) return 'held-by-us';
    if (current !== undefined && holder !== '' && holder !== wanted.instead) return elsewhere(current);
    if (await written(write(api, wanted, current))) return 'taken';
  }
  throw contended(wanted);
}

/**
 * Takes a Lease also from a holder that has not renewed it for as long as the Lease itself says, timed here on the
 * monotonic clock: waits that long once when somebody holds it.
 */
export async function takeLeaseWhenExpired(api: Api, wanted: Omit<WantedLease, 'now'>, clock: Clock, signal?: AbortSignal): Promise<'taken' | 'held-by-us' | HeldElsewhere> {
  const first = await takeLease(api, { ...wanted, now: clock.now() });
  if (typeof first === 'string') return first;
  const seen = await readLease(api, wanted);
  await clock.sleep(milliseconds((seen?.spec?.leaseDurationSeconds ?? 0) * 1_000), signal);
  const after = await readLease(api, wanted);
  if (signal?.aborted === true || after?.metadata.resourceVersion !== seen?.metadata.resourceVersion) return after === undefined ? first : elsewhere(after);
  return (await written(write(api, { ...wanted, now: clock.now() }, after))) ? 'taken' : first;
}

/** Says that the holder is still there; must be called well within the Lease's duration. */
export async function renewLease(api: Api, { namespace, name, holder, now }: Omit<WantedLease, 'duration'>): Promise<'renewed' | HeldElsewhere> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const current = await readLease(api, { namespace, name });
    if (current === undefined || holderOf(current) !== holder) return elsewhere(current);
    if (await written(replaceLease(api, { ...current, spec: { ...current.spec, renewTime: rfc3339Micro(now.wall) } }))) return 'renewed';
  }
  throw contended({ namespace, name });
}

/** Gives a Lease back. Nothing happens when somebody else holds it by now. */
export async function releaseLease(api: Api, { namespace, name, holder, now }: LeaseName & { holder: string; now: Now }): Promise<'released' | 'not-held'> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const current = await readLease(api, { namespace, name });
    if (current === undefined || holderOf(current) !== holder) return 'not-held';
    if (await written(replaceLease(api, { ...current, spec: { ...current.spec, holderIdentity: '', renewTime: rfc3339Micro(now.wall) } }))) return 'released';
  }
  throw contended({ namespace, name });
}

function write(api: Api, wanted: WantedLease, current: LeaseObject | undefined): Promise<LeaseObject> {
  const spec = heldFrom(wanted.now, wanted.holder, wanted.duration, transitionsOf(current) + 1);
  const base = current ?? newLease(wanted, spec);
  const annotations = { ...base.metadata.annotations, ...wanted.annotations };
  const lease = { ...base, metadata: { ...base.metadata, annotations }, spec: { ...base.spec, ...spec } };
  return current === undefined ? createLease(api, lease) : replaceLease(api, lease);
}

/** False when somebody was faster: read again. */
async function written(work: Promise<LeaseObject>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    // 404 on a PUT: deleted in between. (A missing namespace is a 404 too, and ends as contention after a few tries.)
    if (answered(error, 409) || answered(error, 404)) return false;
    throw error;
  }
}

const elsewhere = (lease: LeaseObject | undefined): HeldElsewhere => ({ heldBy: holderOf(lease), version: lease?.metadata.resourceVersion ?? '' });

const contended = ({ namespace, name }: LeaseName): ApiError =>
  new ApiError({ status: 409, reason: 'Conflict', message: `The Lease ${namespace}/${name} could not be written in four tries: others write it at the same time, or the namespace ${namespace} does not exist` });
