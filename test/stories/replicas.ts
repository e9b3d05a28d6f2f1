import type { Between, CallPoint } from './calls.ts';
import { elapsed } from '../../src/model/time.ts';
import { now, pass, until } from './until.ts';
import type { Controller } from './world.ts';

/** One process of a controller that has several, with its own way to the API server. */
export interface Replica {
  /** Its user agent in the audit log. */
  readonly name: string;
  readonly controller: Controller;
  readonly between: Between;
}

/** A replica that was stopped in the middle of something, and told to go on after a while. */
export interface Frozen {
  readonly name: string;
  readonly at: number;
  /** False on a busy machine, where the other one had just lost its Lease or was not ready yet. */
  readonly stoodBy: boolean;
  /** Its exit code, and how long after it was told to go on. */
  readonly end: Promise<{ readonly code: number | string; readonly milliseconds: number }>;
}

/** One replica leads and another one stands by; whoever is frozen or ends is replaced. */
export interface Replicas {
  /** Throws when none leads. */
  leader(): Replica;
  /** Two are awake, ready and settled on who leads. */
  complete(): Promise<void>;
  /** Calls `strike` when one of them comes to this point; forgets earlier points. */
  watch(point: CallPoint, strike: (replica: Replica) => Promise<void>): void;
  /** SIGSTOP now, SIGCONT after `milliseconds`. */
  freeze(replica: Replica, milliseconds: number): Promise<Frozen>;
  /** What those that are awake have logged. */
  logs(): string;
  /** SIGTERM to all that are awake; the next ones start with what is configured then. */
  end(): Promise<void>;
  /** Exit codes of those that ended by themselves and had not been frozen. */
  otherEnds(): readonly (number | string)[];
  stop(): Promise<void>;
}

/** How long a process that goes on may take to end. */
const patience = 15_000;

export function replicas(start: (name: string) => Promise<Replica>): Replicas {
  const awake = new Set<Replica>();
  const all: Replica[] = [];
  const otherEnds: (number | string)[] = [];
  let begin: (replica: Replica) => void = () => undefined;
  let filling: Promise<void> = Promise.resolve();
  const state = { stopping: false };

  async function add(): Promise<void> {
    const replica = await start(`replica-${all.length + 1}`);
    all.push(replica);
    awake.add(replica);
    begin(replica);
    void replica.controller.ended.then((code) => {
      if (state.stopping || !awake.delete(replica)) return undefined;
      otherEnds.push(code);
      return fill();
    });
  }

  async function addMissing(): Promise<void> {
    while (!state.stopping && awake.size < 2) await add();
  }

  // One after the other: whoever counts while another one starts would start one too many.
  const fill = (): Promise<void> => (filling = filling.then(addMissing));

  const leader = (): Replica => {
    const found = [...awake].find(({ controller }) => controller.leads());
    if (found === undefined) throw new Error('No replica leads');
    return found;
  };

  return {
    leader,
    async complete() {
      await fill();
      await until('two replicas are ready, and one leads', async () => {
        const ready = await Promise.all([...awake].map(isReady));
        if (ready.filter(Boolean).length >= 2) return leader();
        throw new Error([...awake].map(({ name, controller }) => `${name}: ${controller.raw().slice(-500)}`).join('\n'));
      }, 120_000);
    },
    watch(point, strike) {
      begin = (replica) => replica.between.begin([point], () => strike(replica));
      for (const replica of awake) begin(replica);
    },
    async freeze(replica, milliseconds) {
      await replica.controller.kill('SIGSTOP');
      awake.delete(replica);
      // A process that starts would take the time of the one that takes over.
      void until('another one leads', leader).catch(() => undefined).then(fill);
      const at = now().wall;
      const end = thaw(replica, milliseconds);
      const stoodBy = (await Promise.all([...awake].map(isReady))).some(Boolean);
      return { name: replica.name, at, stoodBy, end };
    },
    logs: () => [...awake].map(({ name, controller }) => `${name}:\n${controller.raw().slice(-10_000)}`).join('\n'),
    async end() {
      const ending = [...awake];
      awake.clear();
      await Promise.all(ending.map(({ controller }) => controller.kill('SIGTERM')));
    },
    otherEnds: () => otherEnds,
    async stop() {
      state.stopping = true;
      await filling;
      await Promise.all(all.map(({ controller }) => controller.kill('SIGKILL')));
      await Promise.all(all.map(({ between }) => between.close()));
    },
  };
}

const isReady = ({ controller }: Replica): Promise<boolean> => controller.ready();

async function thaw({ controller }: Replica, after: number): Promise<{ code: number | string; milliseconds: number }> {
  await pass(after);
  const told = now().tick;
  await controller.kill('SIGCONT');
  let code: number | string | undefined;
  void controller.ended.then((end) => (code = end));
  await until('it has ended', () => code !== undefined, patience).catch(() => undefined);
  return { code: code ?? 'runs on', milliseconds: elapsed(told, now().tick) };
}
