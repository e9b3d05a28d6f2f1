import type { Api } from '../../kube/api.ts';
import { type Clock, type Duration, milliseconds } from '../../model/time.ts';
import { runAttacher } from './attacher.ts';
import { type Disks, disksIn } from './disks.ts';
import { type DeviceServer, serveDevice } from './fence-device-server.ts';
import { FenceDevice } from './fence-device.ts';
import type { Journal } from './journal.ts';
import { type KubeletSettings, runKubelet } from './kubelet.ts';
import { Machine } from './machine.ts';
import type { Complain } from './repeat.ts';

export interface MachinesOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Names of the machines, which are also those of their nodes and of the device's outlets. */
  readonly names: readonly string[];
  /** The door as `system:node:<name>` in the group system:nodes. */
  readonly nodeApi: (name: string) => Api;
  /** The door for the attacher: may read PersistentVolumes and patch VolumeAttachments. */
  readonly attacherApi: Api;
  /** A new UUID at each call. */
  readonly newID: () => string;
  readonly timings?: Partial<Timings>;
  /** Labels that the kubelet of this machine sets on its Node. */
  readonly labels?: (name: string) => Readonly<Record<string, string>>;
  /** Nodes' own clocks, where one is off. */
  readonly nodeClock?: (name: string) => Clock;
}

export interface Timings {
  /** From power to a running kubelet; 1 s. */
  readonly bootTime: Duration;
  /** Between two records that a container appends to its volume; 50 ms. */
  readonly writeInterval: Duration;
  /** Between two renewals of a node's Lease; 1 s. */
  readonly leaseInterval: Duration;
  /** How soon kubelets and attacher try again what could not be done yet; 200 ms. */
  readonly syncInterval: Duration;
  /** Between two comparisons of an unchanged Node; 1 s. */
  readonly statusInterval: Duration;
}

/** Machines, their kubelets, their disks, the attacher and the power switch of one cluster. */
export interface Machines {
  /** Throws when there is none of that name. */
  machine(name: string): Machine;
  readonly all: readonly Machine[];
  readonly disks: Disks;
  readonly device: FenceDevice;
  /** Where fence scripts reach the device, once `serve` has been called. */
  serve(): Promise<string>;
  /** What kubelets and attacher ran into, newest last, at most 200. A line with DEFECT is a fault of this folder. */
  readonly complaints: readonly string[];
  /** Turns everything off and waits for the last call. */
  stop(): Promise<void>;
}

const usual: Timings = {
  bootTime: milliseconds(1_000),
  writeInterval: milliseconds(50),
  leaseInterval: milliseconds(1_000),
  syncInterval: milliseconds(200),
  statusInterval: milliseconds(1_000),
};

/** Builds the machines and powers them on; they register as soon as they have booted. */
export function startMachines(options: MachinesOptions): Machines {
  const { clock, journal } = options;
  const timings = { ...usual, ...options.timings };
  const { complaints, complain } = complaintBook();
  const disks = disksIn(journal, clock);
  const all = options.names.map((name, index) => makeMachine({ ...options, timings, disks, complain }, name, index));
  const device = new FenceDevice(all, { clock, journal });
  const end = new AbortController();
  const attacher = runAttacher({ api: options.attacherApi, clock, disks, interval: timings.syncInterval, complain }, end.signal);
  for (const machine of all) void machine.powerOn();
  let server: Promise<DeviceServer> | undefined;
  return {
    machine(name) {
      const found = all.find((each) => each.name === name);
      if (found === undefined) throw new Error(`There is no machine ${name}: there are ${options.names.join(', ')}`);
      return found;
    },
    all,
    disks,
    device,
    serve: async () => (await (server ??= serveDevice(device))).url,
    complaints,
    async stop() {
      end.abort();
      device.close();
      await Promise.all([attacher, ...all.map((machine) => machine.shutDown())]);
      await (await server)?.close();
    },
  };
}

type MakeOptions = MachinesOptions & { readonly timings: Timings; readonly disks: Disks; readonly complain: Complain };

function makeMachine(options: MakeOptions, name: string, index: number): Machine {
  const { clock, journal, disks, newID, timings, complain } = options;
  const api = options.nodeApi(name);
  const settings: KubeletSettings = { ...timings, ...description(index), labels: options.labels?.(name) ?? {} };
  const kubeletClock = options.nodeClock?.(name) ?? clock;
  return new Machine({ ...timings, name }, {
    clock, disks, journal, newID,
    kubelet: (machine, signal) => runKubelet(machine, { api, clock: kubeletClock, settings, complain }, signal),
  });
}

const description = (index: number): Pick<KubeletSettings, 'capacity' | 'address' | 'podNetwork' | 'volumeLimit'> => ({
  capacity: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '20Gi' },
  address: `10.0.${(index + 1) >> 8}.${(index + 1) & 255}`,
  podNetwork: `10.${64 + (index % 128)}`,
  volumeLimit: 16,
});

function complaintBook(): { complaints: readonly string[]; complain: Complain } {
  const complaints: string[] = [];
  return {
    complaints,
    complain(message) {
      complaints.push(message);
      if (complaints.length > 200) complaints.shift();
    },
  };
}
