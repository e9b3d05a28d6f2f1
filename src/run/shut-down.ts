import type { Server } from 'node:http';
import type { Election } from '../kube/election.ts';
import { type Clock, seconds } from '../model/time.ts';

export interface Running {
  readonly clock: Clock;
  readonly election: Election;
  readonly server: Server;
  /** What still runs and ends by itself once everything is told to stop. */
  readonly background: readonly Promise<unknown>[];
  flush(): Promise<void>;
}

/** Ends what is left, and gives the Lease back last: from then on somebody else may act. */
export async function shutDown({ clock, election, server, background, flush }: Running, giveBack: boolean): Promise<void> {
  await Promise.race([flush(), clock.sleep(seconds(2))]);
  server.close();
  server.closeAllConnections();
  if (giveBack) await election.release();
  await Promise.race([Promise.all(background), clock.sleep(seconds(2))]);
}
