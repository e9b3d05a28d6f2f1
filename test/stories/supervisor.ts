import { now } from './until.ts';
import type { Controller } from './world.ts';

/** Starts the controller again whenever it has ended, as kubelet does with its container. */
export interface Supervisor {
  current(): Controller;
  /** kill -9, and returns when the process is gone. */
  strike(): Promise<void>;
  /** When each process was started, by the wall clock. */
  starts(): readonly number[];
  /** Exits that were no kill -9: exit code 1 is leadership lost. */
  otherEnds(): readonly (number | string)[];
  stop(): Promise<void>;
}

export async function supervise(start: () => Promise<Controller>): Promise<Supervisor> {
  const starts: number[] = [];
  const otherEnds: (number | string)[] = [];
  const state = { stopping: false };
  const begin = async (): Promise<Controller> => {
    starts.push(now().wall);
    return start();
  };
  let current = await begin();
  const running = (async () => {
    while (!state.stopping) {
      const end = await current.ended;
      if (state.stopping) return;
      if (end !== 'SIGKILL') otherEnds.push(end);
      // Bad configuration, cluster not prepared: starting it again changes nothing.
      if (end === 2) throw new Error(`The controller ends at its start: ${current.raw()}`);
      current = await begin();
    }
    await current.kill('SIGKILL');
  })();
  let failure: unknown;
  running.catch((error: unknown) => (failure = error));
  return {
    current() {
      if (failure !== undefined) throw failure as Error;
      return current;
    },
    strike: async () => void (await current.kill('SIGKILL')),
    starts: () => starts,
    otherEnds: () => otherEnds,
    async stop() {
      state.stopping = true;
      await current.kill('SIGKILL');
      await running;
    },
  };
}
