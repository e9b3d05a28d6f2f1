import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMachines, type Machines, type MachinesOptions } from '../../../src/embedded/machines/cluster.ts';
import { fileJournal } from '../../../src/embedded/machines/journal.ts';
import { blockStorage, provision } from '../../../src/embedded/machines/provision.ts';
import type { Api } from '../../../src/kube/api.ts';
import { collectionPath, objectPath, resources } from '../../../src/kube/paths.ts';
import { parseNode } from '../../../src/kube/records/node.ts';
import { parseNodeFence } from '../../../src/kube/records/nodefence.ts';
import type { NodeRecord } from '../../../src/model/cluster.ts';
import type { NodeFence } from '../../../src/model/nodefence.ts';
import { realClock } from '../../../src/run/real-clock.ts';
import { type ControlPlane, type ControlPlaneOptions, kubelet, startControlPlane } from '../../control-plane/control-plane.ts';
import { configurationText, type Wishes } from './configuration.ts';
import { type Controller, startController } from './controller.ts';
import { until } from './until.ts';

export const namespace = 'evenkeel-system';

/** A real control plane with machines, our manifests applied, and the controller as a process with exactly their rights. */
export interface World {
  readonly plane: ControlPlane;
  readonly admin: Api;
  readonly machines: Machines;
  readonly directory: string;
  /** Starts `evenkeel run` as its service account; `server` puts something between it and the API server. */
  control(wishes?: Wishes, server?: string): Promise<Controller>;
  node(name: string): Promise<NodeRecord>;
  fences(node?: string): Promise<NodeFence[]>;
  pods(namespace: string): Promise<Pod[]>;
  attachments(): Promise<{ node: string; volume: string; attached: boolean }[]>;
  stop(): Promise<void>;
}

export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly deleting: boolean;
}

export interface WorldOptions {
  readonly workers?: number;
  readonly volumes?: number;
  readonly plane?: ControlPlaneOptions;
  readonly timings?: MachinesOptions['timings'];
}

const manifests = join(import.meta.dirname, '../../../manifests');

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const names = Array.from({ length: options.workers ?? 3 }, (_, index) => `worker-${index + 1}`);
  const plane = await startControlPlane({ nodeMonitorGracePeriod: '3s', nodeMonitorPeriod: '500ms', nodes: names, ...options.plane });
  const admin = plane.api();
  await plane.kubectl('apply', '-k', join(manifests, 'base'));
  // The controller under test is a process of this machine; pods of its Deployment would only be in the way.
  await plane.kubectl('-n', namespace, 'scale', 'deployment', '--all', '--replicas=0');
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-world-'));
  const machines = startMachines({
    clock: realClock,
    journal: fileJournal(join(directory, 'journal')),
    names,
    nodeApi: (name) => plane.api(kubelet(name)),
    attacherApi: admin,
    newID: randomUUID,
    timings: options.timings ?? {},
  });
  const world = worldOf({ plane, admin, machines, directory });
  await until('every worker is Ready', async () => (await Promise.all(names.map((name) => world.node(name).catch(() => undefined)))).every((node) => node?.ready === 'True'));
  for (const name of names) await plane.kubectl('label', 'node', name, 'fencing=enabled');
  await provision(admin, blockStorage(options.volumes ?? 3));
  return world;
}

function worldOf(parts: Pick<World, 'plane' | 'admin' | 'machines' | 'directory'>): World {
  const { plane, admin, machines, directory } = parts;
  const started: Controller[] = [];
  const list = async (path: string): Promise<Record<string, never>[]> => (await admin.call<{ items: Record<string, never>[] }>({ verb: 'GET', path })).items;
  return {
    ...parts,
    async control(wishes = {}, server) {
      const identity = await plane.serviceAccount(namespace, 'evenkeel');
      const text = configurationText({ url: await machines.serve(), ...wishes });
      const controller = await startController({ text, kubeconfig: plane.kubeconfig(identity), directory, ...(server === undefined ? {} : { server }), ...(wishes.onNode === undefined ? {} : { onNode: wishes.onNode }) });
      started.push(controller);
      return controller;
    },
    node: async (name) => parseNode(await admin.call({ verb: 'GET', path: objectPath(resources.nodes, { name }) })),
    fences: async (node) => (await list(collectionPath(resources.nodefences))).map((item) => parseNodeFence(item)).filter(({ spec }) => node === undefined || spec.nodeName === node),
    pods: async (inNamespace) => (await list(collectionPath(resources.pods, inNamespace))).map(podOf),
    attachments: async () =>
      (await list(collectionPath(resources.volumeattachments))).map((item) => {
        const { spec, status } = item as unknown as { spec: { nodeName: string; source: { persistentVolumeName: string } }; status?: { attached?: boolean } };
        return { node: spec.nodeName, volume: spec.source.persistentVolumeName, attached: status?.attached === true };
      }),
    async stop() {
      await Promise.all(started.map((controller) => controller.kill('SIGKILL')));
      await machines.stop();
      await plane.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function podOf(item: unknown): Pod {
  const { metadata, spec, status } = item as {
    metadata: { name: string; uid: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status?: { phase?: string; conditions?: { type: string; status: string }[] };
  };
  return {
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName ?? '',
    phase: status?.phase ?? '',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true,
    deleting: metadata.deletionTimestamp !== undefined,
  };
}
