import { ClusterIndex } from '../decide/rebalancing/cluster-index.ts';
import { rebalanceCycle } from '../decide/rebalancing/cycle.ts';
import type { RebalancePolicy } from '../decide/rebalancing/policy.ts';
import type { Api } from '../kube/api.ts';
import { takingTurns } from '../kube/event-loop.ts';
import type { Configuration } from '../model/configuration.ts';
import { isClosed, type NodeFence } from '../model/nodefence.ts';
import type { ClusterFacts, CycleSummary } from '../model/rebalancing.ts';
import { type Clock, elapsed, type Duration, milliseconds, seconds } from '../model/time.ts';
import { listCluster, listSurroundings } from '../observe/cluster-list.ts';
import type { Observation } from '../observe/observation.ts';
import type { Measuring } from '../observe/usage/usage.ts';
import type { EventWriter } from '../report/kubernetes-events.ts';
import type { Log } from '../report/log.ts';
import type { Metrics } from '../report/metrics.ts';
import { passReporter, type Trigger } from '../report/rebalance-events.ts';
import { rebalanceReporter } from '../report/rebalancing.ts';
import type { Reporter } from '../report/report.ts';
import { neededBy, usageWanted } from './policy-file.ts';
import type { Stop } from './rebalance-guards.ts';
import { rebalanceOnce } from './rebalance.ts';

export interface PassParts {
  /** The leader's door: nothing is evicted by anybody else. */
  readonly api: Api;
  readonly clock: Clock;
  readonly identity: string;
  /** Where the Lease `evenkeel-rebalance` lives. */
  readonly namespace: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly events: EventWriter;
  readonly reporter: Reporter;
  readonly observation: Pick<Observation, 'view' | 'pods' | 'age'>;
  readonly measuring: Pick<Measuring, 'read'>;
  config(): Configuration;
  leading(): boolean;
}

/** A watch that has said nothing for so long shows yesterday's cluster. */
const staleAfter: Duration = seconds(180);
const lookEvery: Duration = milliseconds(200);

/** One rebalance pass inside the controller, on the copy of the cluster that it keeps anyway. An incident stops it at once. */
export async function rebalancePass(parts: PassParts, policy: RebalancePolicy, trigger: Trigger, signal: AbortSignal): Promise<CycleSummary | 'failed'> {
  const { clock, metrics, log } = parts;
  const begun = clock.now().tick;
  const done = new AbortController();
  const incident = stopOnIncident(parts, AbortSignal.any([signal, done.signal]));
  try {
    return await run(parts, policy, trigger, AbortSignal.any([signal, incident]));
  } catch (error) {
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'Rebalancing failed; it is tried again at its time');
    return 'failed';
  } finally {
    done.abort();
    metrics.rebalanceSeconds.observe({ trigger: trigger.kind }, elapsed(begun, clock.now().tick) / 1_000);
  }
}

async function run(parts: PassParts, policy: RebalancePolicy, trigger: Trigger, signal: AbortSignal): Promise<CycleSummary> {
  const { api, clock, identity, namespace, log, metrics, events } = parts;
  const { mode, leaderElection } = parts.config();
  const dryRun = mode === 'observe';
  const tell = passReporter(parts.reporter, trigger, leaderElection);
  const record = rebalanceReporter({ events, metrics, log, clock, failureEvents: policy.evictionFailureEventNotification });
  const observe = async (wanted: RebalancePolicy): Promise<ClusterFacts> => {
    const needed = neededBy(wanted);
    const followed = { nodes: [...parts.observation.view.nodes.values()], pods: [...parts.observation.pods.values()] };
    // The copy that the controller keeps has no details of pods: they would cost it their memory for ever.
    const listed = needed.podDetails ? await listCluster(api, needed, signal) : { ...followed, ...(await listSurroundings(api, needed, signal)) };
    const usage = await parts.measuring.read(usageWanted(wanted), signal);
    const facts = usage === undefined ? listed : { ...listed, usage };
    const evictions = await countPlanned(facts, wanted, { clock, signal });
    if (evictions > 0) tell.planned(evictions, dryRun);
    return facts;
  };
  const summary = await rebalanceOnce({ api, clock, identity, observe, record, signal }, policy, { dryRun, leaseNamespace: namespace });
  tell.completed(summary, dryRun);
  return summary;
}

/** The same cycle with every eviction granted: what this pass would like to do. Rejects when it is told to stop. */
async function countPlanned(facts: ClusterFacts, policy: RebalancePolicy, { clock, signal }: Pick<PassParts, 'clock'> & { readonly signal: AbortSignal }): Promise<number> {
  const turn = takingTurns(clock);
  const cycle = rebalanceCycle({ index: new ClusterIndex(facts), policy, now: clock.now().wall, afterEviction: 'terminating' });
  let step = cycle.next();
  while (step.done !== true) {
    await turn();
    signal.throwIfAborted();
    step = cycle.next(step.value.kind === 'evict' ? { kind: 'evicted' } : undefined);
  }
  return step.value.totals.evicted;
}

/** Aborts with the reason as soon as something has priority over evictions. */
function stopOnIncident(parts: PassParts, until: AbortSignal): AbortSignal {
  const incident = new AbortController();
  const { mode } = parts.config();
  const watch = async (): Promise<void> => {
    while (!until.aborted && !incident.signal.aborted) {
      const stop = parts.config().mode === mode ? whyNot(parts) : changedMode;
      if (stop !== undefined) incident.abort(stop);
      else await parts.clock.sleep(lookEvery, until);
    }
  };
  void watch();
  return incident.signal;
}

const changedMode: Stop = { cause: 'signal', because: 'mode has changed in the configuration' };

/** Why nothing may be evicted at this moment, by what this process sees. The live look before each eviction comes on top. */
export function whyNot({ observation, leading }: Pick<PassParts, 'observation' | 'leading'>): Stop | undefined {
  const { paused, fences } = observation.view;
  if (!leading()) return { cause: 'signal', because: 'this replica does not lead any more' };
  if (observation.age() > staleAfter) return { cause: 'blind', because: 'the API server has said nothing for too long' };
  if (paused !== undefined) return { cause: 'paused', because: `${paused.by} has paused evenkeel${paused.reason === '' ? '' : ` (${paused.reason})`}` };
  for (const fence of fences.values()) if (isOpen(fence)) return { cause: 'openFence', because: `the fence ${fence.metadata.name} of node ${fence.spec.nodeName} is open (${fence.status?.phase ?? 'not taken up yet'}): an incident has priority` };
  return undefined;
}

const isOpen = ({ status }: NodeFence): boolean => status === undefined || !isClosed(status.phase);
