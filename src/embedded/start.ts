import type { Api } from '../kube/api.ts';
import { resources } from '../kube/paths.ts';
import { embeddedApi } from './api-server/api.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { type Machines, type MachinesOptions, startMachines } from './machines/cluster.ts';

export interface ClusterOptions extends ControlPlaneOptions, Pick<MachinesOptions, 'names' | 'journal' | 'labels' | 'nodeClock'> {
  readonly machineTimings?: MachinesOptions['timings'];
}

/** A whole cluster in this process: control plane, machines with their kubelets and disks, and a fence device. */
export interface Cluster extends ControlPlane {
  readonly machines: Machines;
  /** The door in process as this user. Nobody checks what a user may do. */
  api(user: string): Api;
}

/** The account that evenkeel runs as, by our manifests. */
export const controllerAccount = 'system:serviceaccount:evenkeel-system:evenkeel';

/**
 * Starts everything at once; nodes are Ready when their machines have booted. What our manifests bring and evenkeel needs is
 * there: its namespace, and the Lease that a pause writes to.
 */
export function startCluster(options: ClusterOptions): Cluster {
  const { clock, chance, names, journal, labels, nodeClock, machineTimings } = options;
  const plane = startControlPlane({ ...options, chance: chance.of('control plane') });
  const { store } = plane.server;
  store.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'evenkeel-system' } });
  store.create(resources.leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'evenkeel-pause', namespace: 'evenkeel-system' } });
  const api = (user: string): Api => embeddedApi(plane.server, { user, clock });
  const identifiers = chance.of('machines');
  const machines = startMachines({
    clock,
    names,
    journal,
    nodeApi: (name) => api(`system:node:${name}`),
    attacherApi: api('system:serviceaccount:kube-system:csi-attacher'),
    newID: () => identifiers.newID(),
    ...(machineTimings === undefined ? {} : { timings: machineTimings }),
    ...(labels === undefined ? {} : { labels }),
    ...(nodeClock === undefined ? {} : { nodeClock }),
  });
  return {
    ...plane,
    machines,
    api,
    async stop() {
      await machines.stop();
      await plane.stop();
    },
  };
}
