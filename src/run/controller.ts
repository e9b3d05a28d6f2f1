import type { Parts } from '../act/parts.ts';
import { powerBoard } from '../act/power.ts';
import type { ScriptRunner } from '../act/scripts/runner.ts';
import type { Api } from '../kube/api.ts';
import type { Election } from '../kube/election.ts';
import { imbalance } from '../decide/rebalancing/imbalance.ts';
import { leaderDoor } from '../kube/leader-door.ts';
import type { AskPrometheus } from '../kube/prometheus.ts';
import type { Configuration, FencingSettings } from '../model/configuration.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Clock, type Duration, seconds, type Tick, tick } from '../model/time.ts';
import { observe, type Observation } from '../observe/observation.ts';
import { refreshGauges } from '../report/gauges.ts';
import { type EventWriter, eventWriter } from '../report/kubernetes-events.ts';
import type { Log } from '../report/log.ts';
import { makeMetrics, type Metrics } from '../report/metrics.ts';
import { leaseReference, type Reporter, reporter } from '../report/report.ts';
import { changeSignal } from './change-signal.ts';
import { followingScripts } from './following-scripts.ts';
import { type HandOverParts, type OwnPod, timeToHandOver } from './hand-over.ts';
import type { Serve } from './http.ts';
import { pauseTeller } from './pause-teller.ts';
import { turn } from './loop.ts';
import { rebalancing } from './rebalancing.ts';
import { reload } from './reload.ts';
import { shutDown } from './shut-down.ts';
import { snapshotOf } from './snapshot.ts';

export interface ControllerParts {
  readonly config: Configuration;
  /** Where `config` came from: followed, and read again when it changes. */
  readonly configFile: string;
  readonly api: Api;
  /** Makes the candidate of this process; `lost` is called once, when it must stop. */
  elect(lost: (reason: string) => void): Election;
  scripts(settings: FencingSettings['scripts']): ScriptRunner;
  readonly serve: Serve;
  readonly askPrometheus: AskPrometheus;
  readonly clock: Clock;
  readonly log: Log;
  /** The node this process runs on, when it is told. */
  readonly node: string | undefined;
  /** The pod it runs in, when it is told: another one of its owner may lead in its place. */
  readonly pod: OwnPod | undefined;
  readonly namespace: string;
  /** The component delete-node is installed. */
  readonly mayDeleteNodes: boolean;
  random(): number;
}

type Running = ControllerParts & { readonly election: Election };

/** Everything has ended by then, or is ended: a pod has 30 s after SIGTERM. */
const grace: Duration = seconds(25);

