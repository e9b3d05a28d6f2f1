import { resources } from '../kube/paths.ts';
import type { Clock } from '../model/time.ts';
import { createServer } from './api-server/create.ts';
import { builtInKinds, builtInResources, customKind } from './api-server/kinds/index.ts';
import type { EmbeddedServer } from './api-server/server.ts';
import type { ControllerParts, RunController } from './controllers/controller.ts';
import { daemonSetController } from './controllers/daemonset/daemonset.ts';
import { runDeployments } from './controllers/deployment/deployment.ts';
import { runControllers } from './controllers/index.ts';
import { jobController } from './controllers/job/job.ts';
import { runReplicaSets } from './controllers/replicaset/replicaset.ts';
import { runStatefulSets } from './controllers/statefulset/statefulset.ts';
import { realTimings, type Timings } from './controllers/timings.ts';
import { runVolumeBinding } from './controllers/volume-binding/volume-binding.ts';
import { scheduler } from './scheduler/scheduler.ts';
import type { Chance } from './time/seed.ts';

export interface ControlPlaneOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Those of Kubernetes where nothing is said. */
  readonly timings?: Partial<Timings>;
  /** How long pods stay on a node that is unreachable, in seconds; 300. */
  readonly tolerationSeconds?: number;
  /** CustomResourceDefinitions that are there from the start. */
  readonly definitions?: readonly object[];
  /** Puts something between the server and everybody who speaks to it, controllers included. */
  readonly between?: (server: EmbeddedServer) => EmbeddedServer;
}

/** A small Kubernetes without machines: API server, controllers and scheduler. */
export interface ControlPlane {
  readonly server: EmbeddedServer;
  /** What went wrong in it and was tried again, newest last, at most 200. A line with DEFECT is a fault of this folder. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Starts it, with the namespaces and priorities that every cluster has. */
export function startControlPlane({ clock, chance, timings, tolerationSeconds, definitions = [], between = (server) => server }: ControlPlaneOptions): ControlPlane {
  const of = (part: string): Pick<Chance, 'random' | 'newID'> => {
    const own = chance.of(part);
    return { random: () => own.random(), newID: () => own.newID() };
  };
  const server = between(createServer({ clock, ...of('server'), kinds: builtInKinds(tolerationSeconds === undefined ? {} : { tolerationSeconds }) }));
  const halt = new AbortController();
  const complaints: string[] = [];
  const complain = (line: string): void => {
    complaints.push(line);
    if (complaints.length > 200) complaints.shift();
  };
  furnish(server, definitions);
  const running = controllers({ ...realTimings, ...timings }).map(([name, run]) => run({ store: server.store, clock, complain, random: of(name).random } satisfies ControllerParts, halt.signal));
  return {
    server,
    complaints,
    async stop() {
      halt.abort();
      await Promise.all(running);
      server.close();
    },
  };
}

function furnish({ store, addKind }: EmbeddedServer, definitions: readonly object[]): void {
  for (const name of namespaces) store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const [name, value] of [['system-node-critical', 2_000_001_000], ['system-cluster-critical', 2_000_000_000]] as const) {
    store.create(resources.priorityclasses, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value });
  }
  for (const definition of definitions) {
    const stored = store.create(builtInResources.customresourcedefinitions, definition);
    for (const kind of customKind(stored)) addKind(kind);
  }
}

const controllers = (timings: Timings): readonly (readonly [name: string, run: RunController])[] => [
  ['controllers', (parts, signal) => runControllers(parts, timings, signal)],
  ['statefulsets', runStatefulSets],
  ['deployments', runDeployments],
  ['replicasets', runReplicaSets],
  ['daemonsets', daemonSetController(timings)],
  ['jobs', jobController(timings)],
  ['volume binding', runVolumeBinding],
  ['scheduler', scheduler(timings)],
];
