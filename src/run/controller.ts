import type { Server } from 'node:http';
import type { Parts } from '../act/parts.ts';
import { powerBoard } from '../act/power.ts';
import type { ScriptRunner } from '../act/scripts/runner.ts';
import type { Api } from '../kube/api.ts';
import type { Election } from '../kube/election.ts';
import { leaderDoor } from '../kube/leader-door.ts';
import type { Configuration } from '../model/configuration.ts';
import type { ScriptAbility, Snapshot } from '../model/snapshot.ts';
import { type Clock, seconds, type Tick, tick } from '../model/time.ts';
import { observe, type Observation } from '../observe/observation.ts';
import { eventWriter } from '../report/kubernetes-events.ts';
import type { Log } from '../report/log.ts';
import { makeMetrics, type Metrics } from '../report/metrics.ts';
import { refreshGauges } from '../report/gauges.ts';
import { reporter } from '../report/report.ts';
import { changeSignal } from './change-signal.ts';
import { serveProbes } from './http.ts';
import { turn } from './loop.ts';

export interface ControllerParts {
  readonly config: Configuration;
  readonly api: Api;
  /** Makes the candidate of this process; `lost` is called once, when it must stop. */
  elect(lost: (reason: string) => void): Election;
  readonly scripts: ScriptRunner;
  readonly clock: Clock;
  readonly log: Log;
  /** The node this process runs on, when it is told. */
  readonly node: string | undefined;
  readonly namespace: string;
  random(): number;
}

type Running = ControllerParts & { readonly election: Election };

/** Runs until `signal` aborts (0) or leadership is lost (1). */
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
  const changes = changeSignal(parts.clock);
  const metrics = makeMetrics();
  metrics.configValid.set(1);
  const observation = observe({ api: parts.api, clock: parts.clock, namespace: parts.namespace, random: () => parts.random(), changed: changes.changed });
  const events = eventWriter({
    api: parts.api,
    clock: parts.clock,
    instance: parts.election.identity,
    random: () => parts.random(),
    failed(error) {
      metrics.eventsDropped.inc();
      parts.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'A Kubernetes Event could not be written');
    },
  });
  const report = reporter({ events, metrics, log: parts.log, clock: parts.clock });
  const board = powerBoard(parts.clock);
  const acting: Parts = { api: leaderDoor(parts.api, parts.election, parts.config.leaderElection), leadership: parts.election, scripts: parts.scripts, power: board, clock: parts.clock, namespace: parts.namespace, report: report.record, stopping };
  const state: Leading = { since: tick(0) };
  const snapshot = (): Snapshot => snapshotOf(parts, observation, board, state);

  const server = await serveProbes({ ...parts.config.server, metrics, notReady: () => notReady(observation), refresh: () => refresh(metrics, snapshot(), observation, parts) });
  const address = server.address();
  parts.log.info({ host: parts.config.server.host, port: typeof address === 'object' ? address?.port : undefined }, 'Serving metrics and probes');
  const elected = parts.election.run(stopping);
  const watching = observation.run(stopping);
  const elect = async (): Promise<void> => {
    await parts.election.whenLeading;
    state.since = parts.clock.now().tick;
    report.leads({ ...parts.config.leaderElection, identity: parts.election.identity, epoch: parts.election.epoch });
    changes.changed();
  };
  void elect();
  await Promise.race([observation.whenSynced, aborted(stopping)]);
  const crank = { hygieneApi: parts.api, clock: parts.clock, log: parts.log, metrics, reporter: report, acting, snapshot, age: observation.age, config: () => parts.config, leading: () => parts.election.isLeader, nextChange: changes.next };
  if (!stopping.aborted) await turn(crank, stopping);
  return shutDown({ parts, server, watching, elected, flush: events.flush }, signal);
}

interface Leading {
  since: Tick;
}

async function shutDown(running: { parts: Running; server: Server; watching: Promise<void>; elected: Promise<string>; flush(): Promise<void> }, signal: AbortSignal): Promise<0 | 1> {
  const { parts, server, watching, elected, flush } = running;
  await Promise.race([flush(), parts.clock.sleep(seconds(2))]);
  server.close();
  server.closeAllConnections();
  if (signal.aborted) await parts.election.release();
  await Promise.race([Promise.all([watching, elected]), parts.clock.sleep(seconds(2))]);
  return signal.aborted ? 0 : 1;
}

function snapshotOf(parts: Running, { view }: Observation, board: Parts['power'], state: Leading): Snapshot {
  return {
    nodes: view.nodes,
    fences: view.fences,
    heartbeat: view.heartbeat,
    podsOn: view.podsOn,
    attachmentsOn: view.attachmentsOn,
    phaseSince: view.phaseSince,
    lastLeaseMove: view.lastLeaseMove,
    powerReadings: board.readings,
    scriptRunning: board.running,
    script: remembered((name) => abilityOf(parts.scripts, name)),
    self: { identity: parts.election.identity, node: parts.node, epoch: parts.election.epoch, leadingSince: state.since },
  };
}

/** Looks at a script's files once per snapshot, not once per node. */
function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const seen = known.get(name) ?? look(name);
    known.set(name, seen);
    return seen;
  };
}

function abilityOf(scripts: ScriptRunner, name: string): ScriptAbility {
  const described = scripts.describe(name);
  return 'problem' in described ? { kind: 'unusable', problem: described.problem } : { kind: 'usable', actions: described.actions };
}

const notReady = (observation: Observation): string | undefined => {
  if (!observation.synced) return 'The first list of the cluster is not complete';
  return observation.age() > seconds(180) ? 'The API server has said nothing for 180 s' : undefined;
};

function refresh(metrics: Metrics, snapshot: Snapshot, observation: Observation, parts: Running): void {
  metrics.leader.set(parts.election.isLeader ? 1 : 0);
  refreshGauges(metrics, snapshot, observation.kinds.map(({ kind, reflector }) => ({ kind, objects: reflector.statistics.objects, relists: reflector.statistics.relists, age: reflector.age(parts.clock.now()) / 1_000 })));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
