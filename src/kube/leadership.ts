import { type Clock, type Duration, elapsed, formatDuration, milliseconds, seconds, type Tick } from '../model/time.ts';
import type { LeaderElectionSettings } from '../model/configuration.ts';

/** What an action is given: may I still write, and as which epoch? */
export interface Leadership {
  /** `leaseTransitions` of our Lease: grows with every take-over. 0 before the first. */
  readonly epoch: number;
  readonly identity: string;
  readonly isLeader: boolean;
  /**
   * Throws `NotLeader` unless we surely lead now and still will when a write of at most `limit` has ended. To be called
   * synchronously before each write: timers alone fire late when the event loop was blocked.
   */
  assertLeader(limit?: Duration): void;
}

/** The write must not be sent: somebody else may lead by now. */
export class NotLeader extends Error {
  override readonly name = 'NotLeader';
}

/** A write that a server still carries out this long before our Lease ends is ours. */
const margin: Duration = seconds(1);

/** The term of one leader: all of it derives from when the last successful renewal was sent. */
export interface Term {
  readonly leads: boolean;
  readonly lost: string | undefined;
  /** How long until we must have renewed; 0 or less when it is too late. */
  remaining(): Duration;
  renewed(sentAt: Tick): void;
  /** Ends it for good. The first reason counts. */
  lose(reason: string): void;
  /** Ends it because we give it up: nobody is told. */
  giveUp(): void;
  assert(limit: Duration | undefined): void;
}

/** Begins with nobody leading; `renewed` makes us the leader, `lose` ends it and cannot be undone. */
export function makeTerm(clock: Clock, settings: LeaderElectionSettings, onLost: (reason: string) => void): Term {
  let sent: Tick | undefined;
  let lost: string | undefined;
  const since = (): Duration => elapsed(sent ?? clock.now().tick, clock.now().tick);
  const remaining = (): Duration => milliseconds(settings.renewDeadline - since());
  const lose = (reason: string): void => {
    if (lost !== undefined) return;
    lost = reason;
    onLost(reason);
  };
  return {
    get leads() {
      return lost === undefined && sent !== undefined && remaining() > 0;
    },
    get lost() {
      return lost;
    },
    remaining,
    renewed(sentAt) {
      sent = sentAt;
    },
    lose,
    giveUp() {
      lost ??= 'it was given up';
    },
    assert(limit) {
      if (lost !== undefined) throw new NotLeader(`Not written: leadership has ended: ${lost}`);
      if (sent === undefined) throw new NotLeader('Not written: this process does not lead');
      if (remaining() <= 0) {
        lose(overdue(since(), settings));
        throw new NotLeader(`Not written: ${overdue(since(), settings)}`);
      }
      const left = settings.leaseDuration - margin - since();
      if (limit !== undefined && limit > left) {
        throw new NotLeader(`Not written: it could take ${formatDuration(limit)}, and the Lease is surely ours for ${formatDuration(milliseconds(Math.max(0, left)))} only; give the write a shorter limit`);
      }
    },
  };
}

export const overdue = (since: Duration, settings: LeaderElectionSettings): string =>
  `the Lease was last renewed ${formatDuration(since)} ago, and renewDeadline is ${formatDuration(settings.renewDeadline)}`;
