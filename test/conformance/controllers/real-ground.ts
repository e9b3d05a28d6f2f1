import { randomUUID } from 'node:crypto';
import { type Machines, type Timings as MachineTimings, startMachines } from '../../../src/embedded/machines/cluster.ts';
import { memoryJournal } from '../../../src/embedded/machines/journal.ts';
import { seconds } from '../../../src/model/time.ts';
import { realClock } from '../../../src/run/real-clock.ts';
import { kubelet, startControlPlane } from '../../control-plane/control-plane.ts';
import type { Ground, GroundWishes } from './ground.ts';

/** Etcd, kube-apiserver, kube-controller-manager and kube-scheduler, with our machines as kubelets, in real time. */
export async function realGround({ nodes, gracePeriod, monitorPeriod }: GroundWishes): Promise<Ground> {
  const plane = await startControlPlane({
    nodes, nodeMonitorGracePeriod: `${gracePeriod}ms`, nodeMonitorPeriod: `${monitorPeriod}ms`,
    // Ten grounds at once on a small machine: no audit log, and controllers that compete for less.
    extraArgs: { 'kube-apiserver': ['--audit-policy-file=', '--audit-log-path='] },
  });
  const api = plane.api();
  const machines: Machines = startMachines({ clock: realClock, journal: memoryJournal(), names: nodes, nodeApi: (name) => plane.api(kubelet(name)), attacherApi: api, newID: randomUUID, timings: machineTimings });
  return {
    name: 'kube-controller-manager',
    api,
    machines,
    clock: realClock,
    sleep: (time) => realClock.sleep(time),
    async stop() {
      await machines.stop();
      await plane.stop();
    },
  };
}

/** The rhythm of both grounds' machines. */
export const machineTimings: Partial<MachineTimings> = { leaseInterval: seconds(2), syncInterval: seconds(0.5), statusInterval: seconds(2), writeInterval: seconds(60) };
