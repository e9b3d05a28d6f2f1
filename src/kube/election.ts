import type { LeaderElectionSettings } from '../model/configuration.ts';
import { type Clock, type Duration, elapsed, milliseconds, seconds, type Tick } from '../model/time.ts';
import { unlessAborted } from './abort.ts';
import { type Api, answered } from './api.ts';
import { soleLeader } from './election-disabled.ts';
import { createLease, heldFrom, holderOf, type LeaseObject, newLease, type Patience, readLease, replaceLease, transitionsOf } from './lease-object.ts';
import { type Leadership, makeTerm, overdue, type Term } from './leadership.ts';
import { rfc3339Micro } from './timestamps.ts';

export { type Leadership, NotLeader } from './leadership.ts';

export interface ElectionOptions {
  /** A connection of its own: a list of 150,000 pods must not stand in the way of a renewal. */
  readonly api: Api;
  readonly clock: Clock;
  readonly settings: LeaderElectionSettings;
  /** Unique to this process, such as pod name + `_` + random UUID. A process that comes back is another candidate. */
  readonly identity: string;
  /** A number from 0 up to 1, for jitter. */
  random(): number;
  /** Called once, at the moment leadership is lost: stop at once and end the process. It cannot be won again. */
  onLost(reason: string): void;
}

/** Leads through a Lease, or stands by. One object per process: what was lost is not won back. */
export interface Election extends Leadership {
  /**
   * Stands for election, then renews. Ends with `lost`, or with `released` after `release` or when `signal` aborts. An
   * aborted signal only stops the renewing: writes go on being allowed for the rest of the term, so that work can be
   * drained; then call `release`.
   */
  run(signal: AbortSignal): Promise<'lost' | 'released'>;
  readonly whenLeading: Promise<void>;
  /** Stops and empties the Lease, so that the next one need not wait. Call it when the last write has ended. Never rejects. */
  release(): Promise<void>;
  /** Who holds the Lease, as last seen. */
  holder(): string | undefined;
  /** Why the last look or renewal failed, such as a missing permission; `undefined` after one that worked. */
  problem(): string | undefined;
}

/** Each attempt has a limit of its own: a hung API server must not eat the whole deadline. */
const attemptLimit: Duration = seconds(3);

export function election(options: ElectionOptions): Election {
  if (!options.settings.enabled) return soleLeader(options.identity);
  const stop = new AbortController();
  const term = makeTerm(options.clock, options.settings, (reason) => {
    stop.abort();
    options.onLost(reason);
  });
  const state: Candidacy = { options, term, stop: stop.signal, mine: undefined, seen: undefined, holder: undefined, problem: undefined, epoch: 0, highest: 0 };
  const leading = Promise.withResolvers<void>();
  let running: Promise<unknown> = Promise.resolve();
  return {
    identity: options.identity,
    get epoch() {
      return state.epoch;
    },
    get isLeader() {
      return term.leads;
    },
    assertLeader: (limit) => term.assert(limit),
    whenLeading: leading.promise,
    holder: () => state.holder,
    problem: () => state.problem,
    run(signal) {
      signal.addEventListener('abort', () => stop.abort(), { once: true });
      if (signal.aborted) stop.abort();
      const result = stand(state, leading.resolve);
      running = result;
      return result;
    },
    async release() {
      stop.abort();
      await running;
      const held = term.leads;
      term.giveUp();
      if (held) await emptyLease(state);
    },
  };
}

interface Candidacy {
  readonly options: ElectionOptions;
  readonly term: Term;
  readonly stop: AbortSignal;
  /** The Lease as we last wrote it. */
  mine: LeaseObject | undefined;
  /** What we saw of others, and when on our own clock it was last different. */
  seen: { what: string; at: Tick; foreign: boolean } | undefined;
  holder: string | undefined;
  problem: string | undefined;
  epoch: number;
  /** Highest `leaseTransitions` seen: a Lease that was deleted and made anew does not begin at an old epoch. */
  highest: number;
}

async function stand(state: Candidacy, won: () => void): Promise<'lost' | 'released'> {
  const { clock, settings, random } = state.options;
  while (!state.stop.aborted && !(await tryToLead(state))) {
    await clock.sleep(milliseconds(settings.retryPeriod * (0.8 + 0.4 * random())), state.stop);
  }
  if (state.term.leads) won();
  let pause = settings.retryPeriod;
  while (!state.stop.aborted) {
    await clock.sleep(milliseconds(Math.min(pause * (0.8 + 0.2 * random()), Math.max(0, state.term.remaining()))), state.stop);
    if (!state.stop.aborted) pause = (await renew(state)) ? settings.retryPeriod : milliseconds(0);
  }
  return state.term.lost === undefined ? 'released' : 'lost';
}

