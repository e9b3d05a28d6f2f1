import { carryOut, liftOutOfService } from '../act/carry-out.ts';
import type { Parts } from '../act/parts.ts';
import type { Api } from '../kube/api.ts';
import { decideFences, decideWithoutLease, nodeOf } from '../decide/fencing/decide.ts';
import type { Configuration } from '../model/configuration.ts';
import type { Decision, Outcome } from '../model/decision.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../model/time.ts';
import type { Log } from '../report/log.ts';
import type { Metrics } from '../report/metrics.ts';
import type { Reporter } from '../report/report.ts';

/** The longest time between two passes: thresholds are reached without anything changing in the cluster. */
const idle: Duration = seconds(1);

/** The shortest time between two passes: a burst of changes is one pass. */
const breath: Duration = milliseconds(20);

/** Answers of the API server that make us doubt what we see: nothing is decided for as long as these last. */
const staleAfter: Duration = seconds(180);

export interface Crank {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reporter: Reporter;
  readonly acting: Parts;
  /** A door without the leader's check: taking our own out-of-service taint off needs no Lease. */
  readonly hygieneApi: Api;
  snapshot(): Snapshot;
  /** How long the API server has said nothing about some kind. */
  age(): Duration;
  config(): Configuration;
  leading(): boolean;
  /** Waits until something changed, at most `limit`. */
  nextChange(limit: Duration): Promise<void>;
}

/** Turns the crank until told to stop: observe → decide → act → report, one step for each node in a pass. */
export async function turn(crank: Crank, signal: AbortSignal): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const decision of decideNow(crank)) {
      const node = nodeOf(decision);
      if (decision.kind === 'wait' || busy.has(node)) continue;
      // A slow API call or script of one node never delays another one.
      busy.set(node, one(crank, decision).finally(() => busy.delete(node)));
    }
    await Promise.race([crank.nextChange(idle), ...busy.values()]);
    await crank.clock.sleep(breath);
  }
  await Promise.allSettled(busy.values());
}

function decideNow(crank: Crank): readonly Decision[] {
  const snapshot = crank.snapshot();
  if (!crank.leading() || crank.age() > staleAfter) return decideWithoutLease(snapshot);
  return decideFences(snapshot, crank.config(), crank.clock.now());
}

async function one(crank: Crank, decision: Decision): Promise<void> {
  try {
    const outcome = await actOn(crank, decision);
    if (outcome.kind === 'skipped') crank.log.debug({ node: nodeOf(decision), decision: decision.kind }, `Skipped: ${outcome.because}`);
    else for (const record of outcome.records) crank.reporter.record(record);
    // What was just written has to come back through the watch before the next step is decided.
    await crank.nextChange(seconds(0.2));
  } catch (error) {
    crank.metrics.passFailures.inc();
    crank.log.warn({ node: nodeOf(decision), decision: decision.kind, error: error instanceof Error ? error.message : String(error) }, 'An action failed; it is decided anew');
    await crank.clock.sleep(idle);
  }
}

const actOn = (crank: Crank, decision: Decision): Promise<Outcome> =>
  decision.kind === 'liftOutOfService' ? liftOutOfService({ api: crank.hygieneApi }, decision) : carryOut(crank.acting, decision);
