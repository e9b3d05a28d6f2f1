import type { Clock, Duration } from '../../model/time.ts';
import type { Disks, Writer } from './disks.ts';
import type { Journal } from './journal.ts';

export type Power = 'on' | 'off' | 'booting';

export interface MachineSettings {
  readonly name: string;
  /** From power to a running kubelet. */
  readonly bootTime: Duration;
  /** How often each container with a volume appends a record to it. */
  readonly writeInterval: Duration;
}

export interface MachineParts {
  readonly clock: Clock;
  readonly disks: Disks;
  /** Power changes and kubelet stops go to its log `machines`. */
  readonly journal: Journal;
  /** A new identifier at each call; UUID form. */
  readonly newID: () => string;
  /** The kubelet program: runs until the signal aborts. */
  readonly kubelet: (machine: Machine, signal: AbortSignal) => Promise<void>;
}

/** One pod's containers as the container runtime knows them. They outlive the kubelet and die with the power. */
export interface ContainerRun {
  readonly podUID: string;
  readonly pod: string;
  readonly volumes: readonly string[];
  /** Identifier of this run; another one after each start. */
  readonly id: string;
}

/**
 * A computer: power, a boot, mounts and containers. What happens here is the truth; the kubelet only reports it.
 * Without power nothing runs and nothing is written.
 */
export class Machine {
  readonly name: string;
  readonly systemUUID: string;
  readonly machineID: string;
  /** Set to false for a machine whose kubelet stays away after the next boot. */
  kubeletStartsAtBoot = true;
  readonly #settings: MachineSettings;
  readonly #parts: MachineParts;
  readonly #containers = new Map<string, { readonly run: ContainerRun; readonly halt: AbortController }>();
  /** Volume handle → UIDs of the pods that use the mount. */
  readonly #mounts = new Map<string, Set<string>>();
  #power: Power = 'off';
  #bootID = '';
  #networkCut = false;
  #boot = new AbortController();
  #kubelet: { readonly halt: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(settings: MachineSettings, parts: MachineParts) {
    this.name = settings.name;
    this.#settings = settings;
    this.#parts = parts;
    this.systemUUID = parts.newID();
    this.machineID = parts.newID().replaceAll('-', '');
  }

  get power(): Power {
    return this.#power;
  }

  /** Of the current or, without power, of the last boot. */
  get bootID(): string {
    return this.#bootID;
  }

  get kubelet(): 'up' | 'down' {
    return this.#kubelet === undefined ? 'down' : 'up';
  }

  get networkCut(): boolean {
    return this.#networkCut;
  }

  /** The containers of one pod, while they run. */
  containersOf(podUID: string): ContainerRun | undefined {
    return this.#containers.get(podUID)?.run;
  }

  containers(): readonly ContainerRun[] {
    return [...this.#containers.values()].map(({ run }) => run);
  }

  mounts(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#mounts;
  }

  /** Power is gone at this instant: containers, mounts and kubelet with it. */
  powerOff(): void {
    if (this.#power === 'off') return;
    this.#loseEverything();
    this.#power = 'off';
    this.#log('power off');
  }

  /** Starts the boot; resolves when the kubelet has been started, or when power went away again. */
  async powerOn(): Promise<void> {
    if (this.#power !== 'off') return;
    this.#power = 'booting';
    this.#log('power on');
    const boot = new AbortController();
    this.#boot = boot;
    await this.#parts.clock.sleep(this.#settings.bootTime, boot.signal);
    if (!boot.signal.aborted) this.#booted();
  }

  /** The reset button: everything is lost at once, the machine boots again. Also starts a machine that is off. */
  async hardReset(): Promise<void> {
    this.powerOff();
    await this.powerOn();
  }

  /** The kubelet ends; the machine and its containers run on, and go on writing. */
  stopKubelet(): void {
    this.#kubelet?.halt.abort();
    if (this.#kubelet !== undefined) this.#log('kubelet stopped');
    this.#kubelet = undefined;
  }

  startKubelet(): void {
    if (this.#power !== 'on' || this.#kubelet !== undefined) return;
    const halt = new AbortController();
    this.#log('kubelet started');
    this.#kubelet = { halt, ended: this.#parts.kubelet(this, halt.signal) };
  }

  /** No call of the kubelet reaches the API server until `restoreNetwork`. The disks stay reachable. */
  cutNetwork(): void {
    this.#networkCut = true;
    this.#log('network cut');
  }

  restoreNetwork(): void {
    this.#networkCut = false;
    this.#log('network restored');
  }

  /** The container runtime starts a pod: from now on it writes to its volumes. */
  startContainers(pod: { readonly podUID: string; readonly pod: string; readonly volumes: readonly string[] }): void {
    if (this.#power !== 'on' || this.#containers.has(pod.podUID)) return;
    const halt = new AbortController();
    const run = { ...pod, id: this.#parts.newID() };
    this.#containers.set(pod.podUID, { run, halt });
    for (const handle of run.volumes) this.#parts.disks.open(handle, this.#writer(run));
    if (run.volumes.length > 0) void this.#write(run, halt.signal);
  }

  stopContainers(podUID: string, why: string): void {
    const container = this.#containers.get(podUID);
    if (container === undefined) return;
    container.halt.abort();
    this.#containers.delete(podUID);
    for (const handle of container.run.volumes) this.#parts.disks.close(handle, this.#writer(container.run), why);
  }

  /** False when the disk is not there, whatever the API server says. */
  mount(handle: string, podUID: string): boolean {
    if (this.#power !== 'on' || this.#parts.disks.attachedTo(handle) !== this.name) return false;
    const users = this.#mounts.get(handle) ?? new Set();
    if (users.size === 0) this.#parts.disks.mount(handle, this.name);
    this.#mounts.set(handle, users.add(podUID));
    return true;
  }

  unmount(handle: string, podUID: string): void {
    const users = this.#mounts.get(handle);
    if (users === undefined || !users.delete(podUID) || users.size > 0) return;
    this.#mounts.delete(handle);
    this.#parts.disks.unmount(handle, this.name, 'kubelet');
  }

  /** Ends the kubelet without touching the machine, and waits until it has made its last call. For the end of a test. */
  async shutDown(): Promise<void> {
    const ended = this.#kubelet?.ended;
    this.powerOff();
    await ended;
  }

  #booted(): void {
    this.#power = 'on';
    this.#bootID = this.#parts.newID();
    this.#log('booted');
    if (this.kubeletStartsAtBoot) this.startKubelet();
  }

  #loseEverything(): void {
    this.#boot.abort();
    this.#kubelet?.halt.abort();
    this.#kubelet = undefined;
    for (const podUID of this.#containers.keys()) this.stopContainers(podUID, 'power');
    for (const handle of this.#mounts.keys()) this.#parts.disks.unmount(handle, this.name, 'power');
    this.#mounts.clear();
  }

  async #write(run: ContainerRun, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const handle of run.volumes) this.#parts.disks.write(handle, this.#writer(run));
      await this.#parts.clock.sleep(this.#settings.writeInterval, signal);
    }
  }

  #writer({ podUID, pod }: ContainerRun): Writer {
    return { node: this.name, bootID: this.#bootID, podUID, pod };
  }

  #log(event: string): void {
    const { wall, tick } = this.#parts.clock.now();
    this.#parts.journal.append('machines', { at: wall, tick, machine: this.name, bootID: this.#bootID, event });
  }
}