/** One look at the Lease, and one try to take it if it is free. */
async function tryToLead(state: Candidacy): Promise<boolean> {
  const { api, clock, settings, identity } = state.options;
  try {
    const current = await attempt(state, attemptLimit, (patience) => readLease(api, settings, patience));
    state.problem = undefined;
    if (!mayTake(state, current)) return false;
    const sent = clock.now();
    const transitions = holderOf(current) === identity ? transitionsOf(current) : state.highest + 1;
    const spec = { ...current?.spec, ...heldFrom(sent, identity, settings.leaseDuration, transitions) };
    const lease = current === undefined ? newLease(settings, spec) : { ...current, spec };
    const written = await attempt(state, attemptLimit, (patience) => (current === undefined ? createLease(api, lease, patience) : replaceLease(api, lease, patience)));
    // Answered so late that the term would begin overdue: the next look will find us as the holder.
    if (elapsed(sent.tick, clock.now().tick) >= settings.renewDeadline) return false;
    Object.assign(state, { mine: written, holder: identity, epoch: transitions });
    state.term.renewed(sent.tick);
    return true;
  } catch (error) {
    // Refused, beaten, unreachable: look again after the retry period.
    state.problem = messageOf(error);
    return false;
  }
}

/**
 * A Lease is free when its holder has given it back, or when we have seen it unchanged for its whole duration. The times
 * in it are never compared with our clock: only that they change is looked at.
 */
function mayTake(state: Candidacy, lease: LeaseObject | undefined): boolean {
  const { clock, settings, identity } = state.options;
  const holder = holderOf(lease);
  const now = clock.now().tick;
  const what = lease === undefined ? '' : `${lease.metadata.uid}/${lease.metadata.resourceVersion}`;
  const foreign = holder !== '' && holder !== identity;
  const sawAnother = state.seen?.foreign === true;
  if (state.seen?.what !== what) state.seen = { what, at: now, foreign: foreign || (lease === undefined && sawAnother) };
  state.holder = holder;
  state.highest = Math.max(state.highest, transitionsOf(lease));
  // Whoever held a Lease that is deleted now notices at its next renewal only: it is waited for like any other holder.
  if (!state.seen.foreign) return true;
  const duration = Math.max(settings.leaseDuration, (lease?.spec?.leaseDurationSeconds ?? 0) * 1_000);
  return elapsed(state.seen.at, now) >= duration;
}

/** One renewal. False when the version was behind but the Lease still ours: try again at once. */
async function renew(state: Candidacy): Promise<boolean> {
  const { api, clock, settings } = state.options;
  const { mine, term } = state;
  const remaining = term.remaining();
  if (remaining <= 0 || mine === undefined) {
    term.lose(overdue(milliseconds(settings.renewDeadline - remaining), settings));
    return true;
  }
  const sent = clock.now();
  try {
    const limit = milliseconds(Math.min(attemptLimit, remaining));
    const spec = { ...mine.spec, renewTime: rfc3339Micro(sent.wall) };
    state.mine = await attempt(state, limit, (patience) => replaceLease(api, { ...mine, spec }, patience));
    state.problem = undefined;
    if (term.remaining() > 0) term.renewed(sent.tick);
    else term.lose(overdue(milliseconds(settings.renewDeadline - term.remaining()), settings));
    return true;
  } catch (error) {
    state.problem = messageOf(error);
    if (answered(error, 404)) term.lose(`the Lease ${settings.namespace}/${settings.name} was deleted`);
    return !answered(error, 409) || !(await stillOurs(state));
  }
}

/** After a 409: somebody edited the Lease, or a reply of our own was lost; or we have been replaced. */
async function stillOurs(state: Candidacy): Promise<boolean> {
  const { api, settings, identity } = state.options;
  const limit = milliseconds(Math.max(1, Math.min(attemptLimit, state.term.remaining())));
  const current = await attempt(state, limit, (patience) => readLease(api, settings, patience)).catch(() => 'unknown' as const);
  if (current === 'unknown') return false;
  const holder = holderOf(current);
  state.holder = holder;
  if (current === undefined) state.term.lose(`the Lease ${settings.namespace}/${settings.name} was deleted`);
  else if (holder !== identity) state.term.lose(`${holder === '' ? 'nobody' : holder} holds the Lease ${settings.namespace}/${settings.name} now`);
  else if (current.metadata.uid !== state.mine?.metadata.uid) state.term.lose(`the Lease ${settings.namespace}/${settings.name} was deleted and made anew`);
  else state.mine = current;
  return state.term.lost === undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one call within `limit` on our own clock, and no longer than the candidacy. */
async function attempt<T>(state: Candidacy, limit: Duration, work: (patience: Patience) => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = new AbortController();
  const signal = AbortSignal.any([state.stop, late.signal]);
  void state.options.clock.sleep(limit, done.signal).then(() => late.abort(new Error(`No answer within ${limit} ms`)));
  try {
    return await unlessAborted(work({ limit, signal }), signal);
  } finally {
    done.abort();
  }
}

/** Empties the Lease, on the version that is there: a renewal under way may have come between. */
async function emptyLease({ options }: Candidacy): Promise<void> {
  const { api, settings, identity } = options;
  const patience: Patience = { limit: seconds(1) };
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      const current = await readLease(api, settings, patience);
      if (current === undefined || holderOf(current) !== identity) return;
      await replaceLease(api, { ...current, spec: { ...current.spec, holderIdentity: '', renewTime: rfc3339Micro(options.clock.now().wall) } }, patience);
      return;
    } catch {
      // The Lease then runs out by itself.
    }
  }
}