/** Runs until `signal` aborts (0), or leadership is lost or handed over (1). */
export async function runController(given: ControllerParts, signal: AbortSignal): Promise<0 | 1> {
  const stop = new AbortController();
  const parts: Running = {
    ...given,
    election: given.elect((reason) => {
      given.log.error({ reason }, 'Leadership is lost: this process ends, a new one starts from what is recorded');
      stop.abort();
    }),
  };
  const stopping = AbortSignal.any([signal, stop.signal]);
  const { api, clock, log, election, namespace } = parts;
  const changes = changeSignal(clock);
  const metrics = makeMetrics();
  const events = writerOf(parts, metrics);
  const report = reporter({ events, metrics, log, clock });
  const live = reload({ file: parts.configFile, first: parts.config, clock, log, metrics, reporter: report, changed: changes.changed });
  const scripts = followingScripts((settings) => parts.scripts(settings), () => live.current().fencing.scripts);
  const changed = (): void => {
    changes.changed();
    tellPause();
  };
  const observation = observe({ api, clock, namespace: parts.namespace, random: () => parts.random(), changed });
  const tellPause = pauseTeller({ report, regarding: leaseReference(parts.config.leaderElection), paused: () => observation.view.paused, leading: () => election.isLeader });
  const board = powerBoard(clock);
  const acting: Parts = { api: leaderDoor(api, election, parts.config.leaderElection), leadership: election, scripts, power: board, clock, namespace, report: report.record, stopping };
  const state: Leading = { since: tick(0) };
  const snapshot = (): Snapshot => snapshotOf({ observation, power: board, scripts, election, node: parts.node, mayDeleteNodes: parts.mayDeleteNodes, leadingSince: () => state.since });

  const serving = await parts.serve({ ...parts.config.server, metrics, notReady: () => notReady(observation), refresh: () => refresh(metrics, snapshot(), observation, parts) });
  log.info({ host: parts.config.server.host, port: serving.port }, 'Serving metrics and probes');
  const background = [election.run(stopping), observation.run(stopping), live.run(stopping)];
  const begin = async (): Promise<void> => {
    await election.whenLeading;
    state.since = clock.now().tick;
    tellLeading(parts, report);
    changed();
  };
  void begin();
  await Promise.race([observation.whenSynced, aborted(stopping)]);
  const crank = { hygieneApi: api, clock, log, metrics, reporter: report, acting, snapshot, age: observation.age, config: live.current, leading: () => election.isLeader, nextChange: changes.next };
  const rebalances = { ...acting, identity: election.identity, namespace, log, metrics, events, reporter: report, observation, config: live.current, leading: () => election.isLeader, leaderElection: parts.config.leaderElection, askPrometheus: parts.askPrometheus };
  const leave = { clock, node: parts.node, pod: parts.pod, seen: () => ({ ...snapshot(), pods: observation.pods }), leading: () => election.isLeader, busy: () => scripts.running > 0 };
  const handedOver = handOver(leave, log, stop, stopping);
  const work = async (): Promise<void> => {
    if (!stopping.aborted) await Promise.all([turn(crank, stopping), rebalancing(rebalances, stopping)]);
    await shutDown({ clock, election, serving, idle: scripts.idle, background, flush: events.flush }, signal.aborted || (await handedOver));
  };
  const ended = new AbortController();
  await Promise.race([work().finally(() => ended.abort()), afterGrace({ clock, log, stopping, ended: ended.signal })]);
  return signal.aborted ? 0 : 1;
}

interface Leading {
  since: Tick;
}

async function handOver(leave: HandOverParts, log: Log, stop: AbortController, stopping: AbortSignal): Promise<boolean> {
  const due = await timeToHandOver(leave, stopping);
  if (due === undefined) return false;
  log.warn({ fence: due.fence }, `The node under this leader is the one to be fenced: it hands over to ${due.to} and ends`);
  stop.abort();
  return true;
}

async function afterGrace({ clock, log, stopping, ended }: { clock: Clock; log: Log; stopping: AbortSignal; ended: AbortSignal }): Promise<void> {
  await aborted(stopping);
  await clock.sleep(grace, ended);
  if (!ended.aborted) log.error('Something did not end in time: the process ends without it, and the Lease runs out by itself');
}

function writerOf({ api, clock, election, log, random }: Running, metrics: Metrics): EventWriter {
  return eventWriter({
    api,
    clock,
    instance: election.identity,
    random,
    failed(error) {
      metrics.eventsDropped.inc();
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'A Kubernetes Event could not be written');
    },
  });
}

function tellLeading({ config, election: { identity, epoch } }: Running, report: Reporter): void {
  report.tell('LeaderChanged', `${identity} leads, epoch ${epoch}`, { regarding: leaseReference(config.leaderElection), facts: { identity, epoch } });
}

const notReady = (observation: Observation): string | undefined => {
  if (!observation.synced) return 'The first list of the cluster is not complete';
  return observation.age() > seconds(180) ? 'The API server has said nothing for 180 s' : undefined;
};

function refresh(metrics: Metrics, snapshot: Snapshot, observation: Observation, parts: Running): void {
  metrics.leader.set(parts.election.isLeader ? 1 : 0);
  const { pods, cpu } = imbalance(snapshot.nodes.values(), snapshot.podsOn);
  metrics.imbalance.set({ resource: 'pods' }, pods);
  metrics.imbalance.set({ resource: 'cpu' }, cpu);
  refreshGauges(metrics, snapshot, observation.kinds.map(({ kind, reflector }) => ({ kind, objects: reflector.statistics.objects, relists: reflector.statistics.relists, age: reflector.age(parts.clock.now()) / 1_000 })));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
