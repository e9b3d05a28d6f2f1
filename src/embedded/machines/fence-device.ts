import { type Clock, type Duration, type Instant, type Tick, milliseconds } from '../../model/time.ts';
import type { Journal } from './journal.ts';
import type { Machine } from './machine.ts';

export const commands = ['off', 'on', 'reboot', 'status', 'monitor'] as const;
export type Command = (typeof commands)[number];

/** How a device treats the power commands for one machine. */
export type PowerBehaviour =
  | { readonly kind: 'honest' }
  /** Says that it is done and does nothing. */
  | { readonly kind: 'lies' }
  /** Says that it could not, and does nothing. */
  | { readonly kind: 'fails' }
  /** Does nothing and never answers. */
  | { readonly kind: 'hangs' }
  /** Answers at once that it is done, and does it after `by`. */
  | { readonly kind: 'late'; readonly by: Duration }
  /** Does it after `by`, and answers then. */
  | { readonly kind: 'slow'; readonly by: Duration }
  /** Does it, and says that it could not. */
  | { readonly kind: 'denies' };

export type StatusBehaviour = 'honest' | 'says on' | 'says off' | 'fails' | 'hangs';

export interface DeviceRequest {
  readonly command: Command;
  readonly machine: string;
  /** What the caller calls this attempt. */
  readonly attempt: string;
}

export interface DeviceAnswer {
  readonly ok: boolean;
  readonly power: 'on' | 'off' | 'unknown';
  readonly message: string;
}

/** One line of the device's own log. `received` comes first and once per command; `applied` is the moment power changed. */
export interface DeviceEntry extends DeviceRequest {
  readonly at: Instant;
  readonly tick: Tick;
  readonly step: 'received' | 'applied' | 'answered';
  readonly ok?: boolean;
  readonly power?: string;
}

/** A power switch with one outlet per machine, and an honest log of what it was told and did. */
export class FenceDevice {
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #power = new Map<string, PowerBehaviour>();
  readonly #status = new Map<string, StatusBehaviour>();
  readonly #end = new AbortController();

  constructor(machines: readonly Machine[], parts: { readonly clock: Clock; readonly journal: Journal }) {
    this.#machines = new Map(machines.map((machine) => [machine.name, machine]));
    this.#clock = parts.clock;
    this.#journal = parts.journal;
  }

  /** Until told otherwise a device is honest. Commands under way keep the behaviour they met. */
  behave(machine: string, behaviour: { readonly power?: PowerBehaviour; readonly status?: StatusBehaviour }): void {
    if (behaviour.power !== undefined) this.#power.set(machine, behaviour.power);
    if (behaviour.status !== undefined) this.#status.set(machine, behaviour.status);
  }

  /** Does what it is told, as its behaviour allows. A command that hangs is answered when the device is closed. */
  async command(request: DeviceRequest): Promise<DeviceAnswer> {
    this.#log(request, { step: 'received' });
    const machine = this.#machines.get(request.machine);
    const answer = request.command === 'monitor' ? done('unknown') : machine === undefined ? unknownMachine(request) : await this.#carryOut(request, machine);
    this.#log(request, { step: 'answered', ok: answer.ok, power: answer.power });
    return answer;
  }

  log(): readonly DeviceEntry[] {
    return this.#journal.read('device') as readonly DeviceEntry[];
  }

  /** How often each power command was received for a machine: what "at most one per attempt" is judged by. */
  powerCommands(machine: string): readonly DeviceEntry[] {
    return this.log().filter((entry) => entry.machine === machine && entry.step === 'received' && entry.command !== 'status' && entry.command !== 'monitor');
  }

  /** Lets go of commands that hang and forgets late ones. */
  close(): void {
    this.#end.abort();
  }

  #carryOut(request: DeviceRequest, machine: Machine): Promise<DeviceAnswer> {
    return request.command === 'status' ? this.#readStatus(request) : this.#switchPower(request, machine);
  }

  async #readStatus({ machine }: DeviceRequest): Promise<DeviceAnswer> {
    const behaviour = this.#status.get(machine) ?? 'honest';
    switch (behaviour) {
      case 'honest':
        return done(this.#machines.get(machine)?.power === 'off' ? 'off' : 'on');
      case 'says on':
        return done('on');
      case 'says off':
        return done('off');
      case 'fails':
        return failed;
      case 'hangs':
        await this.#hang();
        return failed;
      default:
        return behaviour satisfies never;
    }
  }

  async #switchPower(request: DeviceRequest, machine: Machine): Promise<DeviceAnswer> {
    const behaviour = this.#power.get(request.machine) ?? { kind: 'honest' };
    switch (behaviour.kind) {
      case 'honest':
        this.#apply(request, machine);
        return done('unknown');
      case 'lies':
        return done('unknown');
      case 'fails':
        return failed;
      case 'hangs':
        await this.#hang();
        return failed;
      case 'late':
        void this.#later(behaviour.by, request, machine);
        return done('unknown');
      case 'slow':
        await this.#later(behaviour.by, request, machine);
        return done('unknown');
      case 'denies':
        this.#apply(request, machine);
        return failed;
      default:
        return behaviour satisfies never;
    }
  }

  #apply(request: DeviceRequest, machine: Machine): void {
    this.#log(request, { step: 'applied' });
    if (request.command === 'off') machine.powerOff();
    if (request.command === 'on') void machine.powerOn();
    if (request.command === 'reboot') void machine.hardReset();
  }

  async #later(by: Duration, request: DeviceRequest, machine: Machine): Promise<void> {
    await this.#clock.sleep(by, this.#end.signal);
    if (!this.#end.signal.aborted) this.#apply(request, machine);
  }

  async #hang(): Promise<void> {
    while (!this.#end.signal.aborted) await this.#clock.sleep(aLongTime, this.#end.signal);
  }

  #log({ command, machine, attempt }: DeviceRequest, what: Pick<DeviceEntry, 'step' | 'ok' | 'power'>): void {
    const { wall, tick } = this.#clock.now();
    this.#journal.append('device', { at: wall, tick, command, machine, attempt, ...what });
  }
}

const aLongTime = milliseconds(3_600_000);
const done = (power: DeviceAnswer['power']): DeviceAnswer => ({ ok: true, power, message: 'done' });
const failed: DeviceAnswer = { ok: false, power: 'unknown', message: 'the outlet does not react' };
const unknownMachine = ({ machine }: DeviceRequest): DeviceAnswer => ({ ok: false, power: 'unknown', message: `no outlet is named ${JSON.stringify(machine)}` });
