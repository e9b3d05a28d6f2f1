import type { Configuration } from '../model/configuration.ts';

/** A changed configuration with what a running process cannot change put back, and the names of those settings. */
export function keepWhatNeedsRestart(current: Configuration, next: Configuration): { configuration: Configuration; restart: string[] } {
  const { server, leaderElection, logging } = current;
  const restart = [
    // The socket is open, and somebody scrapes it.
    ...differs('server.address', server, next.server),
    // Two replicas with different leases would both lead.
    ...differs('leaderElection', leaderElection, next.leaderElection),
    ...differs('logging.format', logging.format, next.logging.format),
  ];
  return { configuration: { ...next, server, leaderElection, logging: { ...next.logging, format: logging.format } }, restart };
}

const differs = (name: string, one: unknown, other: unknown): string[] => (JSON.stringify(one) === JSON.stringify(other) ? [] : [name]);
