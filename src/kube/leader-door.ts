import { type Duration, milliseconds, seconds } from '../model/time.ts';
import type { LeaderElectionSettings } from '../model/configuration.ts';
import type { Api } from './api.ts';
import type { Leadership } from './leadership.ts';

/**
 * A door that lets only the leader write: each write is checked synchronously before it is sent, and has a limit so short
 * that it has ended, one way or the other, before anybody else can lead. Reads pass as they are.
 */
export function leaderDoor(api: Api, leadership: Leadership, settings: LeaderElectionSettings): Api {
  const limit = writeLimit(settings);
  return {
    call(request) {
      if (request.verb === 'GET') return api.call(request);
      leadership.assertLeader(settings.enabled ? limit : undefined);
      return api.call({ ...request, limit });
    },
    watch: (request, signal) => api.watch(request, signal),
    close: () => api.close(),
  };
}

/** What is left of a Lease, at worst, while its holder still leads; less one second for the way to the server. */
const writeLimit = ({ leaseDuration, renewDeadline }: LeaderElectionSettings): Duration =>
  milliseconds(Math.max(500, Math.min(seconds(10), leaseDuration - renewDeadline - seconds(1))));
