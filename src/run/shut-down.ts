import type { Election } from '../kube/election.ts';
import { type Clock, type Duration, seconds } from '../model/time.ts';
import type { Serving } from './http.ts';

export interface Running {
  readonly clock: Clock;
  readonly election: Pick<Election, 'release'>;
  readonly serving: Pick<Serving, 'close'>;
  /** Resolves when no fence script of ours runs any more. */
  idle(): Promise<void>;
  /** What still runs and ends by itself once everything is told to stop. */
  readonly background: readonly Promise<unknown>[];
  flush(): Promise<void>;
}

/** A script gets 3 s to tidy up and 1 s to die. */
const scriptsEnd: Duration = seconds(6);

/**
 * Ends what is left. The Lease is given back last, and only when no script of ours can switch a machine any more: from then on
 * somebody else acts at once. A Lease that is not given back runs out by itself.
 */
export async function shutDown({ clock, election, serving, idle, background, flush }: Running, giveBack: boolean): Promise<void> {
  const [quiet] = await Promise.all([within(clock, scriptsEnd, idle()), within(clock, seconds(2), flush())]);
  serving.close();
  if (giveBack && quiet) await election.release();
  await within(clock, seconds(2), Promise.all(background));
}

async function within(clock: Clock, limit: Duration, work: Promise<unknown>): Promise<boolean> {
  const settled = new AbortController();
  const ended = await Promise.race([work.then(() => true), clock.sleep(limit, settled.signal).then(() => false)]);
  settled.abort();
  return ended;
}
